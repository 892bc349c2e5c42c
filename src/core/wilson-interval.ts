/** Standard normal quantile that leaves 2.5 % on either side. */
const Z = 1.959963984540054;

/**
 * The 95 % interval of a share that was counted [wilson1927]: inside 0 to 1, and right for few counts as well.
 *
 * @param count of those that have the property
 * @param total of all; at least one
 * @returns limits of the share, 0 to 1
 * @example
 * import { wilsonInterval } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(wilsonInterval(0, 10)).toEqual([0, expect.closeTo(0.2775, 4)]);
 */
export function wilsonInterval(count: number, total: number): readonly [number, number] {
  const share = count / total;
  const spread = Z * Math.sqrt((share * (1 - share)) / total + (Z / (2 * total)) ** 2);
  const scale = 1 + Z ** 2 / total;
  const limit = (sign: -1 | 1) => (share + Z ** 2 / (2 * total) + sign * spread) / scale;
  // rounding may leave 0 of 10 a hair below zero
  return [Math.max(0, limit(-1)), Math.min(1, limit(1))];
}
