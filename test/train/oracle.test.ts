import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { encodeOnnx } from "../../src/onnx/index.ts";
import { input, lowerToOnnx, openSession, sizeOf } from "../../src/graph/index.ts";
import {
  adam,
  binaryCrossEntropyWithLogits,
  buildRegressor,
  buildUnet,
  initialWeights,
  listParameters,
  meanSquaredError,
} from "../../src/train/index.ts";
import { initialState, openTrainingStep, lossAndGradient } from "../../src/train/training-step.ts";
import { parameterCount } from "../../src/train/parameters.ts";
import type { TrainingStepPlan } from "../../src/train/training-step.ts";

/** Parameters by name, as TensorFlow.js holds them. */
type Named = Record<string, tf.Tensor>;

/** [n, c, h, w] -> [n, h, w, c] and [co, ci, k, k] -> [k, k, ci, co]: TensorFlow.js keeps channels last. */
const toNhwc = (x: tf.Tensor) => tf.transpose(x as tf.Tensor4D, [0, 2, 3, 1]) as tf.Tensor4D;
const toHwio = (filter: tf.Tensor) => tf.transpose(filter as tf.Tensor4D, [2, 3, 1, 0]) as tf.Tensor4D;

function convolve(x: tf.Tensor4D, p: Named, name: string): tf.Tensor4D {
  return tf.add(tf.conv2d(x, toHwio(p[`${name}.filter`]), 1, "same"), p[`${name}.bias`]);
}

/** The regressor once more, in TensorFlow.js. */
function regressorLoss(p: Named, x: tf.Tensor, target: tf.Tensor): tf.Scalar {
  let image = toNhwc(x);
  for (const level of [0, 1]) {
    image = tf.maxPool(tf.relu(convolve(image, p, `body.${level}`)), 2, 2, "valid");
  }
  const features = tf.mean(image, [1, 2]) as tf.Tensor2D;
  const dense = (y: tf.Tensor2D, name: string) =>
    tf.add(tf.matMul(y, p[`${name}.weights`] as tf.Tensor2D), p[`${name}.bias`]) as tf.Tensor2D;
  const output = dense(tf.relu(dense(features, "head.0")), "head.1");
  return tf.mean(tf.square(tf.sub(output, target)));
}

/** Every pixel twice along both axes, by concatenation: tf.image.resizeNearestNeighbor has another gradient. */
function doubled(x: tf.Tensor4D): tf.Tensor4D {
  const [n, height, width, channels] = x.shape;
  const columns = tf.reshape(x, [n * height, width, 1, channels]);
  const rows = tf.reshape(tf.concat([columns, columns], 2), [n, height, 1, 2 * width * channels]);
  return tf.reshape(tf.concat([rows, rows], 2), [n, 2 * height, 2 * width, channels]);
}

/** The U-Net once more, in TensorFlow.js, with a true concatenation. */
function unetLoss(p: Named, x: tf.Tensor, target: tf.Tensor): tf.Scalar {
  const double = (y: tf.Tensor4D, name: string) =>
    tf.relu(convolve(tf.relu(convolve(y, p, `${name}.0`)), p, `${name}.1`));
  let image = toNhwc(x);
  const skips: tf.Tensor4D[] = [];
  for (const level of [0, 1]) {
    skips.push(double(image, `down.${level}`));
    image = tf.maxPool(skips[level], 2, 2, "valid");
  }
  image = double(image, "bottom");
  for (const level of [1, 0]) {
    const wide = doubled(image);
    image = double(tf.concat([convolve(wide, p, `up.${level}`), skips[level]], 3), `merge.${level}`);
  }
  const logits = convolve(image, p, "output");
  const t = toNhwc(target);
  return tf.mean(tf.sub(tf.softplus(logits), tf.mul(logits, t)));
}

const SUBJECTS = [
  {
    title: "a small regressor",
    plan: {
      network: buildRegressor({ inputSize: 12, outputs: 3, widths: [4, 6], denseWidth: 8 }),
      loss: meanSquaredError,
      optimiser: adam({ epsilon: 1e-7 }),
      batchSize: 3,
    },
    oracle: regressorLoss,
  },
  {
    title: "a small U-Net",
    plan: {
      network: buildUnet({ inputSize: 8, widths: [3, 4], bottomWidth: 5 }),
      loss: binaryCrossEntropyWithLogits,
      optimiser: adam({ epsilon: 1e-7 }),
      batchSize: 2,
    },
    oracle: unetLoss,
  },
];

function drawBatch({ network, batchSize }: TrainingStepPlan) {
  const rng = openRandomStream(8, "oracle");
  const draw = (shape: readonly number[], law: () => number) =>
    Float32Array.from({ length: batchSize * sizeOf(shape) }, law);
  const weights = initialWeights(rng, network);
  return {
    weights,
    x: draw(network.inputShape, () => rng.normal()),
    target: draw(network.outputShape, () => rng.integerBelow(2)),
  };
}

function toTensors({ network }: TrainingStepPlan, weights: Float32Array): Named {
  let offset = 0;
  return Object.fromEntries(
    listParameters(network).map(({ name, shape }) => {
      const start = offset;
      offset += sizeOf(shape);
      return [name, tf.tensor(weights.subarray(start, offset), [...shape])];
    }),
  );
}

function flatten({ network }: TrainingStepPlan, named: Named): Float32Array {
  return Float32Array.from(listParameters(network).flatMap(({ name }) => [...named[name].dataSync()]));
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  const scale = b.reduce((largest, v) => Math.max(largest, Math.abs(v)), 0);
  return a.reduce((largest, v, i) => Math.max(largest, Math.abs(v - b[i]) / scale), 0);
}

describe("TensorFlow.js agrees", () => {
  beforeAll(async () => {
    // imported for what they register: the backend's kernels and the gradients
    await import("@tensorflow/tfjs-backend-cpu");
    await import("@tensorflow/tfjs-core/dist/register_all_gradients.js");
    await tf.setBackend("cpu");
  });

  for (const { title, plan, oracle } of SUBJECTS) {
    const { weights, x, target } = drawBatch(plan);
    const shapeOf = (shape: readonly number[]) => [plan.batchSize, ...shape];
    const xTensor = () => tf.tensor(x, shapeOf(plan.network.inputShape));
    const targetTensor = () => tf.tensor(target, shapeOf(plan.network.outputShape));

    test(`on loss and all gradients of ${title}`, async () => {
      const { loss, gradient } = lossAndGradient(plan, input("weights", [parameterCount(plan.network)]));
      const session = await openSession(
        encodeOnnx(lowerToOnnx({ loss, gradient }, { graphName: "gradient" })),
      );
      const ours = await session.run({
        weights: { data: weights, shape: [weights.length] },
        x: { data: x, shape: shapeOf(plan.network.inputShape) },
        target: { data: target, shape: shapeOf(plan.network.outputShape) },
      });
      await session.dispose();
      const named = toTensors(plan, weights);
      const names = Object.keys(named);
      const theirs = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
        const p = Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
        return oracle(p, xTensor(), targetTensor());
      })(Object.values(named));
      const grads = Object.fromEntries(names.map((name, i) => [name, theirs.grads[i]]));
      expect(ours.loss.data[0] / theirs.value.dataSync()[0]).toBeCloseTo(1, 6);
      // both in float32: sums of some hundred terms differ in the last digits
      expect(largestDifference(ours.gradient.data, flatten(plan, grads))).toBeLessThan(1e-5);
    });

    test(`through 20 steps of Adam on ${title}`, async () => {
      const step = await openTrainingStep(plan);
      let state = initialState(plan, weights);
      for (let count = 1; count <= 20; count++) {
        const at = { step: count, learningRate: 1e-3, rng: openRandomStream(1) };
        state = (await step.run(state, { x, target }, at)).state;
      }
      await step.dispose();
      const named = toTensors(plan, weights);
      const variables = Object.fromEntries(Object.entries(named).map(([k, v]) => [k, tf.variable(v)]));
      const theirs = tf.train.adam(1e-3, 0.9, 0.999, 1e-7);
      for (let count = 1; count <= 20; count++) {
        theirs.minimize(() => oracle(variables, xTensor(), targetTensor()));
      }
      // 20 steps of 1e-3 move a weight by 2e-2 at most; a wrong moment or bias correction would show at that size
      expect(largestDifference(state.weights, flatten(plan, variables))).toBeLessThan(1e-4);
      expect(largestDifference(state.weights, weights)).toBeGreaterThan(3e-3);
    });
  }
});
