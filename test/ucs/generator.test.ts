import { describe, expect, test } from "vitest";
import { mean, openRandomStream, groupedFolds } from "../../src/core/index.ts";
import { describeImages } from "../../src/ucs/describe-images.ts";
import { drawScene } from "../../src/ucs/draw-micrograph.ts";
import { gainOverChance, slopeOf } from "../../src/ucs/regression-scores.ts";
import { generateSpecimens } from "../../src/ucs/generate-specimens.ts";
import { instrumentSchema, recordScene } from "../../src/ucs/instrument.ts";
import { namedNormalization } from "../../src/ucs/normalisations.ts";
import { scoreStrength, ucsStudySchema } from "../../src/ucs/index.ts";
import { strengthMPa } from "../../src/ucs/microstructure.ts";

const PLAIN = { grainSizePx: 10, porosity: 0, binderPx: 1, crackDensity: 0 };

describe("generated solids", () => {
  test("strengthMPa() falls with grain size, pores and cracks, and does not see the binder", () => {
    expect(strengthMPa(PLAIN)).toBe(24);
    expect(strengthMPa({ ...PLAIN, grainSizePx: 40 })).toBe(16);
    expect(strengthMPa({ ...PLAIN, porosity: 0.1 })).toBeCloseTo(24 * Math.exp(-0.5), 12);
    expect(strengthMPa({ ...PLAIN, crackDensity: 0.01 })).toBeCloseTo(18, 12);
    expect(strengthMPa({ ...PLAIN, binderPx: 2 })).toBe(24);
  });

  test("drawScene() makes as many dark pixels as the porosity says", () => {
    const { data } = drawScene(openRandomStream(1), { ...PLAIN, porosity: 0.08 }, 128);
    const dark = data.filter((value) => Math.abs(value - 0.12) < 1e-6).length / data.length;
    // the last pore may go beyond by its own area, 64 of 16384 pixels
    expect(dark).toBeGreaterThanOrEqual(0.08);
    expect(dark).toBeLessThan(0.085);
  });

  test("drawScene() puts the same length of cracks into every image, wherever they begin and leave it", () => {
    const areas = Array.from({ length: 20 }, (_, k) => {
      const cracked = drawScene(openRandomStream(k), { ...PLAIN, crackDensity: 0.01 }, 128);
      return cracked.data.filter((value) => Math.abs(value - 0.15) < 1e-6).length;
    });
    // 0.01 x 128^2 steps of 1 px, each of a disc of 0.8 px: 1 to 2 new pixels a step, fewer where cracks cross
    const perStep = areas.map((area) => area / (0.01 * 128 ** 2));
    expect(Math.min(...perStep)).toBeGreaterThan(1);
    expect(Math.max(...perStep)).toBeLessThan(2);
  });

  test("recordScene() moves the mean with brightness and draws it to mid grey with low contrast", () => {
    const scene = drawScene(openRandomStream(2), PLAIN, 64);
    const grey = (settings: object) =>
      mean(recordScene(openRandomStream(3), scene, instrumentSchema.parse({ name: "x", ...settings })).data);
    expect(grey({ brightness: 0.1 }) - grey({})).toBeCloseTo(0.1, 2);
    const flat = grey({ contrast: 0.2, brightness: -0.1 }) + 0.1;
    expect(Math.abs(flat - 0.5)).toBeLessThan(Math.abs(grey({ brightness: -0.1 }) + 0.1 - 0.5) + 0.05);
  });

  test("all settings show the same specimens of every second lot, and lots stay whole in the folds", async () => {
    const config = ucsStudySchema.parse({ imageSize: 64, foldCount: 2 });
    const budget = { lots: 4, specimensPerLot: 2, imagesPerSpecimen: 1, shiftedEvery: 2 };
    const { images, lots, folds, recorded, meanGrey } = await generateSpecimens(config, budget);
    expect(images.map(({ length }) => length)).toEqual([8, 4, 4, 4, 4]);
    expect(recorded.map((i) => lots[i])).toEqual(["lot 1", "lot 1", "lot 3", "lot 3"]);
    lots.forEach((lot, i) => expect(folds[i]).toBe(folds[lots.indexOf(lot)]));
    // the second setting adds 0.15 of grey; what wanders from image to image is 0.02
    recorded.forEach((_, k) => {
      const shift = meanGrey[1][k] - meanGrey[0][k];
      expect(shift).toBeGreaterThan(0.15 - 0.09);
      expect(shift).toBeLessThan(0.15 + 0.09);
    });
  });
});

describe("cross-validation", () => {
  test("one lot alone, or fewer lots than folds, is an error that says so", () => {
    const rng = openRandomStream(1);
    expect(() => groupedFolds(rng, ["A", "A"], 2)).toThrow(
      "Cannot cross-validate: there must be at least 2 groups (such as lots) for 2 folds, got one (A)",
    );
    expect(() => groupedFolds(rng, ["A", "B", "C"], 5)).toThrow(
      "at least 5 groups (such as lots) for 5 folds, got 3",
    );
  });

  test("an image without contrast is refused by its name", async () => {
    const data = new Float32Array(1024);
    const flat = { width: 32, height: 32, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
    const minMax = namedNormalization("min-max", flat);
    const described = describeImages([{ name: "lot 3, specimen 1", image: flat }], [minMax], {
      set: "structure",
      workers: 1,
    });
    await expect(described).rejects.toThrow(
      "Cannot describe image: an image must have contrast and 16 px either way, got Cannot normalise image",
    );
    await expect(described).rejects.toThrow("(lot 3, specimen 1)");
  });
});

describe("scores", () => {
  test("scoreStrength() of predictions one too high has RMSE, MAE and bias 1", () => {
    const pairs = Array.from({ length: 40 }, (_, i) => ({ lot: `lot ${i % 8}`, truth: i, predicted: i + 1 }));
    const { rmse, mae, bias, r2 } = scoreStrength(openRandomStream(1), pairs);
    expect([rmse.value, mae.value, bias.value]).toEqual([1, 1, 1]);
    // variance of 0..39 is (40^2 - 1)/12
    expect(r2.value).toBeCloseTo(1 - 12 / (40 ** 2 - 1), 12);
  });

  test("gainOverChance() is what the error of a guess has over that of the prediction", () => {
    const pairs = Array.from({ length: 40 }, (_, i) => ({ lot: `lot ${i % 8}`, truth: i, predicted: i + 1 }));
    const guesses = pairs.map((pair) => ({ ...pair, predicted: pair.truth - 3 }));
    const { value, low, high } = gainOverChance(openRandomStream(1), pairs, guesses);
    expect([value, low, high]).toEqual([2, 2, 2]);
  });

  test("slopeOf() is that of a straight line", () => {
    const line = [0, 2].map((x) => ({ x, y: 3 * x + 1 }));
    expect(slopeOf(line)).toBe(3);
    expect(slopeOf(line.map(({ y }) => ({ x: 1, y })))).toBeNaN();
  });
});
