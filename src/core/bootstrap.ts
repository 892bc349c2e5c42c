import { checkNumber } from "./checks.ts";
import type { RandomStream } from "./random-stream.ts";
import { quantile } from "./statistics.ts";

/** A statistic with what chance in the choice of samples leaves open. */
export interface BootstrapInterval {
  /** The statistic of all samples. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Percentile bootstrap [efron1979] of a statistic whose samples come in groups: whole groups are drawn with replacement, so
 * that samples of one image or lot, which resemble each other, do not make the interval too narrow.
 *
 * @param rng stream of the draws
 * @param groups samples by group; at least one
 * @param statistic of any set of samples; draws where it is NaN are left out
 * @param options.level coverage, 0.95 by default; options.repeats draws, 400 by default
 * @returns value and interval; NaN limits for fewer than two groups
 * @example
 * import { bootstrapInterval, mean, openRandomStream } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const groups = Array.from({ length: 50 }, (_, i) => [i % 2]);
 * const { value, low, high } = bootstrapInterval(openRandomStream(1), groups, mean);
 * expect(value).toBe(0.5);
 * expect(high - low).toBeCloseTo(2 * 1.96 * 0.0707, 1);
 */
export function bootstrapInterval<T>(
  rng: RandomStream,
  groups: readonly (readonly T[])[],
  statistic: (samples: readonly T[]) => number,
  options: { readonly level?: number; readonly repeats?: number } = {},
): BootstrapInterval {
  const { level = 0.95, repeats = 400 } = options;
  checkNumber("repeats", repeats, { min: 1, integer: true, action: "bootstrap" });
  const value = statistic(groups.flat());
  if (groups.length < 2) return { value, low: NaN, high: NaN };
  const draws = Array.from({ length: repeats }, () => {
    const drawn = groups.map(() => groups[rng.integerBelow(groups.length)]);
    return statistic(drawn.flat());
  }).filter((drawn) => !Number.isNaN(drawn));
  return { value, low: quantile(draws, (1 - level) / 2), high: quantile(draws, (1 + level) / 2) };
}
