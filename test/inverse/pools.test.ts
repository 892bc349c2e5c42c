import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { decodeTarget, type InversionModel, type Target } from "../../src/posterior/index.ts";
import { calibratePools, scorePools, simulatePowders, poolCalibration } from "../../src/inverse/fit/pools.ts";
import {
  planInversion,
  poolAnswers,
  quickRecipe,
  inversionRecipeSchema,
  type InvertedImage,
} from "../../src/inverse/index.ts";
import type { DataSet } from "../../src/inverse/data/data-set.ts";
import type { Inversion } from "../../src/inverse/index.ts";

const quiet = () => ({ update() {}, finish: () => 0 });

test("simulatePowders() gives sixteen different aggregates of the same parameters for each powder", async () => {
  const config = inversionRecipeSchema.parse({
    microscope: {
      widthPx: 32,
      heightPx: 32,
      pixelSizeNm: 4,
      electronsPerPixel: { uniform: [1000, 9000] },
    },
  });
  const { labels } = await simulatePowders(planInversion(config), { count: 2, purpose: "test" }, quiet);
  expect(labels).toHaveLength(32);
  const [first, second] = [labels.slice(0, 16), labels.slice(16)];
  for (const powder of [first, second]) {
    for (const { parameters } of powder) expect(parameters).toEqual(powder[0].parameters);
    expect(new Set(powder.map(({ descriptors }) => descriptors.radiusOfGyrationNm)).size).toBe(16);
    expect(new Set(powder.map(({ microscope }) => microscope.electronsPerPixel)).size).toBe(16);
  }
  expect(first[0].parameters).not.toEqual(second[0].parameters);
});

describe("poolCalibration()", () => {
  const pools = [1, 4, 16].map((imageCount) => ({ imageCount, residuals: [[imageCount]] }));

  test("takes the next larger calibrated pool, whose errors in units of the spread are larger", () => {
    const of = (count: number) =>
      poolCalibration({ pools } as unknown as InversionModel, count).residuals[0][0];
    expect([1, 2, 4, 5, 16, 30].map(of)).toEqual([1, 4, 4, 16, 16, 16]);
  });

  test("refuses a model that was not calibrated for pools, naming the remedy", () => {
    const none = { pools: [] } as unknown as InversionModel;
    expect(() => poolCalibration(none, 2)).toThrow(
      "Cannot pool images: the model must be calibrated for pools, got one that is not; heterostem study makes one",
    );
  });
});

test("scorePools() judges pools of a bounded descriptor by the mean of the values of their aggregates", async () => {
  const target: Target = {
    key: "heteroContactFraction",
    label: "share",
    unit: "",
    scale: "linear",
    low: 0,
    high: 1,
    quantity: "descriptor",
    transform: { kind: "logit", low: 0, high: 1, margin: 0.01, center: -1, deviation: 0.8 },
  };
  const error = 0.5;
  const powderCount = 50;
  /** Powders whose aggregates scatter, and a network that reads each image's code with an error; pixels say which image. */
  function powders(seed: number) {
    const rng = openRandomStream(seed);
    const codes = Array.from({ length: powderCount }, () => rng.normal()).flatMap((powder) =>
      Array.from({ length: 16 }, () => powder + 0.5 * rng.normal()),
    );
    const shares = codes.map((code) => decodeTarget(target, code));
    const none = codes.map(() => new Float64Array(0));
    const data = {
      count: codes.length,
      widthPx: 2,
      heightPx: 2,
      pixelSizeNm: 1,
      scale: "absolute",
      intensities: Float32Array.from({ length: 4 * codes.length }, (_, p) => Math.floor(p / 4) ** 2),
      labels: shares.map((heteroContactFraction) => ({
        parameters: {},
        descriptors: { heteroContactFraction },
      })),
      measures: none,
      recordings: none,
      aggregates: null,
    } as unknown as DataSet;
    const read = codes.map((code) => code + error * rng.normal());
    const predict = async (inputs: Float32Array, images: number) => ({
      outputs: Float32Array.from({ length: 2 * images }, (_, k) =>
        k % 2 === 0 ? read[Math.round(inputs[2 * k])] : 2 * Math.log(error),
      ),
    });
    return { data, shares, network: { predict } as unknown as Inversion["network"] };
  }
  const model = {
    targets: [target],
    head: { kind: "gaussian" },
    memberCount: 1,
    conditions: [],
    corrections: [],
    census: null,
    input: { scale: "absolute", center: 0, deviation: 1 },
    prior: { means: [0], deviations: [1] },
  } as unknown as InversionModel;
  const [known, held] = [powders(41), powders(42)];
  const pools = await calibratePools({ model, network: known.network }, known.data);
  const scores = await scorePools({ model: { ...model, pools }, network: held.network }, held.data);
  expect(pools.map(({ rule }) => rule)).toEqual(["flat prior", "flat prior", "flat prior"]);
  const [one, , sixteen] = scores;
  // errors of sixteen aggregates are independent; the quarter is met to what so many powders tell of an error
  expect(Math.abs((4 * sixteen.rmse) / one.rmse - 1)).toBeLessThan(4 * Math.sqrt(1 / (2 * powderCount)));
  const chance = 4 * Math.sqrt(0.25 * (2 / powderCount));
  for (const { coverage } of scores) {
    for (const [level, share] of Object.entries(coverage)) {
      expect(Math.abs(share - Number(level))).toBeLessThan(chance);
    }
  }
  // the width of 68 % of a Gaussian is two deviations
  expect(Math.abs(sixteen.sharpness / (2 * sixteen.rmse) - 1)).toBeLessThan(4 * Math.sqrt(1 / powderCount));
});

test("poolAnswers() leaves images out of distribution out, counts one picture once and refuses a pool of nothing else", () => {
  const target = {
    key: "r",
    label: "r",
    unit: "nm",
    scale: "linear",
    low: 0,
    high: 1,
    quantity: "parameter",
  };
  const residuals = Array.from({ length: 99 }, (_, i) => [(i - 49) / 50]);
  const model = {
    targets: [target],
    prior: { means: [0], deviations: [1] },
    calibration: { network: [], classical: [], truths: [] },
    pools: [{ imageCount: 4, rule: "flat prior", residuals }],
  } as unknown as InversionModel;
  const answer = (file: string, verdict: string, center: number) =>
    ({
      file,
      verdict,
      output: { centers: [center], spreads: [0.5] },
      image: { data: Float32Array.of(center, file.codePointAt(0) ?? 0) },
    }) as unknown as InvertedImage;
  const inversion = { model } as Parameters<typeof poolAnswers>[0];
  const good = [answer("a", "in distribution", 0), answer("b", "in distribution", 0)];
  const pooled = poolAnswers(inversion, [...good, answer("c", "out of distribution", 5)]);
  expect(pooled).toMatchObject({ imageCount: 2, leftOut: ["c"] });
  expect(pooled.notes.join()).not.toContain("same picture");
  // a picture that is handed in twice is one observation
  const twice = poolAnswers(inversion, [...good, { ...good[0], file: "copy of a" }]);
  expect(twice.imageCount).toBe(2);
  expect(twice.notes).toContain("copy of a is the same picture as a: both count as one");
  expect(twice.estimates).toEqual(pooled.estimates);
  // centre 0 on the standardised scale is the middle of the range
  expect(pooled.estimates[0].value).toBeCloseTo(0.5, 12);
  expect(() => poolAnswers(inversion, [answer("c", "out of distribution", 5)])).toThrow(
    "Cannot pool images: at least one must be like the training images, got 1 that are not",
  );
});

test("pools want a head that states widths", () => {
  const parsed = inversionRecipeSchema.safeParse({
    pools: { calibrationCount: 64 },
    training: { head: "point" },
  });
  expect(parsed.error?.issues[0]).toMatchObject({
    path: ["pools", "calibrationCount"],
    message: expect.stringContaining("must be 0 with the head point"),
  });
});

test("quickRecipe() cuts sizes down and leaves the physics as it is", () => {
  const whole = inversionRecipeSchema.parse({
    corpus: { trainCount: 40_000 },
    training: { head: "gaussian", members: 5, epochs: 3, widths: [8, 48, 96] },
    pools: { calibrationCount: 100, testCount: 10 },
  });
  const quick = quickRecipe(whole);
  expect(quick.corpus.trainCount).toBeLessThan(10_000);
  expect(quick.training).toMatchObject({ members: 1, epochs: 3, widths: [8, 32, 64] });
  expect(quick.pools.testCount).toBe(10);
  expect([quick.aggregate, quick.microscope]).toEqual([whole.aggregate, whole.microscope]);
});
