import { parseArgs } from "node:util";
import { median, openRandomStream } from "../src/core/index.ts";
import { sizeOf } from "../src/graph/index.ts";
import {
  adam,
  binaryCrossEntropyWithLogits,
  buildRegressor,
  buildUnet,
  exportModel,
  initialWeights,
  loadModel,
  meanSquaredError,
} from "../src/train/index.ts";
import { initialState, openTrainingStep } from "../src/train/training-step.ts";
import { openPartedStep } from "../src/train/parted-step.ts";
import { parameterCount } from "../src/train/parameters.ts";
import type { Loss, Network } from "../src/train/index.ts";

/** A network with the loss and the batch it is measured on. */
export interface Subject {
  readonly network: Network;
  readonly loss: Loss;
  readonly batchSize: number;
  /** Parts of the batch: one a core, or one an image where memory counts. */
  readonly partCount: number;
}

/** The networks that the benchmark knows, with the batch each is measured on. */
const SUBJECTS: Readonly<Record<string, () => Subject>> = {
  regressor: () => ({
    network: buildRegressor({ inputSize: 128, outputs: 6 }),
    loss: meanSquaredError,
    batchSize: 16,
    partCount: 2,
  }),
  unet: () => ({
    network: buildUnet({ inputSize: 256 }),
    loss: binaryCrossEntropyWithLogits,
    batchSize: 4,
    partCount: 4,
  }),
};

/**
 * Times a training step and an inference; prints one JSON line with medians in milliseconds.
 *
 * @param args --net NAME, --threads N (2), --parts N (2 for the regressor, 4 for the U-Net; computed on as many threads), --steps N (30)
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      net: { type: "string", default: "regressor" },
      threads: { type: "string", default: "2" },
      parts: { type: "string" },
      steps: { type: "string", default: "30" },
    },
  });
  const { net, threads, parts, steps } = values;
  const counts = { threads: Number(threads), steps: Number(steps) };
  console.log(
    JSON.stringify(
      await measureStep(net, parts === undefined ? counts : { ...counts, parts: Number(parts) }),
    ),
  );
}

/**
 * Finds a network that the benchmarks know.
 *
 * @param net its name
 * @returns network, loss and batch size
 * @throws RangeError naming the known networks
 */
export function findSubject(net: string): Subject {
  const makeSubject = SUBJECTS[net];
  if (makeSubject !== undefined) return makeSubject();
  throw new RangeError(`Cannot time: net must be one of ${Object.keys(SUBJECTS).join(", ")}, got ${net}`);
}

/** Medians of one network, in milliseconds. */
export interface StepTimes {
  readonly net: string;
  readonly threads: number;
  /** Parts of the batch that are computed at the same time. */
  readonly parts: number;
  readonly parameters: number;
  readonly train_ms: number;
  readonly infer_ms: number;
}

/**
 * Times a training step and an inference.
 *
 * @param net name of a network that the benchmark knows
 * @param counts threads; parts of the batch, the subject's by default; repeats that count, after three that do not
 * @returns medians [ms]
 * @throws RangeError naming the known networks
 */
export async function measureStep(
  net: string,
  counts: { readonly threads: number; readonly parts?: number; readonly steps: number },
): Promise<StepTimes> {
  const { threads, steps, parts = findSubject(net).partCount } = counts;
  const subject = findSubject(net);
  return {
    net,
    threads,
    parts,
    parameters: parameterCount(subject.network),
    train_ms: await timeTraining(subject, { threads, parts }, steps),
    infer_ms: await timeInference(subject, threads, steps),
  };
}

async function timeTraining(
  { network, loss, batchSize }: Subject,
  { threads, parts }: { readonly threads: number; readonly parts: number },
  steps: number,
) {
  const rng = openRandomStream(1, "train-step");
  const plan = { network, loss, optimiser: adam(), batchSize };
  const step =
    parts === 1
      ? await openTrainingStep(plan, { threads })
      : await openPartedStep(plan, { partCount: parts, workers: Math.min(parts, threads), threads });
  const x = Float32Array.from({ length: batchSize * sizeOf(network.inputShape) }, () => rng.normal());
  const target = Float32Array.from({ length: batchSize * sizeOf(network.outputShape) }, () => rng.uniform());
  let state = initialState(plan, initialWeights(rng, network));
  let count = 0;
  const medianMs = await medianTimeMs(steps, async () => {
    const result = await step.run(state, { x, target }, { step: ++count, learningRate: 1e-3, rng });
    state = result.state;
  });
  await step.dispose();
  return medianMs;
}

async function timeInference({ network, batchSize }: Subject, threads: number, steps: number) {
  const rng = openRandomStream(2, "train-step");
  const bytes = exportModel(network, initialWeights(rng, network), { kind: "bench" });
  const model = await loadModel(bytes, { kind: "bench", threads });
  const x = Float32Array.from({ length: batchSize * sizeOf(network.inputShape) }, () => rng.normal());
  const medianMs = await medianTimeMs(steps, () => model.predict(x, batchSize));
  await model.dispose();
  return medianMs;
}

async function medianTimeMs(repeats: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let repeat = -3; repeat < repeats; repeat++) {
    const start = performance.now();
    await work();
    if (repeat >= 0) times.push(performance.now() - start);
  }
  return Math.round(median(times) * 100) / 100;
}
