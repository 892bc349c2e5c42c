import type { RandomStream } from "../core/index.ts";

/**
 * Rank of a truth among the draws of its posterior, as a share: uniform in [0, 1) where posteriors are calibrated
 * (simulation-based calibration [talts2018]).
 *
 * The whole rank k = 0 ... L stands for the interval [k, k + 1)/(L + 1); a uniform number picks the place in it, and
 * likewise among draws equal to the truth, so the share is continuous.
 *
 * @param rng stream for the place inside the rank
 * @param truth the value that came true
 * @param draws of its posterior
 * @returns the share of the posterior below the truth
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

/**
 * How often values fall into equal parts of [0, 1).
 *
 * @param shares values in [0, 1)
 * @param binCount number of parts
 * @returns counts per part
 */
export function rankHistogram(shares: readonly number[], binCount: number): number[] {
  const counts = Array.from({ length: binCount }, () => 0);
  for (const share of shares) counts[Math.min(binCount - 1, Math.floor(share * binCount))]++;
  return counts;
}

/**
 * Kolmogorov-Smirnov test that values are uniform in [0, 1).
 *
 * D = max |F_n(x) - x|; p from the asymptotic series at (sqrt(n) + 0.12 + 0.11/sqrt(n)) D [stephens1970], good from
 * n = 5 on.
 *
 * @param shares values in [0, 1)
 * @returns the distance D and the probability p of one as large by chance
 * @example
 * import { kolmogorovSmirnov } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * const even = Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100);
 * expect(kolmogorovSmirnov(even).distance).toBeCloseTo(0.005, 12);
 * expect(kolmogorovSmirnov(even.map((u) => u ** 2)).p).toBeLessThan(1e-5);
 */
export function kolmogorovSmirnov(shares: readonly number[]): {
  readonly distance: number;
  readonly p: number;
} {
  const sorted = Float64Array.from(shares).sort();
  const n = sorted.length;
  const distance = sorted.reduce((most, u, i) => Math.max(most, u - i / n, (i + 1) / n - u), 0);
  return { distance, p: kolmogorovTail((Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * distance) };
}

/** Q(x) = 2 sum (-1)^(k-1) exp(-2 k^2 x^2); the series alternates too slowly below 0.3, where Q is 1 to 5 digits. */
function kolmogorovTail(x: number): number {
  if (x < 0.3) return 1;
  let sum = 0;
  for (let k = 1; k <= 40; k++) sum += 2 * (-1) ** (k - 1) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, sum));
}
