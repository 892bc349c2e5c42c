import type { RandomStream } from "../core/index.ts";
import { normalCdf } from "./normal-distribution.ts";

/**
 * Rank of a truth among the draws of its posterior, as a share: uniform in [0, 1) where posteriors are calibrated
 * (simulation-based calibration [talts2018]).
 *
 * The whole rank k = 0 ... L stands for the interval [k, k + 1)/(L + 1); a uniform number picks the place in it, and
 * likewise among draws equal to the truth, so the share is continuous.
 */
export function rankShare(rng: RandomStream, truth: number, draws: ArrayLike<number>): number {
  let below = 0;
  let equal = 0;
  for (let i = 0; i < draws.length; i++) {
    if (draws[i] < truth) below++;
    else if (draws[i] === truth) equal++;
  }
  return (below + (equal + 1) * rng.uniform()) / (draws.length + 1);
}

/** How often values fall into equal parts of [0, 1). */
export function rankHistogram(shares: readonly number[], binCount: number): number[] {
  const counts = Array.from({ length: binCount }, () => 0);
  for (const share of shares) counts[Math.min(binCount - 1, Math.floor(share * binCount))]++;
  return counts;
}

/**
 * Kolmogorov-Smirnov test that values are uniform in [0, 1).
 *
 * D = max |F_n(x) - x|; p from the asymptotic series at (sqrt(k) + 0.12 + 0.11/sqrt(k)) D [stephens1970], good from
 * k = 5 on, where k is the number n of values.
 *
 * Ranks among the draws of posteriors that are all made from the same m errors are another matter: those errors scatter
 * themselves, and all ranks with them. The test is then that of two samples, the n errors that came true against the m, and
 * k = n m / (n + m).
 *
 * @param shares values in [0, 1)
 * @param drawCount errors m that all posteriors were made from; values are taken as uniform beyond doubt by default
 * @returns the distance D and the probability p of one as large by chance
 * @example
 * import { kolmogorovSmirnov } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const even = Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100);
 * expect(kolmogorovSmirnov(even).distance).toBeCloseTo(0.005, 12);
 * expect(kolmogorovSmirnov(even.map((u) => u ** 2)).p).toBeLessThan(1e-5);
 */
export function kolmogorovSmirnov(
  shares: readonly number[],
  drawCount = Infinity,
): {
  readonly distance: number;
  readonly p: number;
} {
  const sorted = Float64Array.from(shares).sort();
  const n = sorted.length;
  const distance = sorted.reduce((most, u, i) => Math.max(most, u - i / n, (i + 1) / n - u), 0);
  const root = Math.sqrt(effectiveCount(n, drawCount));
  return { distance, p: kolmogorovTail((root + 0.12 + 0.11 / root) * distance) };
}

/** n m / (n + m), which is n where m is without end. */
function effectiveCount(n: number, m: number): number {
  return n / (1 + n / m);
}

/**
 * Mood's test that ranks lie as far from the middle as those of a posterior of the right width [mood1954].
 *
 * The Kolmogorov-Smirnov test asks where ranks lie and hardly sees a posterior that is too narrow by a tenth. The mean of
 * (u - 1/2)^2 does: it is 1/12 with a variance of 1/180 a rank, more where posteriors are too narrow, less where they are too
 * wide.
 */
export function moodTest(
  shares: readonly number[],
  drawCount = Infinity,
): { readonly z: number; readonly p: number } {
  const n = shares.length;
  const dispersion = shares.reduce((sum, u) => sum + (u - 0.5) ** 2, 0) / n;
  const z = (dispersion - 1 / 12) * Math.sqrt(180 * effectiveCount(n, drawCount));
  return { z, p: 2 * normalCdf(-Math.abs(z)) };
}

/** Q(x) = 2 sum (-1)^(k-1) exp(-2 k^2 x^2); the series alternates too slowly below 0.3, where Q is 1 to 5 digits. */
function kolmogorovTail(x: number): number {
  if (x < 0.3) return 1;
  let sum = 0;
  for (let k = 1; k <= 40; k++) sum += 2 * (-1) ** (k - 1) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, sum));
}
