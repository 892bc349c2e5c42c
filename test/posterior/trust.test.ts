import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { centralInterval } from "../../src/posterior/coverage.ts";
import { crpsOfSample } from "../../src/posterior/crps.ts";
import {
  expectedCoverage,
  INTERVAL_LEVELS,
  kolmogorovSmirnov,
  sharpness,
  tarpShares,
} from "../../src/posterior/index.ts";
import { moodTest, rankHistogram, rankShare } from "../../src/posterior/rank-statistics.ts";
import { nllOfGaussian } from "../../src/posterior/log-score.ts";
import { normalCdf } from "../../src/posterior/normal-distribution.ts";

const range = <T>(length: number, of: (index: number) => T) => Array.from({ length }, (_, i) => of(i));

test("normalCdf() agrees with tabulated values on both sides of its two formulas", () => {
  // [abramowitz1964] table 26.1 and 26.2
  expect(normalCdf(1)).toBeCloseTo(0.841344746068543, 14);
  expect(normalCdf(-2.5)).toBeCloseTo(0.006209665325776, 14);
  expect(normalCdf(-5) / 2.866515718791939e-7).toBeCloseTo(1, 10);
  expect(normalCdf(3 + 1e-12)).toBeCloseTo(normalCdf(3 - 1e-12), 11);
});

/** Closed form for a Gaussian [gneiting2007]: s (z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi)). */
function crpsOfGaussian(truth: number, mean: number, spread: number): number {
  const z = (truth - mean) / spread;
  const density = Math.exp(-(z ** 2) / 2) / Math.sqrt(2 * Math.PI);
  return spread * (z * (2 * normalCdf(z) - 1) + 2 * density - 1 / Math.sqrt(Math.PI));
}

describe("scores of forecasts", () => {
  test("CRPS of a sample nears that of the distribution it was drawn from", () => {
    const rng = openRandomStream(11);
    const draws = range(20_000, () => 1 + 2 * rng.normal());
    // |X - y| has a standard deviation below 2.5: standard error 0.018
    expect(Math.abs(crpsOfSample(2.2, draws) - crpsOfGaussian(2.2, 1, 2))).toBeLessThan(0.06);
  });

  test("CRPS of five draws is that of their distribution on average, not more", () => {
    const rng = openRandomStream(13);
    const scores = range(20_000, () =>
      crpsOfSample(
        0.7,
        range(5, () => rng.normal()),
      ),
    );
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    // one score has a standard deviation of 0.3; as if draws were paired with themselves, 0.11 more would come out
    expect(Math.abs(mean - crpsOfGaussian(0.7, 0, 1))).toBeLessThan(0.01);
  });

  test("CRPS is proper: on average the true distribution scores best", () => {
    const rng = openRandomStream(12);
    const [truths, draws] = [range(4000, () => rng.normal()), range(200, () => rng.normal())];
    const score = (mean: number, spread: number) => {
      const forecast = draws.map((z) => mean + spread * z);
      return truths.reduce((sum, y) => sum + crpsOfSample(y, forecast), 0) / truths.length;
    };
    for (const [mean, spread] of [
      [0.3, 1],
      [0, 1.5],
      [0, 0.6],
    ]) {
      expect(score(mean, spread)).toBeGreaterThan(score(0, 1));
    }
  });

  test("NLL is -ln of the density", () => {
    expect(nllOfGaussian(3, 1, 2)).toBeCloseTo(-Math.log(Math.exp(-0.5) / (2 * Math.sqrt(2 * Math.PI))), 12);
  });
});

test("centralInterval() covers new values at the stated level, whatever their distribution", () => {
  const rng = openRandomStream(3);
  const skewed = () => rng.normal() ** 3 + 0.5;
  for (const level of INTERVAL_LEVELS) {
    const [low, high] = centralInterval(Float64Array.from({ length: 2000 }, skewed).sort(), level);
    const inside = range(20_000, skewed).filter((value) => value >= low && value <= high);
    // the level reached by n draws has standard deviation sqrt(level (1 - level) / n)
    expect(Math.abs(inside.length / 20_000 - level)).toBeLessThan(
      4 * Math.sqrt((level * (1 - level)) / 2000),
    );
  }
});

/** mu ~ N(0, 1), y ~ N(mu, 1): the posterior is N(y/2, 1/2). */
function conjugateCases(seed: number, count: number, spread: number) {
  const rng = openRandomStream(seed);
  const cases = range(count, () => {
    const truth = rng.normal();
    const data = truth + rng.normal();
    return { truth, draws: range(200, () => data / 2 + spread * rng.normal()) };
  });
  return { truths: cases.map((c) => c.truth), posteriors: cases.map((c) => c.draws) };
}

describe("calibration, on a posterior known in closed form", () => {
  const exact = conjugateCases(21, 1500, Math.SQRT1_2);
  const narrow = conjugateCases(22, 1500, 0.5);
  const shares = ({ truths, posteriors }: typeof exact) => {
    const rng = openRandomStream(23);
    return truths.map((truth, i) => rankShare(rng, truth, posteriors[i]));
  };

  test("the exact posterior covers at every level, a narrow one does not", () => {
    const covered = expectedCoverage(exact.truths, exact.posteriors);
    for (const level of INTERVAL_LEVELS) {
      const error = Math.sqrt((level * (1 - level)) / 1500);
      // intervals of 200 draws scatter a little themselves
      expect(Math.abs(covered[String(level)] - level)).toBeLessThan(4 * error);
    }
    // interval of half-width z(0.9) 0.5 under a spread of 0.707: 2 Phi(1.163) - 1 = 0.755
    expect(Math.abs(expectedCoverage(narrow.truths, narrow.posteriors)["0.9"] - 0.755)).toBeLessThan(0.045);
  });

  test("ranks of the exact posterior are uniform, those of a narrow one pile up at the ends", () => {
    expect(kolmogorovSmirnov(shares(exact)).p).toBeGreaterThan(0.01);
    expect(kolmogorovSmirnov(shares(narrow)).p).toBeLessThan(1e-3);
    const bins = rankHistogram(shares(narrow), 10);
    expect(bins[0] + bins[9]).toBeGreaterThan(1.5 * (bins[4] + bins[5]));
  });

  test("TARP finds the narrow posterior from joint draws", () => {
    const joint = ({ truths, posteriors }: typeof exact) => {
      const pairs = range(truths.length / 2, (i) => i);
      return tarpShares(
        openRandomStream(24),
        pairs.map((i) => [truths[2 * i], truths[2 * i + 1]]),
        pairs.map((i) => posteriors[2 * i].map((x, j) => [x, posteriors[2 * i + 1][j]])),
        [
          [-2, 2],
          [-2, 2],
        ],
      );
    };
    expect(kolmogorovSmirnov(joint(exact)).p).toBeGreaterThan(0.01);
    // all distances too short: the truth lies at the far or near side of the draws too often
    const extreme = joint(narrow).filter((share) => share < 0.1 || share > 0.9).length / 750;
    expect(extreme).toBeGreaterThan(0.26);
  });

  test("sharpness is the width of the interval", () => {
    // 68 % of a normal distribution: 2 x 0.9945 standard deviations
    expect(Math.abs(sharpness(exact.posteriors, 0.68) - 2 * 0.9945 * Math.SQRT1_2)).toBeLessThan(0.02);
  });
});

test("kolmogorovSmirnov() rejects uniform values as often as its p says", () => {
  const rng = openRandomStream(31);
  const ps = range(600, () => kolmogorovSmirnov(range(80, () => rng.uniform())).p);
  const rejected = ps.filter((p) => p < 0.1).length / 600;
  // binomial standard error 0.012
  expect(Math.abs(rejected - 0.1)).toBeLessThan(0.05);
});

describe("ranks among posteriors that are all made from the same errors", () => {
  const [truthCount, errorCount] = [300, 500];
  /** Shares of truths with errors of deviation 1 among errors of another deviation: a posterior known in closed form. */
  const sharesOf = (seed: number, deviation: number, counts = [truthCount, errorCount]) => {
    const rng = openRandomStream(seed);
    const errors = range(counts[1], () => deviation * rng.normal());
    return range(counts[0], () => rankShare(rng, rng.normal(), errors));
  };
  const rejectedShare = (ps: readonly number[]) => ps.filter((p) => p < 0.05).length / ps.length;
  const repeats = 400;
  // binomial standard error of a share of 0.05
  const standardError = Math.sqrt((0.05 * 0.95) / repeats);

  test("p of both tests is uniform where the errors are those of the truths", () => {
    const shares = range(repeats, (i) => sharesOf(1000 + i, 1));
    const byRank = shares.map((one) => kolmogorovSmirnov(one, errorCount).p);
    const byWidth = shares.map((one) => moodTest(one, errorCount).p);
    for (const ps of [byRank, byWidth]) {
      expect(kolmogorovSmirnov(ps).p).toBeGreaterThan(0.01);
      expect(Math.abs(rejectedShare(ps) - 0.05)).toBeLessThan(4 * standardError);
    }
    // taking the errors for exact rejects far too often: k would be 300 in place of 187
    expect(rejectedShare(shares.map((one) => kolmogorovSmirnov(one).p))).toBeGreaterThan(0.12);
  });

  test("a posterior too narrow by a tenth is found from a study's 1,000 images and 2,000 errors by its width", () => {
    const narrow = range(40, (i) => sharesOf(5000 + i, 0.9, [1000, 2000]));
    const tests = narrow.map((one) => moodTest(one, 2000));
    // a log-width of 0.105 is 3.3 standard errors of Mood's test (efficiency 0.76): found in 9 of 10 studies
    expect(tests.filter(({ p }) => p < 0.05).length).toBeGreaterThan(30);
    expect(tests.filter(({ z }) => z > 0).length).toBeGreaterThan(37);
    // where ranks lie says little of it: this is why the width has a test of its own
    const byRank = narrow.filter((one) => kolmogorovSmirnov(one, 2000).p < 0.05).length;
    expect(byRank).toBeLessThan(30);
  });
});
