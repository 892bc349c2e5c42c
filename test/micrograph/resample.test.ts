import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { mean, openRandomStream, standardDeviation } from "../../src/core/index.ts";
import { cropCenter, cropRegion, resampleToPixelSize, robustRange } from "../../src/image/index.ts";

function imageOf(
  width: number,
  height: number,
  intensityAt: (xNm: number, yNm: number) => number,
  pixelSizeNm = 1,
): GrayImage {
  const data = Float32Array.from({ length: width * height }, (_, i) => {
    const [column, row] = [i % width, Math.floor(i / width)];
    // from the centre of the field, so that images of one field agree
    return intensityAt((column + 0.5 - width / 2) * pixelSizeNm, (row + 0.5 - height / 2) * pixelSizeNm);
  });
  return { width, height, data, intensityUnit: "arbitrary", pixelSizeNm };
}

describe("resampleToPixelSize()", () => {
  test("keeps a linear ramp, away from the border", () => {
    const ramp = (x: number, y: number) => 3 + 0.5 * x - 0.25 * y;
    const image = imageOf(60, 48, ramp);
    for (const target of [0.37, 0.5, 1, 1.5, 2, 3.3]) {
      const result = resampleToPixelSize(image, target);
      const wanted = imageOf(result.width, result.height, ramp, target);
      const worst = Math.max(
        ...Array.from(result.data, (value, i) => {
          const [column, row] = [i % result.width, Math.floor(i / result.width)];
          const isBorder = column < 3 || row < 3 || column >= result.width - 3 || row >= result.height - 3;
          return isBorder ? 0 : Math.abs(value - wanted.data[i]);
        }),
      );
      // whole ratios and interpolation are exact but for float32 (2e-6 of 30); an average that cuts a source pixel at
      // share f is off by f (1 - f) / (2 ratio) of the gradient along x and along y, at most 1 / (8 ratio)
      const isExact = target <= 1 || Number.isInteger(target);
      const bound = 1e-5 + (isExact ? 0 : (0.5 + 0.25) / (8 * target));
      expect(worst, `target ${target} nm`).toBeLessThan(bound);
    }
  });

  test("keeps the mean of an image when the pixel ratio is whole", () => {
    const rng = openRandomStream(1, "mean");
    const image = imageOf(64, 32, () => rng.uniform());
    // float32 sums of 4 to 16 terms: relative error below 1e-6
    for (const target of [2, 4]) {
      expect(mean(resampleToPixelSize(image, target).data)).toBeCloseTo(mean(image.data), 6);
    }
  });

  test("lowers the standard deviation of white noise by the ratio, as averaging does", () => {
    const rng = openRandomStream(2, "noise");
    const noise = imageOf(256, 256, () => rng.normal());
    const { data } = resampleToPixelSize(noise, 4);
    const deviation = Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length);
    // 4096 means of 16 standard normals: 1/4, standard error 1/4/sqrt(2 x 4096) = 0.0028; 4 of them
    expect(Math.abs(deviation - 0.25)).toBeLessThan(0.011);
  });

  test("keeps the number of electrons in the field, not the number in a pixel", () => {
    const counts: GrayImage = { ...imageOf(32, 32, () => 7), intensityUnit: "electrons per pixel" };
    const result = resampleToPixelSize(counts, 2);
    expect(result.data.reduce((sum, v) => sum + v, 0)).toBeCloseTo(32 * 32 * 7, 3);
    expect(resampleToPixelSize(counts, 0.5).data[500]).toBeCloseTo(7 / 4, 6);
  });

  test("never leaves the range of the image when enlarging an edge", () => {
    const edge = imageOf(16, 16, (x) => (x < 0 ? 0 : 1));
    const { data } = resampleToPixelSize(edge, 0.21);
    expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...data)).toBeLessThanOrEqual(1);
  });

  test("refuses an image that has no pixel size", () => {
    const image = { ...imageOf(4, 4, () => 1), pixelSizeNm: null };
    expect(() => resampleToPixelSize(image, 1)).toThrow(
      "Cannot resample image: image must have a pixel size, got none: give it by hand",
    );
  });
});

describe("cropCenter() and cropRegion()", () => {
  const image = imageOf(6, 4, (x, y) => 10 * (y + 2) + (x + 3));

  test("cut the middle out", () => {
    const { data } = cropCenter(image, 2, 2);
    expect([...data]).toEqual([...cropRegion(image, { x: 2, y: 1, width: 2, height: 2 }).data]);
    expect(data[0]).toBe(image.data[6 + 2]);
  });

  test("pad to a larger field and cut back to the same image", () => {
    const padded = cropCenter(image, 9, 9, { padding: "zero" });
    expect(padded.data.reduce((sum, v) => sum + v, 0)).toBe(image.data.reduce((sum, v) => sum + v, 0));
    expect(cropRegion(padded, { x: 2, y: 3, width: 6, height: 4 }).data).toEqual(image.data);
  });

  test("fill with the background of the border when asked", () => {
    const blob = imageOf(9, 9, (x, y) => (Math.hypot(x, y) < 3 ? 100 : 5));
    const rng = openRandomStream(1, "padding");
    expect(cropCenter(blob, 11, 11, { padding: { background: rng } }).data[0]).toBe(5);
    // matter that touches the border is no background, and the noise of the background goes on
    const noisy = imageOf(64, 64, (x) => (x < 20 && x > 0 ? 100 : 5) + rng.normal());
    const rim = [...cropCenter(noisy, 80, 80, { padding: { background: rng } }).data.subarray(0, 8 * 80)];
    expect(mean(rim)).toBeCloseTo(5, 0);
    expect(standardDeviation(rim)).toBeGreaterThan(0.8);
    expect(Math.max(...rim)).toBeLessThan(10);
  });

  test("refuse a field larger than the image without a padding rule", () => {
    expect(() => cropCenter(image, 8, 2)).toThrow(
      "Cannot crop image: region must lie inside the image of 6 x 4 px, got 8 x 2 at -1, 1",
    );
  });
});

describe("robustRange()", () => {
  test("is not moved by a hot pixel, a dead one and one that is not a number", () => {
    const rng = openRandomStream(9, "range");
    const image = imageOf(100, 100, () => rng.uniform());
    const clean = robustRange(image);
    image.data.set([1e6, -1e6, NaN], 40);
    const spoiled = robustRange(image);
    // three of 10,000 pixels shift a rank by three: about 3e-4 of a uniform law
    expect(Math.abs(spoiled.low - clean.low)).toBeLessThan(2e-3);
    expect(Math.abs(spoiled.high - clean.high)).toBeLessThan(2e-3);
  });

  test("gives the values of those ranks to the last bit, whatever the distribution", () => {
    fc.assert(
      fc.property(
        fc.float32Array({ minLength: 1, maxLength: 300, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (data, share) => {
          const sorted = data.filter(Number.isFinite).sort();
          fc.pre(sorted.length > 0);
          const { low, high } = robustRange({ data }, { lowShare: share, highShare: share });
          const last = sorted.length - 1;
          // +0 and -0 are one value
          expect(low - sorted[Math.floor(last * share)]).toBe(0);
          expect(high - sorted[Math.ceil(last * (1 - share))]).toBe(0);
        },
      ),
    );
  });
});
