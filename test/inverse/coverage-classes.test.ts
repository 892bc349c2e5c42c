import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import type { DataSet } from "../../src/inverse/data/data-set.ts";
import { coverageByDifficulty, projectedOverlap } from "../../src/inverse/fit/coverage-classes.ts";
import { encodeTarget, type Target } from "../../src/posterior/index.ts";
import { sphereAggregate } from "../../src/stochastic/aggregate.ts";
import { MATERIAL_PAIR } from "../stochastic/aggregates.ts";

const COUNT: Target = {
  key: "particleCount",
  label: "particles",
  unit: "",
  scale: "linear",
  low: 0,
  high: 300,
  quantity: "parameter",
};

/** 300 images of 1 to 300 particles, all of one dose; truths are parameters. */
const labels = Array.from({ length: 300 }, (_, i) => ({
  parameters: { particleCount: i + 1 },
  descriptors: {},
  microscope: { electronsPerPixel: 3000 },
}));
const data = { count: 300, labels, aggregates: null, pixelSizeNm: 1 } as unknown as DataSet;

/** Posteriors N(truth + error, 1) where errors are N(0, s) of the image. */
function posteriors(errorOf: (count: number) => number) {
  const unit = 300 / Math.sqrt(12);
  return labels.map(({ parameters: { particleCount } }, i) => {
    const rng = openRandomStream(6, "posterior", i);
    const center = particleCount + errorOf(particleCount) * rng.normal();
    return Array.from({ length: 400 }, () => [encodeTarget(COUNT, center) + rng.normal() / unit]);
  });
}

describe("coverageByDifficulty()", () => {
  test("intervals that are right for small aggregates and too narrow for large ones are told apart", () => {
    const classes = coverageByDifficulty(
      [COUNT],
      data,
      posteriors((count) => (count > 200 ? 4 : 1)),
    );
    expect(classes.map(({ name, imageCount }) => [name, imageCount])).toEqual([
      ["1 to 101 particles", 100],
      ["101 to 200 particles", 100],
      ["200 to 300 particles", 100],
    ]);
    const inside = classes.map(({ coverage }) => coverage["0.95"]);
    // 95 % of N(0, 1) errors lie inside; of N(0, 4) ones within 1.96, which are 38 %; three standard errors of 100 images
    expect(Math.abs(inside[0] - 0.95)).toBeLessThan(0.07);
    expect(Math.abs(inside[2] - 0.38)).toBeLessThan(0.15);
    // errors of N(0, 1) beside truths spread evenly over 100
    expect(classes[0].r2["particleCount"]).toBeGreaterThan(0.99);
    expect(classes[2].furthest).toMatchObject({ label: "particles", coverage: inside[2] });
  });

  test("what is alike in all images, here the dose, makes no classes; nor do few images", () => {
    const few = { ...data, count: 30, labels: data.labels.slice(0, 30) };
    expect(coverageByDifficulty([COUNT], few, posteriors(() => 1).slice(0, 30))).toEqual([]);
  });

  test("images of each pair of materials and each microscope are a class, where images choose", () => {
    const chosen = labels.map((own, i) => ({
      ...own,
      combination: {
        materials: i % 3 === 0 ? ["C", "Pt"] : ["SiO2", "Au"],
        beamEnergyKeV: 200,
        innerMrad: 50,
        outerMrad: 180,
      },
    }));
    const classes = coverageByDifficulty(
      [COUNT],
      { ...data, labels: chosen } as unknown as DataSet,
      posteriors(() => 1),
    );
    expect(classes.slice(3).map(({ name, imageCount }) => [name, imageCount])).toEqual([
      ["200 keV, 50 to 180 mrad", 300],
      ["C and Pt", 100],
      ["SiO2 and Au", 200],
    ]);
  });
});

describe("projectedOverlap()", () => {
  const sphere = (x: number, z: number) => ({ x, y: 0, z, radiusNm: 10, materialIndex: 0 });

  test("is 1 for particles beside each other, 2 for one behind the other", () => {
    const beside = sphereAggregate([sphere(0, 0), sphere(25, 0)], MATERIAL_PAIR);
    const behind = sphereAggregate([sphere(0, 0), sphere(0, 25)], MATERIAL_PAIR);
    expect(projectedOverlap(beside, 0.5)).toBe(1);
    expect(projectedOverlap(behind, 0.5)).toBe(2);
  });
});
