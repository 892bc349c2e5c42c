import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { coefficientOfDetermination, mean, median } from "../src/core/index.ts";
import { drawCodes, drawnValues } from "../src/posterior/index.ts";
import type { InversionModel, NetworkOutput } from "../src/posterior/index.ts";
import type { DataSet } from "../src/inverse/data/data-set.ts";
import { openInversion, planInversion, recipeOfModel, scoreAnswers } from "../src/inverse/index.ts";
import { drawDataSet } from "../src/inverse/data/draw-data-sets.ts";
import { predictDataSet } from "../src/inverse/fit/predict.ts";

/** The built benchmark lies in dist/bench. */
const SHIPPED = join(dirname(fileURLToPath(import.meta.url)), "../../models/tio2-wo3-absolute.onnx");
const quiet = () => ({ update() {}, finish: () => 0 });

/**
 * Structures grown from the answers to simulated images against the aggregates that were imaged: R2 and median relative error with the
 * weights of this aggregate's descriptors and without; a line for each descriptor.
 *
 * @param args --model FILE, --count images, --structures N, --seed N, --threads N
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: "string", default: SHIPPED },
      count: { type: "string", default: "500" },
      structures: { type: "string", default: "64" },
      seed: { type: "string", default: "9100" },
      threads: { type: "string", default: "1" },
    },
  });
  const [imageCount, structureCount, seed, workers] = [
    values.count,
    values.structures,
    values.seed,
    values.threads,
  ].map(Number);
  const { model, network } = await openInversion(values.model, workers);
  const recipe = recipeOfModel(model);
  if (recipe === null) throw new Error(`Cannot measure: the model must say its recipe (${values.model})`);
  const errorAnalysis = { ...recipe.errorAnalysis, imageCount, structureCount };
  const plan = planInversion({ ...recipe, seed, errorAnalysis });
  const data = await drawDataSet(
    plan,
    { samples: plan.samples, count: imageCount },
    { workers, startStage: quiet },
  );
  const { outputs } = await predictDataSet(network, data, model);
  await network.dispose();
  const started = performance.now();
  const scores = await scoreAnswers(plan, model, { labels: data.labels, outputs }, quiet);
  const secondsPerImage = (performance.now() - started) / 1000 / imageCount;
  for (const { truth: _, fromAnswer: __, label: ___, unit: ____, ...score } of scores.descriptors) {
    process.stdout.write(`${JSON.stringify(score)}\n`);
  }
  process.stdout.write(`${JSON.stringify({ direct: directAnswer(model, data, outputs) })}\n`);
  const { descriptors: _, ...counts } = scores;
  process.stdout.write(`${JSON.stringify({ ...counts, seed, structureCount, secondsPerImage })}\n`);
}

/** What the network answers directly for the hetero-coordination number: R2 of means, median relative error of medians. */
function directAnswer(
  { targets, calibration }: InversionModel,
  { labels }: DataSet,
  outputs: readonly NetworkOutput[],
): { readonly r2: number; readonly medianRelativeError: number } | null {
  const t = targets.findIndex(({ key }) => key === "heteroCoordinationAll");
  if (t < 0) return null;
  const draws = outputs.map((output) => drawnValues(targets[t], drawCodes(output, calibration.network), t));
  const truth = labels.map(({ descriptors }) => descriptors.heteroCoordinationAll);
  const errors = truth.map((value, i) => Math.abs(median(draws[i]) - value) / value);
  return {
    r2: coefficientOfDetermination(draws.map(mean), truth),
    medianRelativeError: median(errors.filter(Number.isFinite)),
  };
}
