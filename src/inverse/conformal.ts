/** Levels at which intervals are given and their coverage is checked. */
export const INTERVAL_LEVELS = [0.5, 0.68, 0.9, 0.95] as const;

/**
 * Half-width of split-conformal prediction intervals [lei2018].
 *
 * The interval prediction +- half-width covers a new value with at least the stated probability when the new
 * image comes from the same simulator, whatever the law of the errors: the half-width is the ceil((n + 1) level)-th
 * smallest absolute error on n images that were not trained on.
 *
 * @param errors prediction minus truth on held-out images, any unit
 * @param level wanted coverage, between 0 and 1
 * @returns the half-width in the same unit; the largest error where n is too small for the level
 * @example
 * import { conformalHalfWidth } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * expect(conformalHalfWidth([1, -2, 3, -4], 0.5)).toBe(3);
 */
export function conformalHalfWidth(errors: ArrayLike<number>, level: number): number {
  const sizes = Float64Array.from(errors, Math.abs).sort();
  const rank = Math.ceil((sizes.length + 1) * level);
  return sizes[Math.min(rank, sizes.length) - 1];
}
