import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  drawTrainingSets,
  openInversion,
  planInversion,
  recipeOfModel,
  inversionRecipeSchema,
  validateInversion,
} from "../src/inverse/index.ts";

/** The built benchmark lies in dist/bench. */
const SHIPPED = join(dirname(fileURLToPath(import.meta.url)), "../../models/tio2-wo3-absolute.onnx");
/** Settings inside and outside of what the shipped network was trained on: 1,500 to 200,000 electrons, 150 nm of defocus. */
const CONDITIONS = [
  ...[1000, 3000, 10_000, 30_000, 100_000].map((electronsPerPixel) => ({ electronsPerPixel })),
  ...[0, 50, 100, 200].map((defocusNm) => ({ defocusNm })),
];
const SHOWN = new Set(["numberFraction", "radiusFirstNm", "radiusSecondNm", "heteroCoordinationAll"]);
const quiet = () => ({ update() {}, finish: () => 0 });

/**
 * Scores the shipped network at doses and defoci; prints a line for each.
 *
 * @param args --model FILE, --count images, --threads N
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: "string", default: SHIPPED },
      count: { type: "string", default: "200" },
      threads: { type: "string", default: "2" },
    },
  });
  const threads = Number(values.threads);
  const inversion = await openInversion(values.model, threads);
  const config = recipeOfModel(inversion.model);
  if (config === null) throw new Error(`Cannot measure: the model must say its recipe (${values.model})`);
  for (const condition of CONDITIONS) {
    const own = inversionRecipeSchema.parse({
      ...config,
      seed: 71,
      microscope: { ...config.microscope, ...condition },
      corpus: { trainCount: 1, validationCount: Number(values.count) },
    });
    const { validation } = await drawTrainingSets(planInversion(own), {
      workers: threads,
      startStage: quiet,
    });
    const { scores, outOfDistributionShare } = await validateInversion(inversion, validation, quiet);
    const shown = scores.filter(({ key }) => SHOWN.has(key));
    const r2 = Object.fromEntries(shown.map((score) => [score.key, Number(score.r2OnScale.toFixed(2))]));
    const covered = Object.fromEntries(
      shown.map((score) => [score.key, Number(score.coverage["0.95"].toFixed(3))]),
    );
    process.stdout.write(
      `${JSON.stringify({ ...condition, r2, covered95: covered, outOfDistributionShare })}\n`,
    );
  }
  await inversion.network.dispose();
}
