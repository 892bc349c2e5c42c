import type { GrayImage } from "../core/index.ts";
import { checkNumber, failureText } from "../core/index.ts";

const CONTEXT = { action: "resample image" };

/** Weights with which source pixels first, first + 1, ... make one target pixel; they add up to 1. */
interface Tap {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * Resamples an image to another pixel size, keeping its centre where it is.
 *
 * Shrinking averages the area that the larger pixel covers, so that noise and intensity stay right; enlarging
 * interpolates linearly between pixel centres, so that no value leaves the range of the image. Electrons per pixel are
 * multiplied by the ratio of pixel areas; fractions of the beam and arbitrary intensities keep their values.
 *
 * @param image needs a pixel size
 * @param targetPixelSizeNm wanted pixel size [nm]
 * @returns a new image whose sides are the old field over the new pixel size, rounded, at least 1 px
 * @throws RangeError when the image has no pixel size, or the result would exceed 2^29 pixels
 * @example
 * import { resampleToPixelSize } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.of(1, 3, 5, 7);
 * const image = { width: 4, height: 1, data, intensityUnit: "arbitrary", pixelSizeNm: 1 } as const;
 * expect([...resampleToPixelSize({ ...image }, 2).data]).toEqual([2, 6]);
 */
export function resampleToPixelSize(image: GrayImage, targetPixelSizeNm: number): GrayImage {
  const { pixelSizeNm } = image;
  if (pixelSizeNm === null) {
    throw new RangeError(failureText(CONTEXT, "image must have a pixel size", "none: give it by hand"));
  }
  return resamplePixels(image, { x: pixelSizeNm, y: pixelSizeNm }, targetPixelSizeNm);
}

/**
 * Resamples an image whose pixels need not be square to square ones; else as `resampleToPixelSize`.
 *
 * @param image its own pixel size is not asked
 * @param pixelNm sides of its pixels [nm]
 * @param targetPixelSizeNm wanted pixel size [nm]
 * @returns a new image
 * @throws RangeError when the result would exceed 2^29 pixels
 */
export function resamplePixels(
  image: GrayImage,
  pixelNm: { readonly x: number; readonly y: number },
  targetPixelSizeNm: number,
): GrayImage {
  checkNumber("targetPixelSizeNm", targetPixelSizeNm, { min: 1e-6, unit: "nm", ...CONTEXT });
  const [ratioX, ratioY] = [targetPixelSizeNm / pixelNm.x, targetPixelSizeNm / pixelNm.y];
  const width = Math.max(1, Math.round(image.width / ratioX));
  const height = Math.max(1, Math.round(image.height / ratioY));
  checkNumber("resampled pixel count", width * height, { max: 2 ** 29, ...CONTEXT });
  const columns = tapsOf(image.width, width, ratioX);
  const rows = tapsOf(image.height, height, ratioY);
  const data = filterColumns(filterRows(image, columns), width, rows);
  if (image.intensityUnit === "electrons per pixel") {
    for (let i = 0; i < data.length; i++) data[i] *= ratioX * ratioY;
  }
  return { ...image, width, height, data, pixelSizeNm: targetPixelSizeNm };
}

/** One tap a target pixel; the target grid is centred on the source grid. */
function tapsOf(sourceSize: number, targetSize: number, ratio: number): Tap[] {
  const start = (sourceSize - targetSize * ratio) / 2;
  return Array.from({ length: targetSize }, (_, i) => {
    const left = start + i * ratio;
    return ratio > 1 ? areaTap(left, left + ratio, sourceSize) : linearTap(left + ratio / 2, sourceSize);
  });
}

/** Shares of [left, right) that fall into each source pixel; what lies outside the image does not count. */
function areaTap(left: number, right: number, sourceSize: number): Tap {
  const from = Math.min(Math.max(left, 0), sourceSize - 1);
  const to = Math.max(Math.min(right, sourceSize), from + 1e-9);
  const first = Math.floor(from);
  const last = Math.min(Math.ceil(to), sourceSize);
  const overlaps = Array.from({ length: last - first }, (_, k) => {
    return Math.max(0, Math.min(to, first + k + 1) - Math.max(from, first + k));
  });
  const total = overlaps.reduce((sum, share) => sum + share, 0);
  return { first, weights: overlaps.map((share) => share / total) };
}

/** Linear interpolation at a coordinate whose pixel centres are at i + 1/2; the border continues. */
function linearTap(center: number, sourceSize: number): Tap {
  const position = Math.min(Math.max(center - 0.5, 0), sourceSize - 1);
  const first = Math.min(Math.floor(position), Math.max(0, sourceSize - 2));
  const share = position - first;
  return sourceSize === 1 ? { first: 0, weights: [1] } : { first, weights: [1 - share, share] };
}

function filterRows(image: GrayImage, columns: readonly Tap[]): Float32Array {
  const width = columns.length;
  const result = new Float32Array(width * image.height);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < width; x++) {
      const { first, weights } = columns[x];
      const at = y * image.width + first;
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * image.data[at + k];
      result[y * width + x] = sum;
    }
  }
  return result;
}

function filterColumns(data: Float32Array, width: number, rows: readonly Tap[]): Float32Array {
  const result = new Float32Array(width * rows.length);
  for (let y = 0; y < rows.length; y++) {
    const { first, weights } = rows[y];
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * data[(first + k) * width + x];
      result[y * width + x] = sum;
    }
  }
  return result;
}
