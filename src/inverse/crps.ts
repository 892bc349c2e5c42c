import { normalCdf, normalDensity } from "./normal-law.ts";

/** A Gaussian component; weights of a mixture sum to 1. */
export interface GaussianComponent {
  readonly weight: number;
  readonly mean: number;
  readonly standardDeviation: number;
}

/**
 * Continuous ranked probability score of a Gaussian forecast, closed form [gneiting2007].
 *
 * CRPS = integral of (F(x) - [x >= y])^2 dx: 0 for certainty about the truth, |error| for a point forecast.
 *
 * @param truth the value that came true, any unit
 * @param mean of the forecast
 * @param standardDeviation of the forecast; above 0
 * @returns the score in the same unit; smaller is better
 * @example
 * import { crpsOfGaussian } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * // at the mean: s (sqrt(2) - 1) / sqrt(pi)
 * expect(crpsOfGaussian(0, 0, 1)).toBeCloseTo((Math.SQRT2 - 1) / Math.sqrt(Math.PI), 14);
 */
export function crpsOfGaussian(truth: number, mean: number, standardDeviation: number): number {
  const z = (truth - mean) / standardDeviation;
  // s [z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi)]
  return standardDeviation * (z * (2 * normalCdf(z) - 1) + 2 * normalDensity(z) - 1 / Math.sqrt(Math.PI));
}

/**
 * Continuous ranked probability score of a mixture of Gaussians, closed form [grimit2006].
 *
 * @param truth the value that came true
 * @param components Gaussians with weights that sum to 1
 * @returns the score in the unit of the truth
 */
export function crpsOfMixture(truth: number, components: readonly GaussianComponent[]): number {
  // CRPS = sum w_i A(y - m_i, s_i^2) - 1/2 sum w_i w_j A(m_i - m_j, s_i^2 + s_j^2)
  let toTruth = 0;
  let spread = 0;
  for (const one of components) {
    toTruth += one.weight * meanDistance(truth - one.mean, one.standardDeviation);
    for (const other of components) {
      const width = Math.hypot(one.standardDeviation, other.standardDeviation);
      spread += one.weight * other.weight * meanDistance(one.mean - other.mean, width);
    }
  }
  return toTruth - spread / 2;
}

/** E|X| of a normal X: A(m, s^2) = m (2 Phi(m/s) - 1) + 2 s phi(m/s). */
function meanDistance(mean: number, standardDeviation: number): number {
  const z = mean / standardDeviation;
  return mean * (2 * normalCdf(z) - 1) + 2 * standardDeviation * normalDensity(z);
}

/**
 * Continuous ranked probability score of an empirical forecast.
 *
 * CRPS = E|X - y| - E|X - X'| / 2 with X, X' drawn independently from the sample.
 *
 * @param truth the value that came true
 * @param draws the forecast as equally likely values, any order; at least one
 * @returns the score in the unit of the truth
 * @example
 * import { crpsOfSample } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * expect(crpsOfSample(3, [1])).toBe(2);
 * // E|X - 1| = 1, E|X - X'| = 1
 * expect(crpsOfSample(1, [0, 2])).toBe(0.5);
 */
export function crpsOfSample(truth: number, draws: ArrayLike<number>): number {
  const sorted = Float64Array.from(draws).sort();
  const n = sorted.length;
  let toTruth = 0;
  let spread = 0;
  for (let i = 0; i < n; i++) {
    toTruth += Math.abs(sorted[i] - truth);
    // sum over pairs of |x_i - x_j| = 2 sum_i (2 i - n + 1) x_(i)
    spread += (2 * i - n + 1) * sorted[i];
  }
  return toTruth / n - spread / (n * n);
}
