import { describe, expect, test } from "vitest";
import { openRandomStream, standardDeviation } from "../../src/core/index.ts";
import {
  drawCodes,
  expectedCoverage,
  INTERVAL_LEVELS,
  nearestCodes,
  residualRows,
} from "../../src/posterior/index.ts";

const range = <T>(length: number, of: (index: number) => T) => Array.from({ length }, (_, i) => of(i));

describe("calibrated posteriors", () => {
  /** Errors of a skewed distribution, four times as large for every other image, and a network that knows which. */
  function images(seed: number, count: number) {
    const rng = openRandomStream(seed);
    return range(count, (i) => {
      const spread = i % 2 === 0 ? 0.1 : 0.4;
      const center = rng.normal();
      // the network claims half the spread and misses by a bias
      const truth = center + spread * (rng.normal() ** 2 - 0.5);
      return { output: { centers: [center], spreads: [spread / 2] }, truth };
    });
  }

  test("cover at every level where the network is biased, overconfident and its errors are skewed", () => {
    const calibration = images(1, 1000);
    const held = images(2, 2000);
    const residuals = residualRows(
      calibration.map(({ output }) => output),
      calibration.map(({ truth }) => [truth]),
    );
    const posteriors = held.map(({ output }) => drawCodes(output, residuals).map(([code]) => code));
    const covered = expectedCoverage(
      held.map(({ truth }) => truth),
      posteriors,
    );
    for (const level of INTERVAL_LEVELS) {
      // errors of 1000 calibration and 2000 held-out images
      const error = Math.sqrt(level * (1 - level) * (1 / 1000 + 1 / 2000));
      expect(Math.abs(covered[String(level)] - level)).toBeLessThan(4 * error);
    }
    expect(standardDeviation(posteriors[1]) / standardDeviation(posteriors[0])).toBeCloseTo(4, 10);
  });
});

test("nearestCodes() returns what the most similar images were made of, without the image itself", () => {
  const measures = range(10, (i) => [i, 100 * i]);
  const codes = range(10, (i) => [i / 10]);
  const options = { deviations: [1, 100], count: 2 };
  expect(nearestCodes({ measures, codes }, [3.1, 310], options)).toEqual([[0.3], [0.4]]);
  expect(nearestCodes({ measures, codes }, measures[3], { ...options, leftOut: 3 })).toEqual([[0.2], [0.4]]);
});
