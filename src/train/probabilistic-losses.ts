import {
  add,
  concat,
  constant,
  exp,
  gather,
  logSoftmax,
  logSumExp,
  matmul,
  meanOf,
  multiply,
  negate,
  reduceSum,
  reshape,
  square,
  stopGradient,
  subtract,
} from "../graph/index.ts";
import type { Value } from "../graph/index.ts";
import { splitOutputs, sumPerSample } from "./losses.ts";
import type { Loss } from "./losses.ts";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Negative log-likelihood of independent Gaussians with predicted mean and variance.
 *
 * beta-NLL multiplies each term by variance^beta, held constant, so that points with a large predicted variance do
 * not stop the mean from learning [seitzer2022].
 *
 * @returns loss of outputs [n, 2k] (k means, k log-variances) against targets [n, k]; the mean over elements [nat]
 */
export function gaussianNll({ beta = 0 }: { readonly beta?: number } = {}): Loss {
  return (output, target) => {
    const count = target.shape[1];
    const [mean, logVariance] = splitOutputs(output, [count, count]);
    // 0.5 (ln 2 pi + ln v + (y - m)^2/v)
    const distance = multiply(square(subtract(target, mean)), exp(negate(logVariance)));
    const terms = add(multiply(add(logVariance, distance), 0.5), HALF_LOG_TWO_PI);
    if (beta === 0) return meanOf(terms);
    return meanOf(multiply(terms, stopGradient(exp(multiply(logVariance, beta)))));
  };
}

/** Count of outputs of a full-covariance Gaussian head. */
export function fullGaussianOutputs(count: number): number {
  return 2 * count + (count * (count - 1)) / 2;
}

/**
 * Negative log-likelihood of a Gaussian with predicted mean and precision matrix L^T L, L lower triangular.
 *
 * -ln p = k/2 ln 2 pi - sum(ln L_ii) + |L (y - m)|^2 / 2. Every L with a positive diagonal is a valid precision.
 *
 * @param output [n, k + k + k(k - 1)/2]: means, ln L_ii, and the rows of L below the diagonal
 * @param target [n, k]
 * @returns scalar, the mean over samples [nat per sample]
 */
export function fullGaussianNll(output: Value, target: Value): Value {
  const [n, k] = target.shape;
  const [mean, logDiagonal, below] = splitOutputs(
    output,
    [k, k, (k * (k - 1)) / 2].filter((width) => width > 0),
  );
  const parts = [exp(logDiagonal), ...(k > 1 ? [below] : []), constant(new Float32Array(n), [n, 1])];
  const factor = reshape(gather(concat(parts, 1), 1, triangleIndices(k)), [n, k, k]);
  const whitened = matmul(factor, reshape(subtract(target, mean), [n, k, 1]));
  const distance = multiply(sumPerSample(square(whitened)), 0.5);
  return add(meanOf(subtract(distance, sumPerSample(logDiagonal))), k * HALF_LOG_TWO_PI);
}

/** Position of each element of L in (diagonal, elements below it row by row, zero). */
function triangleIndices(k: number): number[] {
  const zero = k + (k * (k - 1)) / 2;
  return Array.from({ length: k * k }, (_, at) => {
    const [row, column] = [Math.floor(at / k), at % k];
    if (column > row) return zero;
    return column === row ? row : k + (row * (row - 1)) / 2 + column;
  });
}

/** Count of outputs of a mixture-density head with diagonal Gaussians. */
export function mixtureOutputs(count: number, components: number): number {
  return components * (1 + 2 * count);
}

/**
 * Negative log-likelihood of a mixture of diagonal Gaussians [bishop1994].
 *
 * @returns loss of outputs [n, K (1 + 2k)] (logits, means, log standard deviations) against targets [n, k];
 *   the mean over samples [nat per sample]
 */
export function mixtureNll(components: number): Loss {
  return (output, target) => {
    const [n, k] = target.shape;
    const [logits, means, logSigmas] = splitOutputs(output, [components, components * k, components * k]);
    const shape = [n, components, k];
    const logSigma = reshape(logSigmas, shape);
    const z = multiply(subtract(reshape(target, [n, 1, k]), reshape(means, shape)), exp(negate(logSigma)));
    const logDensity = negate(add(add(multiply(square(z), 0.5), logSigma), HALF_LOG_TWO_PI));
    const joint = add(logSoftmax(logits, 1), reshape(reduceSum(logDensity, [2]), [n, components]));
    return negate(meanOf(logSumExp(joint, 1)));
  };
}
