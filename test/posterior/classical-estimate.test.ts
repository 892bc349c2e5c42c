import { expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { estimateClassically, fitClassicalEstimate, measureImage } from "../../src/posterior/index.ts";

test("fitClassicalEstimate() finds a linear map behind noisy measures", () => {
  const rng = openRandomStream(4);
  const measures = Array.from({ length: 3000 }, () => [100 + 5 * rng.normal(), rng.normal()]);
  const codes = measures.map(([a, b]) => [0.2 * (a - 100) - b + 0.1 * rng.normal()]);
  const estimate = fitClassicalEstimate(measures, codes);
  // the ridge shrinks a standardised slope of 1 by 1e-3; the noise leaves 0.1 / sqrt(3000)
  expect(estimateClassically(estimate, [105, 0])[0]).toBeCloseTo(1, 1.9);
  expect(estimateClassically(estimate, [100, 1])[0]).toBeCloseTo(-1, 1.9);
});

test("measureImage() gives area, radius of gyration and mean chord of a uniform disc", () => {
  const [size, radius] = [128, 40];
  const data = Float32Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [(i % size) - 63.5, Math.floor(i / size) - 63.5];
    return 0.01 + (x * x + y * y <= radius * radius ? 0.1 : 0);
  });
  const image = {
    width: size,
    height: size,
    data,
    intensityUnit: "fraction of the incident beam",
    pixelSizeNm: 2,
  } as const;
  const [area, signal, variation, gyration, , chord] = measureImage(image, 2);
  // the 3 x 3 mean moves the edge by less than a pixel: 2.5 % of the radius
  expect(Math.exp(area) / (Math.PI * (2 * radius) ** 2)).toBeCloseTo(1, 1);
  expect(Math.exp(signal)).toBeCloseTo(0.1, 2);
  expect(variation).toBeLessThan(0.15);
  // a disc has Rg = r / sqrt 2 and a mean chord of pi r / 2
  expect(Math.exp(gyration) / ((2 * radius) / Math.SQRT2)).toBeCloseTo(1, 1);
  expect(Math.exp(chord) / ((Math.PI * 2 * radius) / 2)).toBeCloseTo(1, 1);
});

test("measureImage() of an empty image is finite", () => {
  const image = {
    width: 16,
    height: 16,
    data: new Float32Array(256),
    intensityUnit: "fraction of the incident beam",
    pixelSizeNm: 1,
  } as const;
  expect([...measureImage(image, 1)].every(Number.isFinite)).toBe(true);
});
