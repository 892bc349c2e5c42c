import { describe, expect, test } from "vitest";
import { nthSmallestInPlace, openRandomStream, quantile, quantileOfSorted } from "../../src/core/index.ts";

const rng = openRandomStream(1, "nth smallest");
/** Orders that make a search by pivots slow, and values that are alike. */
const SETS: Readonly<Record<string, (i: number) => number>> = {
  noise: () => rng.normal(),
  "a rise": (i) => i,
  "a fall": (i) => 5 - i,
  "one value": () => 7,
  "two values": (i) => i % 2,
  "a saw": (i) => i % 100,
  "a roof": (i) => Math.min(i, 2000 - i),
  "noise of few levels, and infinities": () => [-Infinity, 1, 2, 3, Infinity][Math.floor(5 * rng.uniform())],
};

describe.each(Object.entries(SETS))("of %s", (_, valueAt) => {
  const values = Float64Array.from({ length: 2001 }, (_value, i) => valueAt(i));
  const sorted = values.toSorted();

  test("nthSmallestInPlace() finds what stands there when all are sorted, smaller ones left of it", () => {
    for (const index of [0, 1, 500, 1000, 1999, 2000]) {
      const own = values.slice();
      expect(nthSmallestInPlace(own, index)).toBe(sorted[index]);
      expect(own[index]).toBe(sorted[index]);
      expect(Math.max(-Infinity, ...own.subarray(0, index))).toBeLessThanOrEqual(sorted[index]);
      expect(Math.min(Infinity, ...own.subarray(index + 1))).toBeGreaterThanOrEqual(sorted[index]);
    }
  });

  test("quantile() is that of the sorted values, to the last digit, and leaves their order", () => {
    const before = values.slice();
    for (const probability of [0, 0.01, 0.25, 0.5, 0.777, 1])
      expect(quantile(values, probability)).toBe(quantileOfSorted(sorted, probability));
    expect(values).toEqual(before);
  });
});

test("quantile() of many values, some of them missing, is that of the sorted ones, holes last", () => {
  const values = Float64Array.from({ length: 1001 }, (_, i) => (i % 10 === 0 ? NaN : i));
  expect(quantile(values, 0.5)).toBe(quantileOfSorted(values.toSorted(), 0.5));
  expect(quantile(values, 1)).toBeNaN();
});
