import { describe, expect, test } from "vitest";
import { inverseTransformInPlace, openRandomStream, transformSquare } from "../../src/core/index.ts";

const SIDE = 32;
const noise = () => openRandomStream(1).fillNormal(new Float64Array(SIDE * SIDE));

describe("Fourier transform of a square", () => {
  test("agrees with the sum X[k] = sum x[n] exp(-2 pi i k n / N)", () => {
    const values = noise();
    const { real, imaginary } = transformSquare(values, SIDE);
    for (const [kx, ky] of [
      [0, 0],
      [1, 0],
      [5, 3],
      [31, 16],
    ] as const) {
      let [re, im] = [0, 0];
      values.forEach((value, i) => {
        const phase = (-2 * Math.PI * (kx * (i % SIDE) + ky * Math.floor(i / SIDE))) / SIDE;
        re += value * Math.cos(phase);
        im += value * Math.sin(phase);
      });
      // 1024 terms of order 1, double precision
      expect(real[ky * SIDE + kx]).toBeCloseTo(re, 10);
      expect(imaginary[ky * SIDE + kx]).toBeCloseTo(im, 10);
    }
  });

  test("keeps the sum of squares but for N^2 (Parseval), and comes back by its inverse", () => {
    const values = noise();
    const transform = transformSquare(values, SIDE);
    const power = transform.real.reduce((sum, re, i) => sum + re * re + transform.imaginary[i] ** 2, 0);
    const squares = values.reduce((sum, value) => sum + value * value, 0);
    expect(power / (SIDE * SIDE * squares)).toBeCloseTo(1, 12);
    const back = inverseTransformInPlace(transform);
    expect(Math.max(...back.real.map((value, i) => Math.abs(value - values[i])))).toBeLessThan(1e-12);
  });
});
