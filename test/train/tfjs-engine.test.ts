import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { sizeOf, type Device } from "../../src/graph/index.ts";
import {
  adam,
  binaryCrossEntropyWithLogits,
  buildRegressor,
  buildUnet,
  exportModel,
  initialWeights,
  loadModel,
  meanSquaredError,
} from "../../src/train/index.ts";
import { openLossMeter } from "../../src/train/loss-meter.ts";
import { openPartedStep } from "../../src/train/parted-step.ts";
import { initialState, openTrainingStep, type TrainingStepPlan } from "../../src/train/training-step.ts";

const REGRESSOR: TrainingStepPlan = {
  network: buildRegressor({ inputSize: 12, outputs: 3, widths: [8, 8], denseWidth: 8 }),
  loss: meanSquaredError,
  optimiser: adam(),
  batchSize: 4,
};
const UNET: TrainingStepPlan = {
  network: buildUnet({ inputSize: 8, widths: [3, 4], bottomWidth: 5 }),
  loss: binaryCrossEntropyWithLogits,
  optimiser: adam(),
  batchSize: 2,
};

const CASES = [
  { title: "a small regressor, whole batches", plan: REGRESSOR, partCount: 1 },
  { title: "a small regressor, batches in two parts", plan: REGRESSOR, partCount: 2 },
  { title: "a small U-Net, whole batches", plan: UNET, partCount: 1 },
];

const STEPS = 50;

/** Rounding of single precision, 6e-8, in sums of some hundred terms, carried on by fifty steps; measured are 3e-7. */
const NOISE = 5e-6;

function drawBatch({ network, batchSize }: TrainingStepPlan) {
  const rng = openRandomStream(4, "engines");
  const x = Float32Array.from({ length: batchSize * sizeOf(network.inputShape) }, () => rng.normal());
  const length = batchSize * sizeOf(network.outputShape);
  const target = Float32Array.from({ length }, () => rng.integerBelow(2));
  return { rng, x, target };
}

/** Losses of steps of 1e-3 on one batch, and in the end the loss of the validation's graph. */
async function lossesOf(plan: TrainingStepPlan, device: Device, partCount: number): Promise<number[]> {
  const { rng, x, target } = drawBatch(plan);
  const step =
    partCount === 1
      ? await openTrainingStep(plan, { device })
      : await openPartedStep(plan, { device, partCount });
  let state = initialState(plan, initialWeights(rng, plan.network));
  const losses: number[] = [];
  for (let count = 1; count <= STEPS; count++) {
    const result = await step.run(state, { x, target }, { step: count, learningRate: 1e-3, rng });
    losses.push(result.loss);
    state = result.state;
  }
  await step.dispose();
  const meter = await openLossMeter(plan, plan.batchSize, { device });
  losses.push(
    await meter.measure(state.weights, {
      count: plan.batchSize,
      between: () => ({ inputs: x, targets: target }),
    }),
  );
  await meter.dispose();
  return losses;
}

describe("TensorFlow.js and ONNX Runtime", () => {
  for (const { title, plan, partCount } of CASES) {
    test(`train ${title}: the same losses over ${STEPS} steps but for single precision`, async () => {
      const ours = await lossesOf(plan, "cpu", partCount);
      const theirs = await lossesOf(plan, "tfjs", partCount);
      theirs.forEach((loss, step) => expect(Math.abs(loss / ours[step] - 1)).toBeLessThan(NOISE));
      // a training that stood still would agree, too
      expect(ours[STEPS]).toBeLessThan(0.8 * ours[0]);
    });
  }

  test("answer alike by one model file, weights in half precision and a free batch among it", async () => {
    const network = buildRegressor({ inputSize: 12, outputs: 3, widths: [8, 16], denseWidth: 80 });
    const rng = openRandomStream(5, "engines");
    // numbers that half precision has: the file stores them so
    const weights = initialWeights(rng, network).map((weight) => Math.round(weight * 64) / 64);
    const bytes = exportModel(network, weights, { kind: "test" });
    const inputs = Float32Array.from({ length: 5 * 144 }, () => rng.normal());
    const [ours, theirs] = await Promise.all(
      (["cpu", "tfjs"] as const).map(async (device) => {
        const model = await loadModel(bytes, { kind: "test", device });
        const { outputs, embeddings } = await model.predict(inputs, 5);
        await model.dispose();
        return [...outputs, ...(embeddings ?? [])];
      }),
    );
    const scale = Math.max(...ours.map(Math.abs));
    expect(theirs).toHaveLength(ours.length);
    theirs.forEach((value, i) => expect(Math.abs(value - ours[i]) / scale).toBeLessThan(NOISE));
  });
});
