import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import {
  distanceFromTraining,
  fitOutOfDistributionTest,
  strangeRecording,
} from "../../src/posterior/index.ts";

/** Correlated Gaussian features: the second is the first plus a little noise, the third never varies. */
function gaussianFeatures(count: number, purpose: string): number[][] {
  const rng = openRandomStream(1, purpose);
  return Array.from({ length: count }, () => {
    const first = rng.normal();
    return [first, first + 0.1 * rng.normal(), 5];
  });
}

test("fitOutOfDistributionTest() calls the stated share of its own kind out of distribution", () => {
  const cloud = fitOutOfDistributionTest(
    gaussianFeatures(4000, "train"),
    gaussianFeatures(4000, "held out"),
    0.01,
  );
  const fresh = gaussianFeatures(4000, "fresh").filter(
    (row) => distanceFromTraining(cloud, row) > cloud.limit,
  );
  // both the limit and this count are binomial: 40 expected, standard error sqrt(2 * 40)
  expect(Math.abs(fresh.length - 40)).toBeLessThan(4 * Math.sqrt(80));
});

test("distanceFromTraining() sees what breaks a correlation, though each value alone is ordinary", () => {
  const cloud = fitOutOfDistributionTest(
    gaussianFeatures(4000, "train"),
    gaussianFeatures(4000, "held out"),
    0.01,
  );
  expect(distanceFromTraining(cloud, [1, 1, 5])).toBeLessThan(cloud.limit);
  expect(distanceFromTraining(cloud, [1, -1, 5])).toBeGreaterThan(3 * cloud.limit);
});

test("distanceFromTraining() is 1 on average for independent features of any scale", () => {
  const rng = openRandomStream(2);
  const rows = Array.from({ length: 5000 }, () => [1e-3 * rng.normal(), 1e3 * rng.normal()]);
  const cloud = fitOutOfDistributionTest(rows, rows, 0.01);
  const squares = rows.map((row) => distanceFromTraining(cloud, row) ** 2);
  // the regularisation adds one percent to each variance, a fraction of the median variance to the small one
  const large = squares.reduce((sum, v) => sum + v, 0) / squares.length;
  expect(large).toBeGreaterThan(0.4);
  expect(large).toBeLessThan(1.05);
});

test("distanceFromTraining() counts a feature that never fired before as far out, not as infinitely far", () => {
  const rng = openRandomStream(3);
  const rows = Array.from({ length: 2000 }, () => [rng.normal(), rng.normal(), 0, 0, 0]);
  const cloud = fitOutOfDistributionTest(rows, rows, 0.01);
  const distance = distanceFromTraining(cloud, [0, 0, 1, 0, 0]);
  expect(distance).toBeGreaterThan(3 * cloud.limit);
  // a thousandth of the usual variance is taken for its own: sqrt(1000 / 5) = 14
  expect(Math.abs(distance - Math.sqrt(1000 / 5))).toBeLessThan(1);
});

describe("limits of the recording", () => {
  /** Features of the cloud, and behind them a noise level that is spread evenly between two doses. */
  const rowsOf = (count: number, purpose: string) => {
    const rng = openRandomStream(4, purpose);
    return gaussianFeatures(count, purpose).map((row) => [...row, -rng.uniform()]);
  };
  const cloud = fitOutOfDistributionTest(rowsOf(4000, "train"), rowsOf(2000, "held out"), 0.01, ["above"]);

  test("fitOutOfDistributionTest() shares the stated rate out among its tests", () => {
    const fresh = rowsOf(4000, "fresh").filter((row) => distanceFromTraining(cloud, row) > cloud.limit);
    expect(Math.abs(fresh.length - 40)).toBeLessThan(4 * Math.sqrt(80 + 40));
  });

  test("distanceFromTraining() sees noise just beyond the noisiest training image, and less noise is no reason", () => {
    expect(distanceFromTraining(cloud, [0, 0, 5, 0.1])).toBeGreaterThan(cloud.limit);
    expect(distanceFromTraining(cloud, [0, 0, 5, -0.05])).toBeLessThan(cloud.limit);
    expect(distanceFromTraining(cloud, [0, 0, 5, -3])).toBeLessThan(0.5);
  });
});

describe("limits of several measures", () => {
  /** The cloud's features, a measure with two ends, one with an upper end, and one that is the second again. */
  const rowsOf = (count: number, purpose: string) => {
    const rng = openRandomStream(6, purpose);
    return gaussianFeatures(count, purpose).map((row) => {
      const rise = -Math.log(1 - rng.uniform());
      return [...row, rng.normal(), rise, rise];
    });
  };
  const ends = ["both", "above", "above"] as const;
  const test4000 = fitOutOfDistributionTest(rowsOf(4000, "train"), rowsOf(2000, "held out"), 0.01, ends);
  const typical = test4000.recording.map((measure) => measure.typical);
  const faultsOf = (...recording: number[]) =>
    strangeRecording(test4000, [0, 0, 5, ...recording]).map(({ measure, end }) => `${measure} ${end}`);

  test("fitOutOfDistributionTest() keeps the stated rate, however many measures there are", () => {
    const fresh = rowsOf(4000, "fresh").filter((row) => distanceFromTraining(test4000, row) > test4000.limit);
    // 40 expected; the limits rest on 10 and 10 of 2,000, this count is binomial
    expect(Math.abs(fresh.length - 40)).toBeLessThan(4 * Math.sqrt(80 + 40));
  });

  test("strangeRecording() says which measure lies beyond which end, the farthest first", () => {
    const [two, one, again] = typical;
    expect(faultsOf(two, one, again)).toEqual([]);
    expect(faultsOf(-20, one, again)).toEqual(["0 below"]);
    expect(faultsOf(two, 40, 20)).toEqual(["1 above", "2 above"]);
    expect(faultsOf(20, -5, -5)).toEqual(["0 above"]);
  });

  test("models of earlier versions have limits for their own measures alone", () => {
    const earlier = {
      ...test4000,
      recording: test4000.recording.slice(0, 1).map(({ typical: t, limit }) => ({ typical: t, limit })),
    };
    expect(distanceFromTraining(earlier, [0, 0, 5, -20, 40, 40])).toBeLessThan(earlier.limit);
    expect(distanceFromTraining(earlier, [0, 0, 5, 20, 0, 0])).toBeGreaterThan(earlier.limit);
  });
});
