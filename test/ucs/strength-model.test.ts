import { describe, expect, test } from "vitest";
import { openRandomStream, type GrayImage, type StartStage } from "../../src/core/index.ts";
import { intervalText, tableCsv } from "../../src/report/index.ts";
import { physicalBounds } from "../../src/ucs/physical-bounds.ts";
import { coverageOf, halfWidthOf } from "../../src/ucs/prediction-interval.ts";
import {
  boundNotes,
  MODEL_FILES,
  predictionNotes,
  predictionTable,
  predictStrength,
  readModelFacts,
  trainingReport,
  trainStrengthModel,
  type ModelChoice,
  type StrengthSpecimen,
} from "../../src/ucs/index.ts";

const silent: StartStage = () => ({ update: () => {}, finish: () => 0 });
const context = { where: "t.csv", startStage: silent };
const target = { name: "strength", unit: "MPa" };
const choice: ModelChoice = {
  kind: "forest",
  normalization: "z-score",
  descriptors: "structure",
  foldCount: 4,
  seed: 1,
  workers: 1,
  network: { edgePx: 16, steps: 96 },
};

/** Stripes whose period is the strength: something that descriptors and networks both see, whatever the brightness. */
function stripes(seed: number, period: number): GrayImage {
  const rng = openRandomStream(seed, "stripes");
  const [phase, brightness] = [10 * rng.uniform(), rng.uniform()];
  const data = Float32Array.from(
    { length: 32 * 32 },
    (_, i) => brightness + Math.cos((2 * Math.PI * ((i % 32) + phase)) / period) + 0.1 * rng.normal(),
  );
  return { width: 32, height: 32, data, intensityUnit: "arbitrary", pixelSizeNm: null };
}

function specimenOf(index: number, strength: number): StrengthSpecimen {
  const [name, lot] = [`s${index}`, `lot ${index % 8}`];
  const images = [0, 1].map((k) => {
    return { name: `${name}-${k}.png`, image: stripes(2 * index + k, strength), lot, strength };
  });
  return { name, lot, strength, images };
}

const specimens = Array.from({ length: 24 }, (_, i) => specimenOf(i, 4 + (i % 8)));

describe("an interval", () => {
  const pairs = Array.from({ length: 39 }, (_, i) => ({ lot: `lot ${i}`, truth: 0, predicted: i + 1 }));

  test("is as wide as the residual of rank 0.9 (n + 1)", () => {
    // 0.9 x 40 = 36: of 39 old and one new residual in random order, 36 of 40 are within the 36th
    expect(halfWidthOf(pairs)).toBe(36);
    expect(halfWidthOf(pairs.slice(0, 5))).toBe(5);
  });

  test("made without a lot holds it as often as it says", () => {
    // rank 0.9 x 39, 36, of the others: residual 37 without one of the first 36, which is held; else 36, which holds none of the last 3
    expect(coverageOf(pairs)).toBe(36 / 39);
  });
});

describe("a model of strength", () => {
  test("predicts the period of stripes from lots that it has not seen, and says how sure it is", async () => {
    const { facts, files, pairs } = await trainStrengthModel(specimens, target, choice, context);
    // a lot's period is held out whole: the forest answers with its neighbours', one off
    expect(facts.scores.mae.value).toBeLessThan(1.6);
    expect(facts.gain.low).toBeGreaterThan(0);
    expect(pairs).toHaveLength(24);
    // 24 specimens: nine tenths of them are within the width, one more counted
    const within = pairs.filter(({ truth, predicted }) => Math.abs(truth - predicted) <= facts.halfWidth);
    expect(within.length / pairs.length).toBeGreaterThanOrEqual(0.9);
    const text = new TextDecoder().decode(files[MODEL_FILES.facts]);
    const model = { facts: readModelFacts(text, "model.json"), files, where: "model" };
    const [seen] = await predictStrength(model, [specimens[3]], 1);
    expect(Math.abs(seen.predicted - 7)).toBeLessThan(0.5);
    expect(seen.high - seen.low).toBeCloseTo(2 * facts.halfWidth, 12);
    expect(tableCsv(predictionTable([seen], facts))).toMatch(
      /^specimen,images,strength \[MPa\],90 % interval low \[MPa\],/,
    );
  });

  test("is the same from the same seed, and its reference comes back from the disk", async () => {
    const matched: ModelChoice = { ...choice, normalization: "histogram matching", descriptors: "all" };
    const [once, again] = [
      await trainStrengthModel(specimens, target, matched, context),
      await trainStrengthModel(specimens, target, matched, context),
    ];
    expect(again.files).toEqual(once.files);
    const { facts, files } = once;
    const model = { facts, files, where: "model" };
    const [first, second] = await predictStrength(model, [specimens[1], specimens[6]], 1);
    const [alone] = await predictStrength(model, [specimens[6]], 1);
    expect(alone).toEqual(second);
    expect(first.predicted).toBeLessThan(second.predicted);
  });

  test("a network tells wide stripes from narrow ones of other lots", async () => {
    const two = Array.from({ length: 16 }, (_, i) => specimenOf(i, i % 2 === 0 ? 4 : 12));
    const cnn: ModelChoice = { ...choice, kind: "cnn", foldCount: 2 };
    const trained = await trainStrengthModel(two, target, cnn, context);
    expect(trained.facts.scores.r2.value).toBeGreaterThan(0.5);
    const model = { facts: trained.facts, files: trained.files, where: "model" };
    const [narrow, wide] = await predictStrength(model, [two[0], two[1]], 1);
    expect(narrow.predicted).toBeLessThan(8);
    expect(wide.predicted).toBeGreaterThan(8);
    const small = { name: "small.png", image: { ...two[0].images[0].image, width: 8, height: 128 } };
    await expect(predictStrength(model, [{ name: "s", images: [small] }], 1)).rejects.toThrow(
      "images must be at least 16 px either way, got 8 x 128 (small.png)",
    );
  });

  test("refuses lots fewer than folds, and images that all look alike, by file", async () => {
    const fewer = trainStrengthModel(specimens.slice(0, 3), target, choice, context);
    await expect(fewer).rejects.toThrow(
      "there must be at least 4 groups (such as lots) for 4 folds, got 3 (t.csv)",
    );
    const single = specimens.map((specimen) => ({ ...specimen, lot: "A" }));
    await expect(trainStrengthModel(single, target, choice, context)).rejects.toThrow(
      "there must be at least 4 groups (such as lots) for 4 folds, got one (A) (t.csv)",
    );
    const alike = specimens.map(({ images, ...rest }) => ({
      ...rest,
      images: images.map((image) => ({ ...image, image: specimens[0].images[0].image })),
    }));
    await expect(trainStrengthModel(alike, target, choice, context)).rejects.toThrow(
      "images must differ in some descriptor, got 24 specimens that are all alike, beginning with s0-0.png and s0-1.png (t.csv)",
    );
  });

  test("warns where it was no better than chance or pixels have another size", async () => {
    const { facts } = await trainStrengthModel(specimens, target, choice, context);
    const unsure = { ...facts, gain: { value: 0, low: -1, high: 1 }, pixelSizeNm: 2 };
    const [image] = specimens[0].images;
    const other = { name: "s", images: [{ ...image, image: { ...image.image, pixelSizeNm: 3 } }] };
    expect(predictionNotes(facts, [specimens[0]])).toEqual([]);
    expect(predictionNotes(unsure, [other])).toEqual([
      "on lots held out the model was not surely better than the mean of the others: do not rely on its numbers",
      "s0-0.png has pixels of 3 nm, the model was trained on 2 nm: use --resample",
    ]);
  });

  test("clips intervals at what a share of weight or a strength can be, and says so; an unnamed quantity is not bounded", async () => {
    const { facts, files } = await trainStrengthModel(specimens, target, choice, context);
    const wide = { ...facts, halfWidth: 20 };
    const predictOf = (unit: string | null) =>
      predictStrength({ facts: { ...wide, unit }, files, where: "m" }, [specimens[0]], 1);
    const [strength] = await predictOf("MPa");
    expect([strength.low, strength.high]).toEqual([0, strength.predicted + 20]);
    expect(boundNotes({ ...wide, unit: "MPa" }, [strength])).toEqual([
      "1 of 1 interval clipped at 0 MPa: the quantity cannot be below",
    ]);
    const [unnamed] = await predictOf(null);
    expect(unnamed.low).toBe(unnamed.predicted - 20);
    expect(boundNotes({ ...wide, unit: null }, [unnamed])).toEqual([]);
  });

  test("bounds a share from both sides, a strength from one, and no number that was trained on", () => {
    const boundsOf = (unit: string, low: number, high: number) =>
      Object.values(physicalBounds({ unit, targetRange: [low, high] }));
    expect(boundsOf("wt%", 2, 40)).toEqual([0, 100]);
    expect(boundsOf("vol.%", 0, 100)).toEqual([0, 100]);
    expect(boundsOf("GPa", 1, 3)).toEqual([0, Infinity]);
    expect(boundsOf("nm", 1, 3)).toEqual([0, Infinity]);
    // a residual stress, and a temperature
    expect(boundsOf("MPa", -200, 300)).toEqual([-Infinity, Infinity]);
    expect(boundsOf("°C", 10, 300)).toEqual([-Infinity, Infinity]);
  });

  test("reports under six headings, with what chance would do beside it", async () => {
    const trained = await trainStrengthModel(specimens, target, choice, context);
    const page = trainingReport(trained, {
      table: "t.csv",
      model: "runs/m",
      choice,
      examples: specimens.slice(0, 2),
    });
    for (const heading of ["Problem", "Data", "Models", "Training", "Evaluation", "Use"]) {
      expect(page).toContain(`>${heading}</h2>`);
    }
    expect(page).toContain("mean of the other lots");
    expect(page).toContain(intervalText(trained.facts.scores.r2));
  });
});
