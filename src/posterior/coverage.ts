import { mean } from "../core/index.ts";
/** Levels at which intervals are given and their coverage is checked. */
export const INTERVAL_LEVELS = [0.5, 0.68, 0.9, 0.95] as const;

/**
 * The central interval of an empirical posterior: equal shares of the draws lie below and above it.
 *
 * Its ends are order statistics, floor((n + 1)(1 - level)/2) and its mirror image, so that the interval holds a new
 * value that is exchangeable with the draws with at least the stated probability [vovk2005].
 */
export function centralInterval(sorted: ArrayLike<number>, level: number): readonly [number, number] {
  const n = sorted.length;
  const rank = Math.max(1, Math.floor(((n + 1) * (1 - level)) / 2 + 1e-9));
  return [sorted[rank - 1], sorted[n - rank]];
}

/**
 * The largest share that a central interval of so many draws holds: that between the smallest and the largest.
 *
 * @param drawCount draws, such as the errors that calibrate a posterior
 * @returns (n - 1)/(n + 1), the probability that a new value lies between them
 * @example
 * import { widestLevel } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * expect(widestLevel(39)).toBe(0.95);
 */
export function widestLevel(drawCount: number): number {
  return (drawCount - 1) / (drawCount + 1);
}

/**
 * Share of truths that lie inside the central intervals of their posteriors, per level.
 *
 * @param truths one value per posterior
 * @param posteriors draws of each posterior, any order
 * @returns share per level of INTERVAL_LEVELS, such as {"0.68": 0.67}
 */
export function expectedCoverage(
  truths: readonly number[],
  posteriors: readonly ArrayLike<number>[],
): Readonly<Record<string, number>> {
  const sorted = posteriors.map((draws) => Float64Array.from(draws).sort());
  const shares = INTERVAL_LEVELS.map((level) => {
    const inside = truths.filter((truth, i) => {
      const [low, high] = centralInterval(sorted[i], level);
      return truth >= low && truth <= high;
    });
    return [String(level), inside.length / truths.length] as const;
  });
  return Object.fromEntries(shares);
}

/**
 * Sharpness: the mean width of the central intervals. Of two calibrated posteriors the sharper one knows more.
 *
 * @param posteriors draws of each posterior, any order
 * @param level share that the intervals hold
 * @returns mean width in the unit of the draws
 */
export function sharpness(posteriors: readonly ArrayLike<number>[], level: number): number {
  const widths = posteriors.map((draws) => {
    const [low, high] = centralInterval(Float64Array.from(draws).sort(), level);
    return high - low;
  });
  return mean(widths);
}
