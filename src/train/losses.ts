import {
  constant,
  divide,
  logSoftmax,
  meanOf,
  multiply,
  negate,
  reduceSum,
  reshape,
  slice,
  softplus,
  square,
  subtract,
  sumOf,
} from "../graph/index.ts";
import type { Value } from "../graph/index.ts";

/** A scalar that says how wrong an output is; the mean over the batch. */
export type Loss = (output: Value, target: Value) => Value;

/** -t ln s(x) - (1 - t) ln(1 - s(x)) with s the logistic function, as softplus(x) - t x: no overflow. */
export function logisticError(output: Value, target: Value): Value {
  return subtract(softplus(output), multiply(output, target));
}

/**
 * Mean squared error, over samples and outputs alike.
 *
 * @param output [n, ...]
 * @param target same shape
 * @returns scalar, in the target's unit squared
 */
export function meanSquaredError(output: Value, target: Value): Value {
  return meanOf(square(subtract(output, target)));
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

/** The parts of a vector of outputs [n, a + b + ...], by their widths. */
export function splitOutputs(output: Value, widths: readonly number[]): Value[] {
  let start = 0;
  return widths.map((width) => slice(output, 1, start, (start += width)));
}

/** Sum over all axes but the batch: [n, ...] -> [n]. */
export function sumPerSample(x: Value): Value {
  return reshape(reduceSum(x, x.shape.map((_, axis) => axis).slice(1)), [x.shape[0]]);
}
