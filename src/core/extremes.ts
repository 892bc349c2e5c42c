/**
 * Smallest and largest value.
 *
 * @param values any numbers; NaN is passed over
 * @returns [smallest, largest]; [Infinity, -Infinity] where there is none
 * @example
 * import { extremes } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(extremes([2, -1, NaN, 5])).toEqual([-1, 5]);
 */
export function extremes(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return [low, high];
}
