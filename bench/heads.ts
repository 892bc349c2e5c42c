import { parseArgs } from "node:util";
import { mean } from "../src/core/index.ts";
import { INVERSION_KIND, type TargetScore } from "../src/posterior/index.ts";
import {
  drawTrainingSets,
  planInversion,
  inversionRecipeSchema,
  trainInversion,
  validateInversion,
  type InversionRecipe,
  type TrainingSets,
} from "../src/inverse/index.ts";
import { loadModel } from "../src/train/index.ts";

/** What the variants have in common: the demo's prior and field at half the resolution, where a step takes a quarter of the time. */
const COMMON = {
  seed: 61,
  aggregate: { fractalPrefactor: 1.3, necking: 0.1 },
  microscope: {
    widthPx: 64,
    heightPx: 64,
    pixelSizeNm: 2.2,
    electronsPerPixel: { logUniform: [28_000, 200_000] },
  },
  training: {
    learningRate: 0.002,
    widths: [16, 32, 64, 64],
    partCount: 1,
    countMaps: true,
    descriptors: ["heteroCoordinationAll", "homoClusterSizeFirst", "homoClusterSizeSecond"],
  },
};

/** Heads, and the scales on which they state distributions. */
const VARIANTS = [
  { head: "gaussian", targetScale: "bounded" },
  { head: "fullGaussian", targetScale: "bounded" },
  { head: "mixture", targetScale: "bounded" },
  { head: "gaussian", targetScale: "prior" },
] as const;
type Variant = (typeof VARIANTS)[number];

const quiet = () => ({ update() {}, finish: () => 0 });

/**
 * Trains every kind of head on the same images for the same steps and scores them on other images; prints a line for each.
 *
 * @param args --threads N, --epochs N, --images N, --heldOut N
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      threads: { type: "string", default: "1" },
      epochs: { type: "string", default: "3" },
      images: { type: "string", default: "3000" },
      heldOut: { type: "string", default: "600" },
    },
  });
  const [threads, epochs, trainCount, validationCount] = [
    values.threads,
    values.epochs,
    values.images,
    values.heldOut,
  ].map(Number);
  const configOf = (variant: Variant): InversionRecipe =>
    inversionRecipeSchema.parse({
      ...COMMON,
      corpus: { trainCount, validationCount },
      training: { ...COMMON.training, ...variant, epochs },
    });
  const drawing = { workers: threads, startStage: quiet };
  const [config] = VARIANTS.map(configOf);
  const sets = await drawTrainingSets(planInversion(config), drawing);
  // the same recipe with another seed
  const { corpus } = config;
  const other = await drawTrainingSets(
    planInversion({ ...config, seed: 62, corpus: { ...corpus, trainCount: 1 } }),
    drawing,
  );
  for (const variant of VARIANTS) {
    const line = await measure(configOf(variant), { ...sets, heldOut: other.validation }, threads);
    process.stdout.write(`${JSON.stringify({ ...variant, ...line })}\n`);
  }
}

async function measure(
  config: InversionRecipe,
  { heldOut, ...sets }: TrainingSets & { readonly heldOut: TrainingSets["validation"] },
  threads: number,
) {
  const marks: number[] = [];
  const { onnx, model, steps } = await trainInversion(planInversion(config), {
    ...sets,
    workers: threads,
    heterostemVersion: "bench",
    startStage: quiet,
    onStep: () => void marks.push(cpuSeconds()),
  });
  const network = await loadModel(onnx, { kind: INVERSION_KIND, threads });
  const { scores, tarpP } = await validateInversion({ model, network }, heldOut, quiet);
  await network.dispose();
  return {
    steps,
    cpuSecondsPerStep: Number(((marks[marks.length - 1] - marks[0]) / (marks.length - 1)).toFixed(4)),
    ...summary(scores),
    tarpP: Number(tarpP.toFixed(4)),
    // CRPS as a share of the prior's, so that quantities of different units can be set side by side
    crpsShares: Object.fromEntries(scores.map((score) => [score.key, Number(crpsShare(score).toFixed(3))])),
  };
}

/** Processor time of this process: other work on the machine does not change it much. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function crpsShare({ crps, baselines }: TargetScore): number {
  return crps / baselines.prior.crps;
}

function summary(scores: readonly TargetScore[]) {
  const meanOf = (pick: (score: TargetScore) => number) => Number(mean(scores.map(pick)).toFixed(4));
  const parameters = scores.filter(({ quantity }) => quantity === "parameter");
  return {
    r2: meanOf(({ r2OnScale }) => r2OnScale),
    crps: meanOf(crpsShare),
    // of parameters alone: the unit of a descriptor's density is the spread of its own samples
    nll: Number(mean(parameters.map(({ nll }) => nll)).toFixed(4)),
    coverage: Object.fromEntries(
      ["0.5", "0.68", "0.9", "0.95"].map((level) => [level, meanOf(({ coverage }) => coverage[level])]),
    ),
    worstCoverage95: Math.min(...scores.map(({ coverage }) => coverage["0.95"])),
    uneven: scores.filter(({ sbcP, sbcWidthP }) => Math.min(sbcP, sbcWidthP) < 0.05).length,
  };
}
