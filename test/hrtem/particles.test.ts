import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { braggRegions, otsuRegions } from "../../src/hrtem/segment/classical-regions.ts";
import { diceOf } from "../../src/hrtem/segment/dice.ts";
import { chooseThreshold } from "../../src/hrtem/segment/find-regions.ts";
import {
  describePopulation,
  histogramTable,
  particleTable,
  statisticsTable,
  type ParticleRow,
} from "../../src/hrtem/index.ts";
import { tableCsv } from "../../src/report/index.ts";
import { findParticles } from "../../src/hrtem/segment/find-particles.ts";
import { PARTICLE_CLASSES } from "../../src/hrtem/classify/particle-class.ts";
import { prepareHrtem } from "../../src/hrtem/segment/prepare-image.ts";
import { scoreClasses } from "../../src/hrtem/classify/class-scores.ts";
import { solidity } from "../../src/hrtem/classify/particle-features.ts";
import { trainClassifier } from "../../src/hrtem/classify/classifier.ts";
import { trueClass } from "../../src/hrtem/classify/particle-truth.ts";

const SIDE = 128;

function disc(cx: number, cy: number, radius: number): Uint8Array {
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
    Math.hypot((i % SIDE) - cx, Math.floor(i / SIDE) - cy) <= radius ? 1 : 0,
  );
}

const joined = (...masks: Uint8Array[]) => masks[0].map((_, i) => Math.max(...masks.map((mask) => mask[i])));
const SIZE = { width: SIDE, height: SIDE };

describe("findParticles()", () => {
  test("gives a disc its diameter, form and place, and fills its hole", () => {
    const hole = disc(60, 50, 6);
    const ring = disc(60, 50, 20).map((value, i) => value - hole[i]);
    const [found] = findParticles(ring, SIZE).particles;
    expect(Math.abs(found.equivalentDiameterPx - 40)).toBeLessThan(1);
    expect(Math.abs(found.circularity - 1)).toBeLessThan(0.08);
    expect(Math.abs(found.aspectRatio - 1)).toBeLessThan(0.01);
    // the opening takes the outermost pixels off
    expect(Math.abs(found.box.x - 40)).toBeLessThan(2);
    expect(Math.abs(found.box.y - 30)).toBeLessThan(2);
    expect(found.touchesEdge).toBe(false);
  });

  test("leaves out specks and marks what reaches the border", () => {
    const { particles } = findParticles(joined(disc(0, 60, 15), disc(90, 60, 15), disc(60, 20, 4)), SIZE);
    expect(particles.map(({ touchesEdge }) => touchesEdge)).toEqual([true, false]);
  });

  test("a disc fills its hull, three in a corner do not", () => {
    const hullShare = (mask: Uint8Array) => solidity(findParticles(mask, SIZE).particles[0], SIDE);
    expect(hullShare(disc(60, 60, 25))).toBeGreaterThan(0.96);
    expect(hullShare(joined(disc(40, 40, 18), disc(74, 40, 18), disc(40, 74, 18)))).toBeLessThan(0.9);
  });
});

describe("truth", () => {
  test("a region shows the particle under it, an agglomerate under two, nothing over film", () => {
    const pixelsOf = (mask: Uint8Array) => Uint32Array.from(mask.keys()).filter((i) => mask[i] === 1);
    const [left, right] = [disc(40, 60, 18), disc(72, 60, 18)];
    const particles = [
      { view: "fault", pixels: pixelsOf(left) },
      { view: "no fault", pixels: pixelsOf(right) },
    ] as never;
    const seen = (mask: Uint8Array) => trueClass({ particles }, findParticles(mask, SIZE).particles[0]);
    expect(seen(left)).toBe("fault");
    expect(seen(joined(left, right))).toBe("agglomerate");
    expect(seen(disc(60, 110, 14))).toBe("empty");
  });
});

describe("regions without a network", () => {
  test("Otsu finds a dark disc in noise once the noise is averaged, Bragg filtering one with fringes", () => {
    const rng = openRandomStream(4);
    const mask = disc(64, 64, 30);
    const noisy = (signal: (i: number) => number) => {
      const data = Float32Array.from(mask, (inside, i) => inside * signal(i) + rng.normal());
      return prepareHrtem({ ...SIZE, data, intensityUnit: "arbitrary", pixelSizeNm: 0.04 });
    };
    const dark = noisy(() => -1);
    expect(diceOf(otsuRegions(dark, { smoothingPx: 9 }), mask)).toBeGreaterThan(0.9);
    expect(diceOf(otsuRegions(dark, { smoothingPx: 9 }), mask)).toBeGreaterThan(
      diceOf(otsuRegions(dark, { smoothingPx: 1 }), mask),
    );
    const fringes = noisy((i) => 2 * Math.cos((2 * Math.PI * (i % SIDE) * 0.04) / 0.2355));
    expect(diceOf(braggRegions(fringes), mask)).toBeGreaterThan(0.8);
  });

  test("chooseThreshold() finds the threshold that the validation images ask for", () => {
    const truth = disc(64, 64, 30);
    const probabilities = Float32Array.from(truth, (inside, i) =>
      inside === 1 ? 0.7 : i % 2 === 0 ? 0.58 : 0.1,
    );
    const { threshold, meanDice } = chooseThreshold([{ probabilities, truth }]);
    expect([threshold, meanDice]).toEqual([0.6, 1]);
  });
});

const ROW: ParticleRow = {
  image: 0,
  imageName: "a, b",
  xPx: 0,
  yPx: 0,
  areaPx: 300,
  areaNm2: 1,
  equivalentDiameterNm: 3,
  circularity: 1,
  aspectRatio: 1,
  predicted: "no fault",
  confidence: 1,
  faultVotes: 0.5,
  truth: null,
};

describe("scores", () => {
  const pairs = [
    ...Array.from(
      { length: 90 },
      (_, i) => ({ truth: "no fault", predicted: "no fault", image: i % 9 }) as const,
    ),
    ...Array.from(
      { length: 10 },
      (_, i) => ({ truth: "fault", predicted: i < 5 ? "fault" : "no fault", image: i }) as const,
    ),
  ];

  test("accuracy counts by share, macro accuracy by class", () => {
    const { accuracy, macroAccuracy, confusion } = scoreClasses(openRandomStream(1), pairs);
    expect(accuracy.value).toBeCloseTo(0.95, 12);
    expect(macroAccuracy.value).toBeCloseTo(0.75, 12);
    expect(confusion[1].slice(0, 2)).toEqual([5, 5]);
    expect(accuracy.low).toBeLessThan(0.95);
    expect(macroAccuracy.high - macroAccuracy.low).toBeGreaterThan(accuracy.high - accuracy.low);
  });

  test("one class alone cannot be learnt, and the error says what was there", async () => {
    const features = [{ name: "x", value: 1, unit: "1", source: "breiman2001" }];
    const particles = [{ features, truth: "fault" as const }];
    await expect(trainClassifier(particles, { seed: 1, workers: 1 })).rejects.toThrow(
      "Cannot train particle classes: training particles must show at least two classes, got 1 particles of fault",
    );
  });

  test("describePopulation() gives shares, sizes, and the sign of size with fault", () => {
    const row = (i: number): ParticleRow => ({
      ...ROW,
      image: i % 10,
      equivalentDiameterNm: i < 50 ? 3 : 5,
      predicted: i % 5 === 0 || (i >= 50 && i % 2 === 0) ? "fault" : "no fault",
    });
    const rows = Array.from({ length: 100 }, (_, i) => row(i));
    const { classes, faultFraction, sizeFaultCorrelation } = describePopulation(openRandomStream(1), rows);
    expect(classes.map(({ name }) => name)).toEqual([...PARTICLE_CLASSES]);
    expect(faultFraction.value).toBeCloseTo(0.4, 12);
    expect(sizeFaultCorrelation.low).toBeGreaterThan(0);
    const csv = tableCsv(particleTable(rows.slice(0, 1))).split("\n");
    expect(csv[0]).toContain("area [nm2],equivalent diameter [nm]");
    expect(csv[1]).toContain('"a, b"');
  });

  test("two images that happen to agree still leave an interval: it is drawn by particle", () => {
    const rows = Array.from({ length: 8 }, (_, i) => ({
      ...ROW,
      image: Math.floor(i / 4),
      predicted: i % 2 === 0 ? ("fault" as const) : ("no fault" as const),
    }));
    const { faultFraction } = describePopulation(openRandomStream(1), rows);
    expect(faultFraction.value).toBe(0.5);
    // standard error of a half in eight is 0.18
    expect(faultFraction.high - faultFraction.low).toBeGreaterThan(0.3);
  });

  test("statistics and histograms as CSV: one number a line with unit and interval, every particle in one step", () => {
    const rows = Array.from({ length: 20 }, (_, i) => ({
      ...ROW,
      image: i,
      equivalentDiameterNm: 3 + i / 10,
    }));
    const lines = tableCsv(statisticsTable(describePopulation(openRandomStream(1), rows))).split("\n");
    expect(lines[0]).toBe("class,particles,statistic,unit,value,value 95 % low,value 95 % high");
    expect(lines[2]).toMatch(/^no fault,20,mean diameter,nm,3\.95\d*,3\.\d+,4\.\d+$/);
    const histogram = tableCsv(histogramTable(rows)).trim().split("\n").slice(1);
    const diameters = histogram.filter((line) => line.startsWith("equivalent diameter,nm,no fault"));
    expect(diameters.map((line) => line.split(",").slice(3).join(" "))).toEqual([
      "3 3.5 5",
      "3.5 4 5",
      "4 4.5 5",
      "4.5 5 5",
    ]);
  });
});
