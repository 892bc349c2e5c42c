import { expect, test } from "vitest";
import { mean, openRandomStream } from "../../src/core/index.ts";
import { correctReading, fitCenterCorrections, type Reading } from "../../src/inverse/index.ts";

/** Centres that shrink large truths, as a network does whose loss forgives what it is unsure of; the spread says how unsure. */
function shrunk(seed: number, count: number): { readings: Reading[]; codes: number[][] } {
  const rng = openRandomStream(seed);
  const readings: Reading[] = [];
  const codes: number[][] = [];
  for (let i = 0; i < count; i++) {
    const center = rng.normal();
    const spread = 0.2 + 0.3 * rng.uniform();
    readings.push({ centers: [center, 1], spreads: [spread, 1] });
    codes.push([center + 0.2 * center ** 2 + spread * (center - 0.5) + spread * rng.normal(), NaN]);
  }
  return { readings, codes };
}

test("correctReading() takes away what centres err on average, everywhere in their range", () => {
  const { readings, codes } = shrunk(1, 4000);
  // the second quantity is known of 500 images only, which stated 1 where 3 was true
  codes.slice(0, 500).forEach((row) => (row[1] = 3));
  const corrections = fitCenterCorrections(readings, codes);
  const other = shrunk(2, 4000);
  const corrected = other.readings.map((reading) => correctReading(reading, corrections));
  for (const [low, high] of [
    [-2, -1],
    [-1, 0],
    [0, 1],
    [1, 2],
  ]) {
    const inside = other.readings.flatMap(({ centers }, i) =>
      centers[0] >= low && centers[0] < high ? [i] : [],
    );
    const error = mean(inside.map((i) => other.codes[i][0] - corrected[i].centers[0]));
    const before = mean(inside.map((i) => other.codes[i][0] - other.readings[i].centers[0]));
    // 500 images or more with a scatter of 0.35: a standard error of 0.016
    expect(Math.abs(error)).toBeLessThan(0.06);
    expect(Math.abs(before)).toBeGreaterThan(Math.abs(error));
  }
  expect(corrected[0].centers[1]).toBeCloseTo(3, 3);
  expect(corrected.map(({ spreads }) => spreads)).toEqual(other.readings.map(({ spreads }) => spreads));
});

test("beyond the centres that it was fitted to, a correction stays what it is at their edge", () => {
  const { readings, codes } = shrunk(3, 1000);
  const corrections = fitCenterCorrections(
    readings,
    codes.map(([code]) => [code]),
  );
  const shift = (center: number) =>
    correctReading({ centers: [center], spreads: [0.3] }, corrections).centers[0] - center;
  expect(shift(40)).toBeCloseTo(shift(corrections[0].centers[1]), 9);
  expect(shift(-40)).toBeCloseTo(shift(corrections[0].centers[0]), 9);
});

test("too few images correct nothing", () => {
  const { readings, codes } = shrunk(4, 100);
  expect(fitCenterCorrections(readings, codes)).toEqual([]);
  expect(correctReading(readings[0], [])).toBe(readings[0]);
});
