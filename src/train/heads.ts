import { meanSquaredError } from "./losses.ts";
import type { Loss } from "./losses.ts";
import {
  fullGaussianNll,
  fullGaussianOutputs,
  gaussianNll,
  mixtureNll,
  mixtureOutputs,
} from "./probabilistic-losses.ts";

/** What a regressor says of its targets: a point, or a distribution. */
export type Head =
  | { readonly kind: "point" }
  /** Independent Gaussians with a mean and a variance each; beta as in beta-NLL. */
  | { readonly kind: "gaussian"; readonly beta?: number }
  /** One Gaussian with a full covariance: correlated parameters stay correlated. */
  | { readonly kind: "fullGaussian" }
  /** A mixture of diagonal Gaussians: several answers to one image. */
  | { readonly kind: "mixture"; readonly components: number };

/**
 * Count of numbers that a head puts out.
 *
 * @param head kind of head
 * @param targets count of targets
 * @returns outputs of the last layer
 * @example
 * import { headOutputs } from "../src/train/index.ts";
 * import { expect } from "vitest";
 * expect(headOutputs({ kind: "fullGaussian" }, 6)).toBe(27);
 */
export function headOutputs(head: Head, targets: number): number {
  switch (head.kind) {
    case "point":
      return targets;
    case "gaussian":
      return 2 * targets;
    case "fullGaussian":
      return fullGaussianOutputs(targets);
    case "mixture":
      return mixtureOutputs(targets, head.components);
  }
}

/**
 * The loss that trains a head.
 *
 * @param head kind of head
 * @returns mean squared error for a point, else the negative log-likelihood
 */
export function headLoss(head: Head): Loss {
  switch (head.kind) {
    case "point":
      return meanSquaredError;
    case "gaussian":
      return gaussianNll(head);
    case "fullGaussian":
      return fullGaussianNll;
    case "mixture":
      return mixtureNll(head.components);
  }
}

/** Mean and spread of each target. */
export interface HeadMoments {
  readonly mean: Float64Array;
  /** NaN for a point head, which states none. */
  readonly standardDeviation: Float64Array;
}

/**
 * Mean and standard deviation of each target under the distribution that a head put out.
 *
 * @param head kind of head
 * @param outputs the head's numbers for one sample
 * @param targets count of targets
 * @returns first two moments, per target
 */
export function headMoments(head: Head, outputs: ArrayLike<number>, targets: number): HeadMoments {
  const at = (start: number, map: (v: number) => number = (v) => v) =>
    Float64Array.from({ length: targets }, (_, i) => map(outputs[start + i]));
  switch (head.kind) {
    case "point":
      return { mean: at(0), standardDeviation: new Float64Array(targets).fill(NaN) };
    case "gaussian":
      return { mean: at(0), standardDeviation: at(targets, (logVariance) => Math.exp(logVariance / 2)) };
    case "fullGaussian":
      return { mean: at(0), standardDeviation: spreadOfPrecision(outputs, targets) };
    case "mixture":
      return mixtureMoments(outputs, targets, head.components);
  }
}

/** sqrt of the diagonal of (L^T L)^-1 = A A^T with A = L^-1, by forward substitution. */
function spreadOfPrecision(outputs: ArrayLike<number>, k: number): Float64Array {
  const factor = (row: number, column: number) =>
    row === column ? Math.exp(outputs[k + row]) : outputs[2 * k + (row * (row - 1)) / 2 + column];
  const inverse = Array.from({ length: k }, () => new Float64Array(k));
  for (let column = 0; column < k; column++) {
    for (let row = column; row < k; row++) {
      let rest = row === column ? 1 : 0;
      for (let j = column; j < row; j++) rest -= factor(row, j) * inverse[j][column];
      inverse[row][column] = rest / factor(row, row);
    }
  }
  return Float64Array.from(inverse, (row) => Math.hypot(...row));
}

/** mean = sum w m; variance = sum w (s^2 + m^2) - mean^2. */
function mixtureMoments(outputs: ArrayLike<number>, k: number, components: number): HeadMoments {
  const largest = Math.max(...Array.from({ length: components }, (_, j) => outputs[j]));
  const raw = Array.from({ length: components }, (_, j) => Math.exp(outputs[j] - largest));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float64Array(k);
  const square = new Float64Array(k);
  raw.forEach((weight, j) => {
    for (let i = 0; i < k; i++) {
      const m = outputs[components + j * k + i];
      const sigma = Math.exp(outputs[components + components * k + j * k + i]);
      mean[i] += (weight / total) * m;
      square[i] += (weight / total) * (sigma * sigma + m * m);
    }
  });
  return { mean, standardDeviation: square.map((value, i) => Math.sqrt(Math.max(0, value - mean[i] ** 2))) };
}
