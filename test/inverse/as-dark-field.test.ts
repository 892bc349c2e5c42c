import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { asDarkField } from "../../src/inverse/apply/as-dark-field.ts";

const SIZE = 64;

/** A disc of thickness 0.7 mean free paths on a beam of 200 counts, in bright or in dark field. */
function disc(modality: "haadf" | "bright-field"): GrayImage {
  const data = Float32Array.from({ length: SIZE ** 2 }, (_, i) => {
    const isInside = Math.hypot((i % SIZE) - 32, Math.floor(i / SIZE) - 32) < 16;
    const passed = isInside ? Math.exp(-0.7) : 1;
    return 200 * (modality === "bright-field" ? passed : 1 - passed);
  });
  return { width: SIZE, height: SIZE, data, intensityUnit: "arbitrary", pixelSizeNm: 1 };
}

const greatest = (data: Float32Array) => data.reduce((most, value) => Math.max(most, value), -Infinity);

describe("asDarkField()", () => {
  test("makes of what bright field lacks what dark field collects, up to the zero and the gain", () => {
    const dark = asDarkField({ path: "a.tif", image: disc("bright-field") }, undefined);
    expect(dark.modality).toBe("bright-field");
    expect(dark.notes?.[0]).toContain("taken for bright field, since its border is bright");
    const expected = disc("haadf").data;
    dark.image.data.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 4));
  });

  test("leaves a dark-field image as it is, and any image that somebody calls one", () => {
    const file = { path: "a.tif", image: disc("haadf") };
    expect(asDarkField(file, undefined)).toBe(file);
    const bright = { path: "b.tif", image: disc("bright-field") };
    expect(asDarkField(bright, "haadf")).toBe(bright);
  });

  test("does not take what was drawn into the image for its brightest pixel", () => {
    const image = disc("bright-field");
    const mask = Uint8Array.from(image.data, (_, i) => Number(i < 8));
    const drawn = { ...image, data: image.data.map((value, i) => (i < 8 ? 255 : value)) };
    const dark = asDarkField({ path: "a.tif", image: drawn, mask }, "bright-field");
    expect(dark.image.data[SIZE]).toBe(0);
    expect(greatest(dark.image.data.slice(8))).toBeCloseTo(200 * (1 - Math.exp(-0.7)), 4);
    expect(dark.notes?.[0]).toContain("bright field: what matter takes");
  });
});
