import { describe, expect, test } from "vitest";
import { mean, standardDeviation } from "../../src/core/index.ts";
import { drawSamples } from "../../src/corpus/index.ts";
import { decodeTarget, encodeTarget, fromScaleCode, type Target } from "../../src/posterior/index.ts";
import { inversionRecipeSchema, planInversion } from "../../src/inverse/index.ts";
import { fitTargets } from "../../src/inverse/data/fit-targets.ts";
import { relabelTargets } from "../../src/inverse/data/plan-targets.ts";
import { truthsOf } from "../../src/inverse/data/data-set.ts";
import { AGGREGATE_DESCRIPTORS } from "../../src/stochastic/index.ts";

const DESCRIPTORS = AGGREGATE_DESCRIPTORS.map(({ key }) => key);
const planOf = (head: string) =>
  planInversion(
    inversionRecipeSchema.parse({
      seed: 17,
      microscope: { widthPx: 16, heightPx: 16 },
      training: { head, targetScale: "bounded", descriptors: DESCRIPTORS },
    }),
  );
const [ofPoints, ofDistributions] = ["point", "gaussian"].map(planOf);

async function drawLabels() {
  const labels = [];
  for await (const sample of drawSamples(ofPoints.samples, { count: 60, workers: 1 })) {
    labels.push(sample.labels);
  }
  return labels;
}
const labels = await drawLabels();

describe("fitTargets()", () => {
  test("gives a network that states points the scale of the prior itself", () => {
    const targets = fitTargets(ofPoints.network.targets, labels);
    expect(targets.filter(({ transform }) => transform !== undefined)).toEqual([]);
  });

  test("gives one that states distributions finite codes for whatever was drawn", () => {
    const targets = fitTargets(ofDistributions.network.targets, labels);
    const keys = targets.map(({ key }) => key);
    expect(keys.slice(-DESCRIPTORS.length)).toEqual(DESCRIPTORS);
    for (const truths of labels.map(truthsOf)) {
      for (const target of targets.filter(({ key }) => Number.isFinite(truths[key]))) {
        const code = encodeTarget(target, truths[target.key]);
        expect(decodeTarget(target, code)).toBeCloseTo(truths[target.key], 8);
      }
    }
  });

  test("whole numbers at the ends of their prior are no further out than others", () => {
    const count = fitTargets(ofDistributions.network.targets, labels).find(
      ({ key }) => key === "particleCount",
    ) as Target;
    // ln(1.05 / 0.05) in deviations of 1.36
    expect(encodeTarget(count, count.low)).toBeCloseTo(-2.23, 2);
    expect(encodeTarget(count, count.high)).toBeCloseTo(2.23, 2);
    expect(decodeTarget(count, -20)).toBeCloseTo(count.low, 10);
  });

  test("a flat prior has mean 0 and variance 1 as codes, and no draw leaves it", () => {
    const targets = fitTargets(ofDistributions.network.targets, labels);
    for (const key of ["numberFraction", "clusterSizeFirst"]) {
      const target = targets.find((one) => one.key === key) as Target;
      const codes = Array.from({ length: 10_000 }, (_, i) =>
        encodeTarget(target, fromScaleCode(target, Math.sqrt(3) * ((2 * i + 1) / 10_000 - 1))),
      );
      expect(mean(codes)).toBeCloseTo(0, 10);
      // evenly spaced values: the sum stands for the integral, but for the divisor n - 1
      expect(standardDeviation(codes)).toBeCloseTo(1, 3);
      expect(decodeTarget(target, -9)).toBeCloseTo(target.low, 10);
      expect(decodeTarget(target, 9)).toBeCloseTo(target.high, 10);
    }
  });

  test("an aggregate without hetero-contacts has a finite code below all that have some", () => {
    const targets = fitTargets(ofDistributions.network.targets, labels);
    const fraction = targets.find(({ key }) => key === "heteroContactFraction") as Target;
    const none = encodeTarget(fraction, 0);
    expect(none).toBeGreaterThan(-6);
    expect(none).toBeLessThan(encodeTarget(fraction, 0.01) - 0.5);
  });

  test("no draw is a cluster of more particles than the prior has, or an aggregate that does not hang together", () => {
    const targets = fitTargets(ofDistributions.network.targets, labels);
    const ends = (key: string) => {
      const target = targets.find((one) => one.key === key) as Target;
      return [-50, 50].map((code) => decodeTarget(target, code));
    };
    for (const key of ["homoClusterSizeFirst", "homoClusterSizeSecond"]) {
      const [least, most] = ends(key);
      expect(least).toBeCloseTo(1, 12);
      expect(most).toBeCloseTo(150, 10);
    }
    // twenty particles, the fewest of the prior, hang together by nineteen contacts
    expect(ends("meanCoordination")[0]).toBeCloseTo(1.9, 12);
    for (const { parameters, descriptors } of labels) {
      const tree = 2 * (1 - 1 / parameters.particleCount);
      expect(descriptors.meanCoordination).toBeGreaterThan(tree - 1e-12);
    }
  });
});

describe("labels of targets", () => {
  const targets = fitTargets(ofPoints.network.targets, labels);
  const labelsOf = (list: readonly Target[]) => list.map(({ label }) => label);

  test("name the material, tell the powder's clusters from those of the aggregate, and differ", () => {
    const names = labelsOf(targets);
    expect(names).toContain("homo-cluster size, WO3 (powder)");
    expect(names).toContain("homo-cluster size, WO3 (this aggregate)");
    expect(names.filter((name) => /\b(first|second)\b/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test("are today's for a model of an earlier version, whatever its file says", () => {
    const old = targets.map((target) => ({ ...target, label: target.key }));
    expect(labelsOf(relabelTargets(old, ["TiO2-anatase", "WO3"]))).toEqual(labelsOf(targets));
    const unknown = { ...targets[0], key: "colour", label: "colour" };
    expect(relabelTargets([unknown], ["TiO2-anatase", "WO3"])).toEqual([unknown]);
  });
});
