import { describe, expect, test } from "vitest";
import { mean, openRandomStream, standardDeviation } from "../../src/core/index.ts";
import {
  drawCodes,
  expectedCoverage,
  INTERVAL_LEVELS,
  nearestCodes,
  poolReadings,
  residualRows,
  type Target,
} from "../../src/inverse/index.ts";

const range = <T>(length: number, of: (index: number) => T) => Array.from({ length }, (_, i) => of(i));
const radius: Target = { key: "r", label: "r", unit: "nm", scale: "linear", low: 0, high: 1 };

describe("calibrated posteriors", () => {
  /** Errors of a skewed law, four times as large for every other image, and a network that knows which. */
  function images(seed: number, count: number) {
    const rng = openRandomStream(seed);
    return range(count, (i) => {
      const spread = i % 2 === 0 ? 0.1 : 0.4;
      const center = rng.normal();
      // the network claims half the spread and misses by a bias
      const truth = center + spread * (rng.normal() ** 2 - 0.5);
      return { reading: { centers: [center], spreads: [spread / 2] }, truth };
    });
  }

  test("cover at every level where the network is biased, overconfident and its errors are skewed", () => {
    const calibration = images(1, 1000);
    const held = images(2, 2000);
    const residuals = residualRows(
      calibration.map(({ reading }) => reading),
      calibration.map(({ truth }) => [truth]),
    );
    const posteriors = held.map(({ reading }) => drawCodes(reading, residuals).map(([code]) => code));
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

describe("poolReadings()", () => {
  const prior = { means: [0], deviations: [1] };

  test("gives the closed-form posterior of all data of a Gaussian model", () => {
    const rng = openRandomStream(3);
    const theta = rng.normal();
    const data = range(16, () => theta + 0.7 * rng.normal());
    // one datum: precision 1 + 1/0.49, mean y / 0.49 / precision
    const readings = data.map((y) => {
      const precision = 1 + 1 / 0.49;
      return { centers: [y / 0.49 / precision], spreads: [precision ** -0.5] };
    });
    const precision = 1 + 16 / 0.49;
    const { centers, spreads } = poolReadings([radius], readings, prior);
    expect(centers[0]).toBeCloseTo((16 * mean(data)) / 0.49 / precision, 12);
    expect(spreads[0]).toBeCloseTo(precision ** -0.5, 12);
  });

  test("stays at the prior where no image says anything, or claims less than nothing", () => {
    for (const spread of [1, 1.3]) {
      const readings = range(16, () => ({ centers: [0.1], spreads: [spread] }));
      const { centers, spreads } = poolReadings([radius], readings, prior);
      expect(spreads[0]).toBeCloseTo(1, 4);
      expect(centers[0]).toBeCloseTo(0, 4);
    }
  });

  test("averages descriptors, which each aggregate has of its own", () => {
    const readings = [1, 2, 3, 6].map((center) => ({ centers: [center], spreads: [0.4] }));
    const { centers, spreads } = poolReadings([{ ...radius, quantity: "descriptor" }], readings, prior);
    expect(centers[0]).toBe(3);
    expect(spreads[0]).toBeCloseTo(0.2, 12);
  });
});

test("nearestCodes() returns what the most similar images were made of, without the image itself", () => {
  const measures = range(10, (i) => [i, 100 * i]);
  const codes = range(10, (i) => [i / 10]);
  const options = { deviations: [1, 100], count: 2 };
  expect(nearestCodes({ measures, codes }, [3.1, 310], options)).toEqual([[0.3], [0.4]]);
  expect(nearestCodes({ measures, codes }, measures[3], { ...options, leftOut: 3 })).toEqual([[0.2], [0.4]]);
});
