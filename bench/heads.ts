import { parseArgs } from "node:util";
import { mean } from "../src/core/index.ts";
import { INVERSION_KIND } from "../src/inverse/index.ts";
import {
  drawTrainingSets,
  studySchema,
  trainInversion,
  validateInversion,
  type StudyConfig,
} from "../src/study/index.ts";
import { loadModel } from "../src/train/index.ts";

/** What the heads have in common: the shipped prior at half the resolution, where a step takes a quarter of the time. */
const COMMON = {
  seed: 61,
  aggregate: { fractalPrefactor: 1.3, necking: 0.1 },
  microscope: {
    widthPx: 64,
    heightPx: 64,
    pixelSizeNm: 2.2,
    electronsPerPixel: { logUniform: [28_000, 200_000] },
  },
  corpus: { trainCount: 6000, validationCount: 1000 },
  training: {
    epochs: 6,
    learningRate: 0.002,
    widths: [16, 32, 64, 64],
    census: true,
    descriptors: ["heteroCoordinationAll", "homoClusterSizeFirst", "homoClusterSizeSecond"],
  },
};
const HEADS = ["point", "gaussian", "fullGaussian", "mixture"] as const;
const quiet = () => ({ update() {}, finish: () => 0 });

/**
 * Trains every kind of head on the same images for the same steps and scores them on other images; prints a line for each.
 *
 * @param args --threads N, --epochs N
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { threads: { type: "string", default: "2" }, epochs: { type: "string", default: "6" } },
  });
  const [threads, epochs] = [Number(values.threads), Number(values.epochs)];
  const configOf = (head: string): StudyConfig =>
    studySchema.parse({ ...COMMON, training: { ...COMMON.training, head, epochs } });
  const options = { workers: threads, startStage: quiet };
  const sets = await drawTrainingSets(configOf("point"), options);
  const heldOut = await drawTrainingSets({ ...configOf("point"), seed: 62 }, options);
  for (const head of HEADS) {
    const { onnx, model } = await trainInversion(configOf(head), {
      ...sets,
      threads,
      heterostemVersion: "bench",
      startStage: quiet,
    });
    const network = await loadModel(onnx, { kind: INVERSION_KIND, threads });
    const { scores, tarpP } = await validateInversion({ model, network }, heldOut.validation, quiet);
    await network.dispose();
    const meanOf = (pick: (score: (typeof scores)[number]) => number) =>
      Number(mean(scores.map(pick)).toFixed(4));
    const line = {
      head,
      r2: meanOf(({ r2OnScale }) => r2OnScale),
      // CRPS as a share of the prior's, so that quantities of different units can be averaged
      crps: meanOf(({ crps, baselines }) => crps / baselines.prior.crps),
      nll: meanOf(({ nll }) => nll),
      worstCoverage95: Math.min(...scores.map(({ coverage }) => coverage["0.95"])),
      tarpP: Number(tarpP.toFixed(4)),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}
