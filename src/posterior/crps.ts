/**
 * Continuous ranked probability score of the distribution that a forecast's draws come from.
 *
 * CRPS = E|X - y| - E|X - X'| / 2 [gneiting2007], with X and X' two different draws: so the score does not depend on how many
 * there are, and thirty neighbours are not worse than two thousand errors for being fewer [ferro2014].
 *
 * @example
 * import { crpsOfSample } from "../src/posterior/crps.ts";
 * import { expect } from "vitest";
 * expect(crpsOfSample(3, [1])).toBe(2);
 * // E|X - 4| = 3, E|X - X'| = 2
 * expect(crpsOfSample(4, [0, 2])).toBe(2);
 */
export function crpsOfSample(truth: number, draws: ArrayLike<number>): number {
  const sorted = Float64Array.from(draws).sort();
  const n = sorted.length;
  let toTruth = 0;
  let spread = 0;
  for (let i = 0; i < n; i++) {
    toTruth += Math.abs(sorted[i] - truth);
    // sum over pairs i, j of |x_i - x_j| = 2 sum_i (2 i - n + 1) x_(i)
    spread += (2 * i - n + 1) * sorted[i];
  }
  return toTruth / n - spread / (n * Math.max(1, n - 1));
}
