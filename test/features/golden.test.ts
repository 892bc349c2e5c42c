import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { greyLevels, otsuLevel } from "../../src/features/index.ts";
import { closeBySquare, openBySquare } from "../../src/image/index.ts";
import { cooccurrenceMatrices } from "../../src/features/cooccurrence-matrices.ts";
import { cooccurrenceProperties } from "../../src/features/cooccurrence.ts";
import { gaborMagnitude } from "../../src/features/gabor.ts";
import { haarEnergies } from "../../src/features/wavelet.ts";
import { intensityStatistics } from "../../src/features/intensity-statistics.ts";
import { localBinaryPattern } from "../../src/features/local-binary-pattern.ts";
import { meanOrientationBlock, orientationCells } from "../../src/features/gradient-orientation.ts";
import { radialSpectrum } from "../../src/features/radial-spectrum.ts";
import { twoPointFunction } from "../../src/features/two-point.ts";
import type { CooccurrenceProperties } from "../../src/features/cooccurrence.ts";

/** Made by test/fixtures/features/make_golden.py with scikit-image 0.19.3, SciPy, PyWavelets 1.1.1 and NumPy. */
interface Golden {
  readonly width: number;
  readonly height: number;
  readonly image: string;
  readonly statistics: Readonly<Record<string, number>>;
  readonly glcm: {
    readonly distances: readonly number[];
    readonly angles: readonly number[];
    readonly properties: Readonly<Record<keyof CooccurrenceProperties, readonly (readonly number[])[]>>;
  };
  readonly lbp: readonly { readonly points: number; readonly radiusPx: number; readonly patterns: string }[];
  readonly hogMeanBlock: readonly number[];
  readonly gabor: readonly {
    readonly frequency: number;
    readonly angleRad: number;
    readonly mean: number;
    readonly deviation: number;
    readonly at: readonly number[];
  }[];
  readonly haar: readonly (readonly [number, number, number])[];
  readonly radialPower: readonly number[];
  readonly otsu: number;
  readonly twoPoint: readonly number[];
  readonly openingSums: Readonly<Record<string, number>>;
  readonly closingSums: Readonly<Record<string, number>>;
}

const path = resolve(import.meta.dirname, "../fixtures/features/golden.json");
const golden = JSON.parse(readFileSync(path, "utf8")) as Golden;
const { width, height } = golden;
const bytes = Buffer.from(golden.image, "base64");
const image: GrayImage = {
  width,
  height,
  data: Float32Array.from(bytes),
  intensityUnit: "arbitrary",
  pixelSizeNm: null,
};

/** Both sides sum in double precision, in another order. */
const ROUNDING = 1e-9;

function expectClose(value: number, wanted: number, relative = ROUNDING): void {
  expect(Math.abs(value - wanted)).toBeLessThanOrEqual(relative * Math.max(1, Math.abs(wanted)));
}

describe("features agree with scikit-image, SciPy, PyWavelets and NumPy", () => {
  test("intensityStatistics()", () => {
    const features = intensityStatistics(image, { range: [0, 255] });
    for (const [name, wanted] of Object.entries(golden.statistics)) {
      expectClose(features.find((feature) => feature.name === `intensity ${name}`)?.value ?? NaN, wanted);
    }
  });

  test("cooccurrenceMatrices() and cooccurrenceProperties(), three distances in four directions", () => {
    const levels = greyLevels(image);
    expect(Buffer.from(levels).equals(bytes)).toBe(true);
    const { distances, angles, properties } = golden.glcm;
    const offsets = distances.flatMap((distancePx) => angles.map((angleRad) => ({ distancePx, angleRad })));
    const matrices = cooccurrenceMatrices({ width, height, levels, levelCount: 256 }, offsets);
    matrices.forEach((matrix, k) => {
      const [d, a] = [Math.floor(k / angles.length), k % angles.length];
      for (const [name, value] of Object.entries(cooccurrenceProperties(matrix, 256))) {
        expectClose(value, properties[name as keyof CooccurrenceProperties][d][a]);
      }
    });
  });

  test("localBinaryPattern(), every pixel, edges included", () => {
    for (const { patterns, ...geometry } of golden.lbp) {
      const wanted = Buffer.from(patterns, "base64");
      expect(Buffer.from(localBinaryPattern(image, geometry)).equals(wanted)).toBe(true);
    }
  });

  test("orientationCells() and meanOrientationBlock()", () => {
    const block = meanOrientationBlock(orientationCells(image));
    // scikit-image sums the histogram of a cell in single precision: 6e-8
    golden.hogMeanBlock.forEach((wanted, i) => expectClose(block[i], wanted, 6e-8));
  });

  test("gaborMagnitude(), three frequencies in three directions", () => {
    for (const { frequency, angleRad, mean, deviation, at } of golden.gabor) {
      const magnitude = gaborMagnitude(image, { frequencyPerPx: frequency, angleRad });
      const ours = magnitude.reduce((sum, value) => sum + value, 0) / magnitude.length;
      const squares = magnitude.reduce((sum, value) => sum + (value - ours) ** 2, 0);
      expectClose(ours, mean);
      expectClose(Math.sqrt(squares / magnitude.length), deviation);
      [0, 30 * width + 35, 63 * width + 71].forEach((pixel, i) => expectClose(magnitude[pixel], at[i]));
    }
  });

  test("haarEnergies()", () => {
    haarEnergies(image, 3).forEach(({ horizontal, vertical, diagonal }, level) => {
      [horizontal, vertical, diagonal].forEach((energy, i) => expectClose(energy, golden.haar[level][i]));
    });
  });

  test("radialSpectrum()", () => {
    const { power, sidePx } = radialSpectrum(image);
    expect(sidePx).toBe(64);
    golden.radialPower.forEach((wanted, ring) => expectClose(power[ring], wanted));
  });

  test("otsuLevel() and twoPointFunction()", () => {
    expect(otsuLevel(greyLevels(image))).toBe(golden.otsu);
    const { probability } = twoPointFunction(image);
    golden.twoPoint.forEach((wanted, r) => expectClose(probability[r], wanted));
  });

  test("openBySquare() and closeBySquare()", () => {
    const sum = (data: Float32Array) => data.reduce((total, value) => total + value, 0);
    for (const [side, wanted] of Object.entries(golden.openingSums)) {
      expect(sum(openBySquare(image, Number(side)))).toBe(wanted);
      expect(sum(closeBySquare(image, Number(side)))).toBe(golden.closingSums[side]);
    }
  });
});
