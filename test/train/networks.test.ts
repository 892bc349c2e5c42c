import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { evaluate } from "../graph/evaluate.ts";
import { input, sizeOf } from "../../src/graph/index.ts";
import {
  adamW,
  buildRegressor,
  buildUnet,
  exportModel,
  headLoss,
  headOutputs,
  HRTEM_UNET,
  initialWeights,
  loadModel,
  meanSquaredError,
} from "../../src/train/index.ts";
import {
  openTrainingStep,
  initialState,
  trainingStepValues,
  lossAndGradient,
} from "../../src/train/training-step.ts";
import { parameterCount, trainedCount } from "../../src/train/parameters.ts";
import { sgd } from "../../src/train/optimisers.ts";
import type { Head, Network } from "../../src/train/index.ts";
import type { TrainingStepPlan } from "../../src/train/training-step.ts";

/** Slope of the loss along a random direction: analytic against a central difference in float64. */
function directionalError(plan: TrainingStepPlan): number {
  const { network, batchSize } = plan;
  const rng = openRandomStream(6, network.name);
  const weights = initialWeights(rng, network);
  const { loss, gradient, masks } = lossAndGradient(plan, input("weights", [weights.length]));
  const draw = (length: number, law = () => rng.normal()) => Float64Array.from({ length }, law);
  const targetSize = sizeOf(plan.targetShape ?? network.outputShape);
  const feeds: Record<string, Float64Array> = {
    x: draw(batchSize * sizeOf(network.inputShape)),
    target: draw(batchSize * targetSize),
  };
  for (const { name, shape } of masks) feeds[name] = draw(sizeOf(shape), () => 1.25 * rng.integerBelow(2));
  const center = Float64Array.from(weights, (v) => v + 0.1 * rng.normal());
  const direction = draw(trainedCount(network));
  const moved = (h: number) => center.map((v, i) => v + h * (direction[i] ?? 0));
  const at = (h: number) => evaluate([loss], { ...feeds, weights: moved(h) })[0][0];
  const h = 1e-6;
  const numeric = (at(h) - at(-h)) / (2 * h);
  const [analytic] = evaluate([gradient], { ...feeds, weights: center });
  const slope = analytic.reduce((sum, v, i) => sum + v * direction[i], 0);
  return Math.abs(slope - numeric) / Math.abs(numeric);
}

const small = { inputSize: 8, outputs: 2, widths: [3, 4], denseWidth: 5 } as const;
const heads: Head[] = [
  { kind: "point" },
  { kind: "gaussian" },
  { kind: "fullGaussian" },
  { kind: "mixture", components: 3 },
];

describe("networks have the gradients of their losses", () => {
  for (const head of heads) {
    test(`regressor with a ${head.kind} head`, () => {
      const network = buildRegressor({ ...small, head });
      expect(network.outputShape).toEqual([headOutputs(head, 2)]);
      const plan = { network, loss: headLoss(head), optimiser: sgd(), batchSize: 3, targetShape: [2] };
      // h^2 and rounding 1e-16/1e-6; a ReLU that flips between the two points would show as more
      expect(directionalError(plan)).toBeLessThan(1e-6);
    });
  }

  const others: [string, Network][] = [
    ["residual", buildRegressor({ ...small, body: "residual", normalisation: { kind: "batch" } })],
    [
      "residual, group normalisation",
      buildRegressor({
        ...small,
        widths: [4, 4],
        body: "residual",
        normalisation: { kind: "group", groups: 2 },
      }),
    ],
    ["dropout", buildRegressor({ ...small, dropoutRate: 0.2 })],
    ["set of three images", buildRegressor({ ...small, setSize: 3 })],
    ["HRTEM U-Net", buildUnet({ inputSize: 16, ...HRTEM_UNET, widths: [2, 3], bottomWidth: 4 })],
  ];
  for (const [title, network] of others) {
    test(`${title}`, () => {
      const plan = { network, loss: meanSquaredError, optimiser: sgd(), batchSize: 2 };
      expect(directionalError(plan)).toBeLessThan(1e-6);
    });
  }
});

describe("networks", () => {
  test("the reference networks have PyTorch's parameter counts, the HRTEM U-Net the published one", () => {
    expect(parameterCount(buildRegressor({ inputSize: 128, outputs: 6 }))).toBe(105_798);
    expect(parameterCount(buildUnet({ inputSize: 256 }))).toBe(2_158_417);
    expect(parameterCount(buildUnet({ inputSize: 512, ...HRTEM_UNET }))).toBe(65_490);
  });

  test("a set's answer does not depend on the order of its images, and the batch axis of its model is free", async () => {
    const network = buildRegressor({ ...small, setSize: 3 });
    const rng = openRandomStream(2);
    const model = await loadModel(exportModel(network, initialWeights(rng, network), { kind: "set" }), {
      kind: "set",
    });
    const image = () => Float32Array.from({ length: 64 }, () => rng.normal());
    const [a, b, c] = [image(), image(), image()];
    const sets = Float32Array.from([a, b, c, c, a, b].flatMap((values) => [...values]));
    const { outputs } = await model.predict(sets, 2);
    await model.dispose();
    // means of three float32 numbers in another order
    expect(Math.abs(outputs[0] - outputs[2])).toBeLessThan(1e-6);
    expect(Math.abs(outputs[1] - outputs[3])).toBeLessThan(1e-6);
  });

  test("running statistics follow the batch, and inference uses them", async () => {
    const network = buildUnet({
      inputSize: 8,
      widths: [2],
      bottomWidth: 2,
      normalisation: { kind: "batch", momentum: 1 },
    });
    const plan = { network, loss: meanSquaredError, optimiser: sgd(), batchSize: 4 };
    const rng = openRandomStream(3);
    const weights = initialWeights(rng, network);
    const batch = {
      x: Float32Array.from({ length: 256 }, () => 3 + 2 * rng.normal()),
      target: new Float32Array(256),
    };
    const step = await openTrainingStep(plan);
    const { state } = await step.run(initialState(plan, weights), batch, { step: 1, learningRate: 0, rng });
    await step.dispose();
    expect(state.weights.subarray(0, trainedCount(network))).toEqual(
      weights.subarray(0, trainedCount(network)),
    );
    const [mean] = state.weights.subarray(trainedCount(network));
    // momentum 1 takes the batch's mean of the first channel: filter sum times 3, plus border effects
    const filterSum = weights.subarray(0, 9).reduce((sum, v) => sum + v, 0);
    expect(Math.abs(mean - 3 * filterSum)).toBeLessThan(0.35 * Math.abs(3 * filterSum) + 0.5);
    expect(mean).not.toBe(0);
  });
});

describe("the optimiser's step", () => {
  const network = buildRegressor(small);
  const base = { network, loss: meanSquaredError, batchSize: 2 };
  const rng = openRandomStream(9);
  const weights = initialWeights(rng, network);
  const feeds = {
    x: Float64Array.from({ length: 128 }, () => rng.normal()),
    target: Float64Array.from({ length: 4 }, () => rng.normal()),
    weights,
    learningRate: [0.1],
    velocity: new Float64Array(weights.length),
    moment1: new Float64Array(weights.length),
    moment2: new Float64Array(weights.length),
    unbias1: [10],
    unbias2: [1000],
    average: weights,
  };
  const stepOf = (plan: TrainingStepPlan) => {
    const { outputs } = trainingStepValues(plan);
    const values = evaluate(Object.values(outputs), feeds);
    return Object.fromEntries(Object.keys(outputs).map((name, i) => [name, values[i]]));
  };
  const norm = (a: ArrayLike<number>) => Math.hypot(...Array.from(a));
  const moved = (next: Float64Array) => next.map((v, i) => v - weights[i]);

  test("clipping shortens the gradient to the largest norm and leaves a shorter one alone", () => {
    const free = moved(stepOf({ ...base, optimiser: sgd() }).next_weights);
    const clipped = moved(stepOf({ ...base, optimiser: sgd(), maxGradientNorm: 0.01 }).next_weights);
    expect(norm(free)).toBeGreaterThan(0.002);
    expect(norm(clipped)).toBeCloseTo(0.1 * 0.01, 6);
    const roomy = moved(stepOf({ ...base, optimiser: sgd(), maxGradientNorm: 1e6 }).next_weights);
    expect(norm(roomy.map((v, i) => v - free[i]))).toBeLessThan(1e-9);
  });

  test("frozen parameters keep their values, even under weight decay", () => {
    const next = stepOf({
      ...base,
      optimiser: adamW({ weightDecay: 0.5 }),
      frozenPrefixes: ["body."],
    }).next_weights;
    const bodySize = 3 * 9 + 3 + 4 * 27 + 4;
    expect(norm(moved(next).subarray(0, bodySize))).toBe(0);
    expect(norm(moved(next).subarray(bodySize))).toBeGreaterThan(0.1);
  });

  test("AdamW shrinks weights by rate times decay besides Adam's step, but no biases", () => {
    const plain = stepOf({ ...base, optimiser: adamW({ weightDecay: 0 }) }).next_weights;
    const decayed = stepOf({ ...base, optimiser: adamW({ weightDecay: 0.5 }) }).next_weights;
    const difference = decayed.map((v, i) => v - plain[i]);
    for (let i = 0; i < 27; i++) expect(difference[i]).toBeCloseTo(-0.1 * 0.5 * weights[i], 7);
    for (let i = 27; i < 30; i++) expect(difference[i]).toBe(0);
  });

  test("the moving average takes its share of the new weights", () => {
    const { next_weights, next_average } = stepOf({ ...base, optimiser: sgd(), averageDecay: 0.9 });
    next_average.forEach((v, i) => expect(v).toBeCloseTo(0.9 * weights[i] + 0.1 * next_weights[i], 6));
  });

  test("momentum adds the velocity that was carried along", () => {
    const pushed = { ...feeds, velocity: new Float64Array(weights.length).fill(1) };
    const { outputs } = trainingStepValues({ ...base, optimiser: sgd({ momentum: 0.5 }) });
    const [withPush] = evaluate([outputs.next_weights], pushed);
    const [without] = evaluate([outputs.next_weights], feeds);
    withPush.forEach((v, i) => expect(without[i] - v).toBeCloseTo(0.1 * 0.5, 7));
  });
});
