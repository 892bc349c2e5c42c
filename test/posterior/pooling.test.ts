import { describe, expect, test } from "vitest";
import { mean, openRandomStream, rootMeanSquareError, standardDeviation } from "../../src/core/index.ts";
import {
  decodeTarget,
  encodeTarget,
  poolOutputs,
  toScaleCode,
  type Target,
} from "../../src/posterior/index.ts";

const range = <T>(length: number, of: (index: number) => T) => Array.from({ length }, (_, i) => of(i));
const radius: Target = { key: "r", label: "r", unit: "nm", scale: "linear", low: 0, high: 1 };
const bounded: Target = {
  ...radius,
  transform: { kind: "logit", low: 0, high: 1, margin: 0.05, center: 0, deviation: 1.3644 },
};
const prior = { means: [0], deviations: [1] };
const [flat, gaussian] = (["flat prior", "Gaussian prior"] as const).map((rule) => ({ rule, prior }));
const END = Math.sqrt(3);

/** Mean and deviation of f(x) for x of a density on a grid over the flat prior. */
function momentsOf(logDensity: (x: number) => number, f: (x: number) => number) {
  const grid = range(300, (k) => END * ((2 * k + 1) / 300 - 1));
  const logs = grid.map(logDensity);
  const largest = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - largest));
  const total = weights.reduce((a, b) => a + b);
  const average = (g: (x: number) => number) =>
    grid.reduce((sum, x, k) => sum + weights[k] * g(x), 0) / total;
  const center = average(f);
  return { center, spread: Math.sqrt(average((x) => (f(x) - center) ** 2)) };
}

/** Sixteen images a powder, each a datum with Gaussian error; every output has the moments of its exact posterior. */
function powders(noise: number, target: Target, count = 60) {
  const rng = openRandomStream(12, noise);
  const toCode = (x: number) => encodeTarget(target, 0.5 + x / (2 * END));
  return range(count, () => {
    const truth = END * (2 * rng.uniform() - 1);
    const data = range(16, () => truth + noise * rng.normal());
    const logLikelihood = (x: number, y: number) => -0.5 * ((y - x) / noise) ** 2;
    const outputs = data.map((y) => {
      const { center, spread } = momentsOf((x) => logLikelihood(x, y), toCode);
      return { centers: [center], spreads: [spread] };
    });
    const exact = momentsOf(
      (x) => data.reduce((sum, y) => sum + logLikelihood(x, y), 0),
      (x) => x,
    );
    return { truth, outputs, exact };
  });
}

describe("poolOutputs() of a parameter", () => {
  test("gives the exact posterior of all data under a flat prior, however near the ends", () => {
    for (const noise of [0.3, 0.55, 1]) {
      const drawn = powders(noise, radius);
      const pooled = drawn.map(({ outputs }) => poolOutputs([radius], outputs, flat));
      drawn.forEach(({ exact }, i) => {
        // outputs whose likelihood peaks far outside the prior are held back: rare, and one of sixteen
        expect(Math.abs(pooled[i].centers[0] - exact.center)).toBeLessThan(0.25 * exact.spread);
        expect(Math.abs(pooled[i].spreads[0] / exact.spread - 1)).toBeLessThan(0.2);
      });
      const truths = drawn.map(({ truth }) => truth);
      const [found, byGaussian] = [flat, gaussian].map((how) =>
        rootMeanSquareError(
          drawn.map(({ outputs }) => poolOutputs([radius], outputs, how).centers[0]),
          truths,
        ),
      );
      const best = rootMeanSquareError(
        drawn.map(({ exact }) => exact.center),
        truths,
      );
      expect(found / best).toBeLessThan(1.03);
      // the Gaussian with the prior's moments moves centres outwards: 1.2 to 1.5 times the error
      expect(byGaussian / best).toBeGreaterThan(1.15);
      const covered = drawn.filter(
        ({ truth }, i) => Math.abs(truth - pooled[i].centers[0]) < 1.645 * pooled[i].spreads[0],
      );
      expect(Math.abs(covered.length / drawn.length - 0.9)).toBeLessThan(3 * Math.sqrt(0.09 / drawn.length));
    }
  });

  test("comes close to it on the bounded scale, where the prior is no longer flat", () => {
    const drawn = powders(0.3, bounded);
    const points = drawn.map(({ outputs }) => {
      const { centers } = poolOutputs([bounded], outputs, flat);
      return toScaleCode(bounded, decodeTarget(bounded, centers[0]));
    });
    const truths = drawn.map(({ truth }) => truth);
    const best = rootMeanSquareError(
      drawn.map(({ exact }) => exact.center),
      truths,
    );
    // a likelihood that is Gaussian on one scale is not on the other
    expect(rootMeanSquareError(points, truths) / best).toBeLessThan(1.1);
  });

  test("by the Gaussian rule gives the closed-form posterior of a Gaussian model", () => {
    const rng = openRandomStream(3);
    const theta = rng.normal();
    const data = range(16, () => theta + 0.7 * rng.normal());
    // one datum: precision 1 + 1/0.49, mean y / 0.49 / precision
    const outputs = data.map((y) => {
      const precision = 1 + 1 / 0.49;
      return { centers: [y / 0.49 / precision], spreads: [precision ** -0.5] };
    });
    const precision = 1 + 16 / 0.49;
    const { centers, spreads } = poolOutputs([radius], outputs, gaussian);
    expect(centers[0]).toBeCloseTo((16 * mean(data)) / 0.49 / precision, 12);
    expect(spreads[0]).toBeCloseTo(precision ** -0.5, 12);
  });

  test("stays at the prior where no image says anything, or claims less than nothing", () => {
    for (const how of [flat, gaussian]) {
      for (const spread of [1, 1.3]) {
        const outputs = range(16, () => ({ centers: [0.1], spreads: [spread] }));
        const { centers, spreads } = poolOutputs([radius], outputs, how);
        expect(spreads[0]).toBeCloseTo(1, 4);
        expect(centers[0]).toBeCloseTo(0, 4);
      }
    }
  });

  test("has an answer inside the prior for outputs outside it", () => {
    const outputs = range(16, () => ({ centers: [END + 0.3], spreads: [0.1] }));
    const { centers, spreads } = poolOutputs([radius], outputs, flat);
    expect(centers[0]).toBeLessThan(END);
    expect(centers[0]).toBeGreaterThan(END - 0.1);
    expect(spreads[0]).toBeGreaterThan(0.003);
    expect(spreads[0]).toBeLessThan(0.1);
  });
});

describe("poolOutputs() of a descriptor, which each aggregate has of its own", () => {
  test("is the mean of the codes without a transform", () => {
    const outputs = [1, 2, 3, 6].map((center) => ({ centers: [center], spreads: [0.4] }));
    const { centers, spreads } = poolOutputs([{ ...radius, quantity: "descriptor" }], outputs, flat);
    expect(centers[0]).toBe(3);
    expect(spreads[0]).toBeCloseTo(0.2, 12);
  });

  test("is the mean of the values with one", () => {
    const share: Target = { ...bounded, quantity: "descriptor" };
    const rng = openRandomStream(14);
    const outputs = [-2, -1.5, 0, 2.5].map((center) => ({ centers: [center], spreads: [0.5] }));
    const means = range(10_000, () =>
      mean(outputs.map(({ centers: [c], spreads: [s] }) => decodeTarget(share, c + s * rng.normal()))),
    );
    const { centers, spreads } = poolOutputs([share], outputs, flat);
    // the mean of 10,000 draws that scatter by 0.04
    expect(Math.abs(decodeTarget(share, centers[0]) - mean(means))).toBeLessThan(0.002);
    const codes = means.map((value) => encodeTarget(share, value));
    // the slope is taken at one place
    expect(spreads[0] / standardDeviation(codes)).toBeCloseTo(1, 1);
  });
});
