import type { GrayImage } from "../../core/index.ts";
import { pixelNoise } from "../../image/index.ts";

/** How much of an element lies under each pixel, as counts: of X-rays or of electrons that lost energy in it. */
export interface ElementMap {
  /** Chemical symbol. */
  readonly element: string;
  readonly width: number;
  readonly height: number;
  /** [height, width], whole numbers from 0. */
  readonly counts: Int32Array;
  /** Value of the file that stands for one count; 1 where the file holds counts. */
  readonly valuePerCount: number;
}

/** Variance over mean within which whole numbers are taken for counts as they are: of a Poisson distribution it is 1. */
const COUNTS_WITHIN = 1.5;

/**
 * Takes an image for an element map.
 *
 * A file may hold counts, or counts times a factor, as grey levels and quantified maps do. Of counts the variance is the mean, so the factor is
 * the variance of what differs between neighbours [immerkaer1996] over the mean. Values are brought to counts by it; what rounding leaves of a
 * pixel is carried to the next, so that sums stay. Values below zero, which a subtracted background leaves, count as zero.
 *
 * @param element chemical symbol
 * @param image the map as it was read
 * @returns counts, and the value that stands for one
 * @throws RangeError for a map without any signal
 * @example
 * import { asElementMap } from "../src/particles/index.ts";
 * import { openRandomStream } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const rng = openRandomStream(1);
 * const data = Float32Array.from({ length: 64 * 64 }, () => 0.25 * rng.poisson(3));
 * const map = asElementMap("Ti", { width: 64, height: 64, data, intensityUnit: "arbitrary", pixelSizeNm: null });
 * expect(Math.abs(map.valuePerCount / 0.25 - 1)).toBeLessThan(0.1);
 */
export function asElementMap(element: string, image: GrayImage): ElementMap {
  const { width, height } = image;
  const data = Float64Array.from(image.data, (value) => Math.max(0, value));
  const total = data.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) throw new RangeError(`Cannot read map of ${element}: wanted values above 0, got none`);
  const { residuals } = pixelNoise({ width, height, data });
  const variance = residuals.reduce((sum, value) => sum + value ** 2, 0) / Math.max(1, residuals.length);
  const factor = variance / (total / data.length);
  const isCounted = data.every(Number.isInteger) && factor > 1 / COUNTS_WITHIN && factor < COUNTS_WITHIN;
  // a map without noise says nothing of its counts: it is taken as it is
  const valuePerCount = isCounted || factor === 0 ? 1 : factor;
  return { element, width, height, counts: wholeCounts(data, valuePerCount), valuePerCount };
}

function wholeCounts(data: Float64Array, valuePerCount: number): Int32Array {
  let carried = 0;
  return Int32Array.from(data, (value) => {
    const wanted = value / valuePerCount + carried;
    const count = Math.max(0, Math.round(wanted));
    carried = wanted - count;
    return count;
  });
}
