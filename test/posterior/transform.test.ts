import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import {
  decodeTarget,
  encodeTarget,
  toScaleCode,
  type Target,
  toLine,
  type Transform,
} from "../../src/posterior/index.ts";
import { logDensityFactor } from "../../src/posterior/target-codes.ts";
import { fromLine, logSlope } from "../../src/posterior/transform.ts";

const transforms: readonly Transform[] = [
  { kind: "logit", low: 0, high: 1, margin: 0.01 },
  { kind: "softplus", low: 0, bend: 0.3, margin: 0.01 },
  { kind: "identity" },
];

const fraction: Target = {
  key: "heteroContactFraction",
  label: "hetero-contact fraction",
  unit: "",
  scale: "linear",
  low: 0,
  high: 1,
  quantity: "descriptor",
  transform: { kind: "logit", low: 0, high: 1, margin: 0.01, center: -1.5, deviation: 0.6 },
};
const clusterSize: Target = {
  key: "homoClusterSizeFirst",
  label: "homo-cluster size",
  unit: "",
  scale: "log",
  low: 1,
  high: 80,
  transform: { kind: "softplus", low: 0, bend: 0.9, margin: 0.01, center: 1, deviation: 1.1 },
};
const prior: Target = {
  key: "clusterSize",
  label: "cluster size",
  unit: "",
  scale: "log",
  low: 1,
  high: 50,
  transform: {
    kind: "logit",
    low: 0,
    high: Math.log(50),
    margin: 0,
    center: 0,
    deviation: Math.PI / Math.sqrt(3),
  },
};

describe("transforms", () => {
  test("fromLine() undoes toLine() between the bounds", () => {
    for (const transform of transforms) {
      for (const s of [0, 1e-3, 0.2, 0.8, 1]) {
        expect(fromLine(transform, toLine(transform, s))).toBeCloseTo(s, 12);
      }
    }
  });

  test("no number on the line is impossible, however far out", () => {
    for (const z of [-800, -40, 0, 40, 800]) {
      const [between, above] = transforms.map((transform) => fromLine(transform, z));
      expect(between).toBeGreaterThanOrEqual(0);
      expect(between).toBeLessThanOrEqual(1);
      expect(above).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(above)).toBe(true);
    }
  });

  test("logSlope() is the logarithm of the derivative", () => {
    const step = 1e-5;
    for (const transform of transforms) {
      for (const s of [0.02, 0.3, 0.9]) {
        const slope = (toLine(transform, s + step) - toLine(transform, s - step)) / (2 * step);
        // the error of the central difference is the third derivative times step^2 / 6
        expect(Math.log(slope)).toBeCloseTo(logSlope(transform, s), 6);
      }
    }
  });
});

describe("targets with a transform", () => {
  test("decodeTarget() undoes encodeTarget(), at the very ends, too", () => {
    for (const [target, values] of [
      [fraction, [0, 0.004, 0.3, 1]],
      [clusterSize, [1, 1.05, 7, 80]],
      [prior, [1.5, 7, 49]],
    ] as const) {
      for (const value of values) {
        const code = encodeTarget(target, value);
        expect(Number.isFinite(code)).toBe(true);
        expect(decodeTarget(target, code)).toBeCloseTo(value, 10);
      }
    }
  });

  test("no code leaves the bounds", () => {
    for (const code of [-50, -3, 3, 50]) {
      expect(decodeTarget(fraction, code)).toBeGreaterThanOrEqual(0);
      expect(decodeTarget(fraction, code)).toBeLessThanOrEqual(1);
      expect(decodeTarget(clusterSize, code)).toBeGreaterThanOrEqual(1);
    }
    // the largest cluster that was seen is no bound
    expect(decodeTarget(clusterSize, encodeTarget(clusterSize, 120))).toBeCloseTo(120, 8);
  });

  test("a flat prior has mean 0 and variance 1 as codes", () => {
    const rng = openRandomStream(21);
    const codes = Array.from({ length: 40_000 }, () => encodeTarget(prior, 50 ** rng.uniform()));
    const mean = codes.reduce((sum, code) => sum + code, 0) / codes.length;
    const variance = codes.reduce((sum, code) => sum + (code - mean) ** 2, 0) / codes.length;
    // standard errors: 1/sqrt(n), and sqrt((4.2 - 1)/n) from the logistic distribution's fourth moment
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(codes.length));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(3.2 / codes.length));
  });

  test("logDensityFactor() carries a density of codes over to the target's own scale", () => {
    const step = 1e-5;
    for (const [target, value] of [
      [fraction, 0.15],
      [clusterSize, 4],
      [prior, 12],
    ] as const) {
      const change = (encode: typeof encodeTarget) =>
        encode(target, value * (1 + step)) - encode(target, value * (1 - step));
      expect(Math.log(change(encodeTarget) / change(toScaleCode))).toBeCloseTo(
        logDensityFactor(target, value),
        6,
      );
    }
    expect(logDensityFactor({ ...prior, transform: undefined }, 12)).toBe(0);
  });
});
