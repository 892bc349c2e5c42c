import { describe, expect, test } from "vitest";
import { mean, standardDeviation, type GrayImage } from "../../src/core/index.ts";
import type { InversionModel } from "../../src/posterior/index.ts";
import { fitToField } from "../../src/inverse/apply/fit-to-field.ts";

/** Only what fitToField reads. */
const model = {
  pixelSizeNm: 2,
  widthPx: 32,
  heightPx: 32,
  input: { scale: "absolute", center: 0.2, deviation: 0.05 },
} as InversionModel;

function ramp(size: number, options: Partial<GrayImage>): GrayImage {
  const data = Float32Array.from({ length: size * size }, (_, i) => (i % size) / size);
  return { width: size, height: size, data, intensityUnit: "arbitrary", pixelSizeNm: null, ...options };
}

describe("fitToField()", () => {
  test("leaves an image of the network's own field as it is", () => {
    const own = ramp(32, { intensityUnit: "fraction of the incident beam", pixelSizeNm: 2 });
    expect(fitToField(own, model, "own")).toEqual({
      image: own,
      doubts: [],
      notes: [],
    });
  });

  test("halves the pixels of an image with half the pixel size and says so", () => {
    const fine = ramp(64, { intensityUnit: "fraction of the incident beam", pixelSizeNm: 1 });
    const { image, notes } = fitToField(fine, model, "fine");
    expect(image).toMatchObject({ width: 32, height: 32, pixelSizeNm: 2 });
    // a ramp over the same field has the same mean
    expect(mean(image.data)).toBeCloseTo(mean(fine.data), 6);
    expect(notes).toEqual(["resampled from 1 to 2 nm pixels"]);
  });

  test("uses the centre of a larger field and names both sizes", () => {
    const large = ramp(128, { intensityUnit: "fraction of the incident beam", pixelSizeNm: 2 });
    const { image, notes } = fitToField(large, model, "large");
    expect(image.data[0]).toBeCloseTo(48 / 128, 6);
    expect(notes).toEqual(["only the central 64 x 64 nm of 256 x 256 nm were used"]);
  });

  test("gives intensities without a scale the mean and spread of the training images, on the root scale", () => {
    const gray = ramp(32, { pixelSizeNm: 2 });
    const { image, doubts, notes } = fitToField(gray, model, "gray");
    const roots = image.data.map(Math.sqrt);
    expect(doubts).toEqual(["its intensities have no absolute scale"]);
    expect(mean(roots)).toBeCloseTo(0.2, 6);
    expect(standardDeviation(roots)).toBeCloseTo(0.05, 6);
    expect(notes.at(-1)).toContain("no absolute intensities");
  });

  test("brings any intensities to the scale of a network that was trained on contrast", () => {
    const contrast = { ...model, input: { ...model.input, scale: "contrast" as const } };
    const [own, bright] = [ramp(32, { pixelSizeNm: 2 }), ramp(32, { pixelSizeNm: 2 })];
    bright.data.forEach((value, i) => (bright.data[i] = 30 * value + 7));
    const fitted = [own, bright].map((image) => fitToField(image, contrast, "gray"));
    expect(fitted.flatMap(({ doubts }) => doubts)).toEqual([]);
    fitted[0].image.data.forEach((value, i) => expect(value).toBeCloseTo(fitted[1].image.data[i], 5));
    expect(Math.max(...fitted[0].image.data)).toBe(1);
  });

  test("does not guess: no pixel size, or a field below half of the network's, is an error with its remedy", () => {
    expect(() => fitToField(ramp(32, {}), model, "a.jpg")).toThrow(
      "Cannot invert a.jpg: the pixel size must be known, got none in the file; give it with --pixel-size",
    );
    expect(() => fitToField(ramp(32, { pixelSizeNm: 0.5 }), model, "a.jpg")).toThrow(
      /at least half of the network's 64 x 64 nm, got 16 x 16 nm; check the pixel size/,
    );
  });

  test("doubts answers of pixels much coarser than the network's and of fields much smaller", () => {
    const doubtsOf = (size: number, pixelSizeNm: number) =>
      fitToField(ramp(size, { intensityUnit: "fraction of the incident beam", pixelSizeNm }), model, "a")
        .doubts;
    expect(doubtsOf(28, 2.4)).toEqual([]);
    expect(doubtsOf(22, 3)).toEqual(["its pixels of 3 nm are too coarse for a network of 2 nm"]);
    expect(doubtsOf(26, 2)).toEqual([]);
    expect(doubtsOf(20, 2)).toEqual(["it shows 40 x 40 nm of the network's 64 x 64 nm"]);
  });
});
