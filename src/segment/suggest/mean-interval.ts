import { checkNumber, mean, standardDeviation } from "../../core/index.ts";
import type { BootstrapInterval } from "../../core/index.ts";

/** Two-sided 95 % points of Student's t for 1, 2 and 3 degrees of freedom, which the series below misses. */
const FIRST = [12.706, 4.303, 3.182] as const;
const NORMAL = 1.959964;

/**
 * A mean with its 95 % interval by Student's t: for a handful of runs, of which a bootstrap would make too narrow a one.
 *
 * @param values two or more independent ones
 * @returns mean and limits; they assume that means of such values are nearly normal
 * @throws RangeError for fewer than two values
 * @example
 * import { meanInterval } from "../src/segment/suggest/mean-interval.ts";
 * import { expect } from "vitest";
 * // 3 -+ 2.776 x 1.581 / sqrt(5)
 * const { value, high } = meanInterval([1, 2, 3, 4, 5]);
 * expect([value, Number(high.toFixed(2))]).toEqual([3, 4.96]);
 */
export function meanInterval(values: readonly number[]): BootstrapInterval {
  const count = checkNumber("values", values.length, { min: 2, action: "estimate mean" });
  const value = mean(values);
  const reach = (studentPoint(count - 1) * standardDeviation(values)) / Math.sqrt(count);
  return { value, low: value - reach, high: value + reach };
}

/** [abramowitz1964] 26.7.5, three terms: right to 0.5 % from 4 degrees of freedom on. */
function studentPoint(freedom: number): number {
  if (freedom <= FIRST.length) return FIRST[freedom - 1];
  const [z, z2] = [NORMAL, NORMAL * NORMAL];
  const first = (z * (z2 + 1)) / 4;
  const second = (z * (5 * z2 * z2 + 16 * z2 + 3)) / 96;
  const third = (z * (3 * z2 ** 3 + 19 * z2 ** 2 + 17 * z2 - 15)) / 384;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}
