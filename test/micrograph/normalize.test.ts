import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { mean, openRandomStream, standardDeviation } from "../../src/core/index.ts";
import { normalizeImage, removeSpikes } from "../../src/image/index.ts";
import type { Normalization } from "../../src/image/index.ts";

const SIZE = 64;

function imageOf(intensityAt: (x: number, y: number) => number): GrayImage {
  const data = Float32Array.from({ length: SIZE * SIZE }, (_, i) =>
    intensityAt(i % SIZE, Math.floor(i / SIZE)),
  );
  return { width: SIZE, height: SIZE, data, intensityUnit: "arbitrary", pixelSizeNm: 1 };
}

const rng = openRandomStream(11, "normalize");
const noisy = imageOf((x, y) => 100 + x + 0.5 * y + 5 * rng.normal());
const brighter: GrayImage = { ...noisy, data: noisy.data.map((value) => 3 * value + 40) };
const worstDifference = (a: Float32Array, b: Float32Array) =>
  Math.max(...a.map((v, i) => Math.abs(v - b[i])));

describe("normalizeImage()", () => {
  const invariant: Normalization[] = [
    { kind: "minMax" },
    { kind: "percentile", lowShare: 0.01, highShare: 0.01 },
    { kind: "zScore" },
    { kind: "histogramEqualization" },
    { kind: "clahe", tileCount: 4, clipLimit: 3 },
  ];
  for (const step of invariant) {
    test(`${step.kind} takes the instrument's brightness and contrast out`, () => {
      const a = normalizeImage(noisy, step).image.data;
      const b = normalizeImage(brighter, step).image.data;
      // float32 rounding moves a few values by one of the 4096 (CLAHE: 256) bins of a histogram
      const bound = step.kind === "histogramEqualization" ? 4e-3 : step.kind === "clahe" ? 3e-2 : 1e-5;
      expect(worstDifference(a, b)).toBeLessThan(bound);
    });
  }

  test("minMax and zScore can be undone", () => {
    for (const kind of ["minMax", "zScore"] as const) {
      const normalized = normalizeImage(noisy, { kind });
      const { offset, scale } = normalized.inverse ?? { offset: NaN, scale: NaN };
      const back = normalized.image.data.map((value) => offset + scale * value);
      // two float32 roundings of values near 200
      expect(worstDifference(back, noisy.data)).toBeLessThan(5e-5);
    }
  });

  test("zScore gives mean 0 and standard deviation 1", () => {
    const { data } = normalizeImage(noisy, { kind: "zScore" }).image;
    expect(Math.abs(mean(data))).toBeLessThan(1e-6);
    // the deviation of the sample has n - 1: sqrt(4096 / 4095)
    expect(standardDeviation(data)).toBeCloseTo(Math.sqrt(4096 / 4095), 6);
  });

  test("percentile says how many pixels it cut", () => {
    const step = { kind: "percentile", lowShare: 0.05, highShare: 0.1 } as const;
    const { clippedPixelCount } = normalizeImage(noisy, step);
    // ranks are whole: one pixel at either end
    expect(Math.abs(clippedPixelCount - 0.15 * 4096)).toBeLessThanOrEqual(2);
  });

  test("histogramEqualization makes every rank equally frequent", () => {
    const { data } = normalizeImage(noisy, { kind: "histogramEqualization" }).image;
    const counts = Array.from({ length: 8 }, () => 0);
    for (const value of data) counts[Math.min(7, Math.floor(8 * value))]++;
    // a tie of one of 4096 bins, some tens of pixels at most, can fall to either side
    for (const count of counts) expect(Math.abs(count - 512)).toBeLessThan(20);
  });

  test("clahe with one tile and no limit is the plain equalisation", () => {
    const clahe = normalizeImage(noisy, { kind: "clahe", tileCount: 1, clipLimit: 1e9 }).image.data;
    const plain = normalizeImage(noisy, { kind: "histogramEqualization" }).image.data;
    // 256 bins against 4096: half a bin's share of the pixels, 2 % where the histogram is highest
    expect(worstDifference(clahe, plain)).toBeLessThan(0.02);
  });

  test("clahe limits the slope: noise in a flat part is not blown up", () => {
    const flat = imageOf((x) => (x < 32 ? 10 : 200) + 0.5 * rng.normal());
    const spread = (data: Float32Array) => standardDeviation(data.filter((_, i) => i % SIZE < 16));
    const limited = normalizeImage(flat, { kind: "clahe", tileCount: 4, clipLimit: 2 }).image.data;
    const free = normalizeImage(flat, { kind: "clahe", tileCount: 4, clipLimit: 1e9 }).image.data;
    expect(spread(limited)).toBeLessThan(0.1 * spread(free));
  });

  test("histogramMatching gives the histogram of the reference", () => {
    const reference = imageOf(() => rng.uniform() ** 2);
    const { data } = normalizeImage(noisy, { kind: "histogramMatching", reference }).image;
    const [a, b] = [data.slice().sort(), reference.data.slice().sort()];
    // tied ranks of the 4096 bins: up to some tens of 4096 ranks, where the quantile function has slope 2
    expect(worstDifference(a, b)).toBeLessThan(0.02);
  });

  test("flatField takes an uneven illumination out and keeps the mean", () => {
    const object = imageOf((x, y) => (Math.hypot(x - 32, y - 32) < 10 ? 2 : 1));
    const flat = imageOf((x) => 1 + 0.01 * x);
    const dark = imageOf(() => 0.5);
    const seen = { ...object, data: object.data.map((value, i) => 0.5 + value * (flat.data[i] - 0.5)) };
    const { data } = normalizeImage(seen, { kind: "flatField", flat, dark }).image;
    const gain = mean(flat.data) - 0.5;
    expect(
      worstDifference(
        data,
        object.data.map((value) => value * gain),
      ),
    ).toBeLessThan(1e-5);
  });

  test("refuses an image without contrast where a range is needed", () => {
    const constant = imageOf(() => 3);
    expect(() => normalizeImage(constant, { kind: "minMax" })).toThrow(
      "Cannot normalise image: intensities must vary, got 3 to 3",
    );
  });
});

describe("removeSpikes()", () => {
  test("finds all spikes of X-rays and no pixel of the noise", () => {
    const spiky = { ...noisy, data: noisy.data.slice() };
    const places = Array.from({ length: 30 }, (_, i) => 65 + i * 131);
    for (const at of places) spiky.data[at] += 500;
    const { image, spikeCount } = removeSpikes(spiky);
    expect(spikeCount).toBe(30);
    // replaced by a median of 9 with deviation 5: within 5 standard deviations of the undamaged value
    for (const at of places) expect(Math.abs(image.data[at] - noisy.data[at])).toBeLessThan(25);
    expect(removeSpikes(noisy).spikeCount).toBe(0);
  });

  test("leaves the counts of a low dose alone", () => {
    const counts = imageOf(() => rng.poisson(0.3));
    // the mean absolute difference is 0.3 or so: single electrons lie within 8 of it, and so do 2
    const { spikeCount } = removeSpikes(counts);
    expect(spikeCount / (SIZE * SIZE)).toBeLessThan(0.005);
  });
});
