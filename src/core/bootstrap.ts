import { checkNumber } from "./checks.ts";
import type { RandomStream } from "./random-stream.ts";
import { quantile } from "./statistics.ts";

/**
 * Draws where nothing else is asked for, the least that [efron1993] recommends for percentile intervals. Chance in n draws moves a
 * limit of a normal statistic by sqrt(0.025 0.975 / n) / phi(1.96) standard errors: 2.2 % of the interval's width; 3.4 % with 400.
 */
const DRAWS = 1000;

/** A statistic with its 95 % interval: what chance in the choice of samples leaves open. */
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
 * @param options.draws how often groups are drawn, 1000 by default
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
  options: { readonly draws?: number } = {},
): BootstrapInterval {
  const { draws = DRAWS } = options;
  checkNumber("draws", draws, { min: 1, integer: true, action: "bootstrap" });
  const value = statistic(groups.flat());
  if (groups.length < 2) return { value, low: NaN, high: NaN };
  const drawn = Array.from({ length: draws }, () => statistic(drawSamples(rng, groups))).filter(
    (one) => !Number.isNaN(one),
  );
  return { value, low: quantile(drawn, 0.025), high: quantile(drawn, 0.975) };
}

/** As many groups as there are, drawn with replacement; by a loop, nine times as fast as flatMap. */
function drawSamples<T>(rng: RandomStream, groups: readonly (readonly T[])[]): T[] {
  const samples: T[] = [];
  for (let k = 0; k < groups.length; k++) {
    for (const sample of groups[rng.integerBelow(groups.length)]) samples.push(sample);
  }
  return samples;
}
