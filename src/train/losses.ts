import {
  abs,
  add,
  clamp,
  constant,
  divide,
  logSoftmax,
  meanOf,
  multiply,
  negate,
  reduceSum,
  reshape,
  sigmoid,
  slice,
  softplus,
  square,
  subtract,
  sumOf,
} from "../graph/index.ts";
import type { Value } from "../graph/index.ts";

/** A scalar that says how wrong an output is; the mean over the batch. */
export type Loss = (output: Value, target: Value) => Value;

/** How wrong each element is, before the mean is taken. */
export type ElementLoss = (output: Value, target: Value) => Value;

/** (output - target)^2. */
export const squaredError: ElementLoss = (output, target) => square(subtract(output, target));

/** -t ln s(x) - (1 - t) ln(1 - s(x)) with s the logistic function, as softplus(x) - t x: no overflow. */
export const logisticError: ElementLoss = (output, target) =>
  subtract(softplus(output), multiply(output, target));

/** Huber's error: d^2/2 up to delta, then delta (|d| - delta/2) [huber1964]. */
export function huberError(delta: number): ElementLoss {
  return (output, target) => {
    const distance = abs(subtract(output, target));
    const near = clamp(distance, 0, delta);
    return add(multiply(square(near), 0.5), multiply(subtract(distance, near), delta));
  };
}

/**
 * Mean squared error, over samples and outputs alike.
 *
 * @param output [n, ...]
 * @param target same shape
 * @returns scalar, in the target's unit squared
 */
export function meanSquaredError(output: Value, target: Value): Value {
  return meanOf(squaredError(output, target));
}

/** Huber loss: quadratic near zero, linear in the tails, so outliers pull less. */
export function huberLoss(delta: number): Loss {
  return (output, target) => meanOf(huberError(delta)(output, target));
}

/**
 * Binary cross-entropy of logits, the mean over elements.
 *
 * @param output logits [n, ...]
 * @param target probabilities of the same shape, mostly 0 or 1
 * @returns scalar [nat]
 */
export function binaryCrossEntropyWithLogits(output: Value, target: Value): Value {
  return meanOf(logisticError(output, target));
}

/**
 * Cross-entropy over the classes of axis 1, the mean over samples and pixels.
 *
 * @param classWeights factor of each class, so that rare classes count; 1 each by default. The mean is weighted too
 * @returns loss of logits [n, classes, ...] against one-hot targets of the same shape [nat]
 */
export function crossEntropy(classWeights?: readonly number[]): Loss {
  return (output, target) => {
    const likelihood = multiply(target, logSoftmax(output, 1));
    if (classWeights === undefined) return multiply(negate(meanOf(likelihood)), output.shape[1]);
    const shape = output.shape.map((_, axis) => (axis === 1 ? classWeights.length : 1));
    const weights = constant(classWeights, shape);
    return negate(divide(sumOf(multiply(likelihood, weights)), sumOf(multiply(target, weights))));
  };
}

/**
 * Soft Dice loss, 1 - (2 sum(p t) + s)/(sum(p) + sum(t) + s) per sample and channel, then the mean [milletari2016].
 *
 * @param output logits [n, c, h, w]; p is their logistic function
 */
export function diceLoss(output: Value, target: Value): Value {
  const smoothing = 1;
  const probability = sigmoid(output);
  const axes = output.shape.map((_, axis) => axis).slice(2);
  const overlap = add(multiply(reduceSum(multiply(probability, target), axes), 2), smoothing);
  const areas = add(add(reduceSum(probability, axes), reduceSum(target, axes)), smoothing);
  return subtract(1, meanOf(divide(overlap, areas)));
}

/**
 * A weighted sum of binary cross-entropy and Dice loss.
 *
 * @param crossEntropyShare weight of the cross-entropy, 0 to 1; the rest weighs Dice
 * @returns the loss
 */
export function crossEntropyAndDice(crossEntropyShare: number): Loss {
  return (output, target) =>
    add(
      multiply(binaryCrossEntropyWithLogits(output, target), crossEntropyShare),
      multiply(diceLoss(output, target), 1 - crossEntropyShare),
    );
}

/**
 * A loss that looks only where a mask says so.
 *
 * The target has one channel more than the output: its last channel weighs each pixel, 0 to ignore it.
 */
export function maskedLoss(elementLoss: ElementLoss): Loss {
  return (output, target) => {
    const channels = output.shape[1];
    const weights = slice(target, 1, channels, channels + 1);
    const errors = elementLoss(output, slice(target, 1, 0, channels));
    return divide(sumOf(multiply(errors, weights)), multiply(sumOf(weights), channels));
  };
}

/** The parts of a vector of outputs [n, a + b + ...], by their widths. */
export function splitOutputs(output: Value, widths: readonly number[]): Value[] {
  let start = 0;
  return widths.map((width) => slice(output, 1, start, (start += width)));
}

/** Sum over all axes but the batch: [n, ...] -> [n]. */
export function sumPerSample(x: Value): Value {
  return reshape(reduceSum(x, x.shape.map((_, axis) => axis).slice(1)), [x.shape[0]]);
}
