import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { checkPoolPixels } from "../../src/inverse/index.ts";
import { checkImage, checkSaturation } from "../../src/inverse/apply/check-image.ts";

function imageOf(valueAt: (index: number) => number, pixelSizeNm: number | null = 1): GrayImage {
  const data = Float32Array.from({ length: 1024 }, (_, i) => valueAt(i));
  return { width: 32, height: 32, data, pixelSizeNm, intensityUnit: "arbitrary" };
}

describe("checkImage()", () => {
  test("lets a micrograph pass", () => {
    expect(() =>
      checkImage(
        imageOf((i) => i),
        "a.tif",
      ),
    ).not.toThrow();
  });

  /** What is wrong, pixels, what the message must say. */
  const CASES: readonly (readonly [string, (i: number) => number, RegExp])[] = [
    ["an empty image", () => 7, /Cannot invert a\.tif: the image must show something, got 7 in every pixel/],
    ["a mask", (i) => i % 2, /must have at least 16 grey levels, got 2; give the micrograph itself/],
    ["missing numbers", (i) => (i === 33 ? NaN : i), /must be finite numbers, got NaN \(column 1, row 1\)/],
  ];
  for (const [what, valueAt, message] of CASES) {
    test(`refuses ${what}`, () => expect(() => checkImage(imageOf(valueAt), "a.tif")).toThrow(message));
  }
});

describe("checkSaturation()", () => {
  test("refuses a saturated detector, but not the highest values beneath a mask", () => {
    const cut = imageOf((i) => Math.min(i, 950));
    expect(() => checkSaturation(cut, "a.tif")).toThrow(
      /at most 1 % of the pixels may have the highest value, got 7\.2 %; the detector was saturated/,
    );
    const mask = cut.data.map((value) => Number(value === 950));
    expect(() => checkSaturation(cut, "a.tif", Uint8Array.from(mask))).not.toThrow();
  });
});

describe("checkPoolPixels()", () => {
  const files = (...sizes: (number | null)[]) =>
    sizes.map((size, i) => ({ path: `${i}.tif`, image: imageOf((j) => j, size) }));

  test("lets images of one pixel size pass, and leaves those that say none to the flag", () => {
    expect(() => checkPoolPixels(files(0.5, 0.5, null))).not.toThrow();
  });

  test("refuses to pool images of two magnifications, naming both", () => {
    expect(() => checkPoolPixels(files(0.5, null, 0.25))).toThrow(
      "Cannot pool images: all must have one pixel size, got 0.5 nm (0.tif) and 0.25 nm (2.tif)",
    );
  });
});
