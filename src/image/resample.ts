import type { GrayImage } from "../core/index.ts";
import { checkNumber, rangeError } from "../core/index.ts";

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
  const side = sizeOf(image);
  return resamplePixels(image, { x: side, y: side }, targetPixelSizeNm);
}

function sizeOf({ pixelSizeNm }: GrayImage): number {
  if (pixelSizeNm !== null) return pixelSizeNm;
  throw rangeError(CONTEXT, "image must have a pixel size", "none: give it by hand");
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
  return resampleBy(smoothTap, image, pixelNm, targetPixelSizeNm);
}

/**
 * Resamples an image with Lanczos' kernel of three lobes, sinc(x) sinc(x / 3) [duchon1979], which keeps sharp what is sharp; shrinking stretches it
 * by the ratio of pixel sizes, so that nothing finer than the new pixels folds over.
 *
 * A scanned image has a point of the specimen a pixel. Interpolation or averages over partly covered pixels blur it, here more and there less, and
 * even its noise out: a network counts fewer particles then. Values may leave the range of the image beside edges, by 7 % of their step.
 *
 * @param image needs a pixel size
 * @param targetPixelSizeNm wanted pixel size [nm]
 * @returns a new image; the image itself where it has that pixel size
 * @throws RangeError as resampleToPixelSize
 * @example
 * import { resampleSharply } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.from({ length: 90 }, (_, i) => Math.cos((2 * Math.PI * i) / 9));
 * const wave = { width: 90, height: 1, data, intensityUnit: "arbitrary", pixelSizeNm: 1 } as const;
 * const finer = resampleSharply({ ...wave }, 0.9);
 * expect(finer.data[50]).toBeCloseTo(Math.cos((2 * Math.PI * 0.9 * 50 - 0.1 * Math.PI) / 9), 2);
 */
export function resampleSharply(image: GrayImage, targetPixelSizeNm: number): GrayImage {
  const side = sizeOf(image);
  if (side === targetPixelSizeNm) return image;
  return resampleBy(lanczosTap, image, { x: side, y: side }, targetPixelSizeNm);
}

/** How a target pixel is made: its left edge, its size and the number of source pixels, all in source pixels. */
type TapRule = (left: number, ratio: number, sourceSize: number) => Tap;

function resampleBy(
  rule: TapRule,
  image: GrayImage,
  pixelNm: { readonly x: number; readonly y: number },
  targetPixelSizeNm: number,
): GrayImage {
  checkNumber("targetPixelSizeNm", targetPixelSizeNm, { min: 1e-6, unit: "nm", ...CONTEXT });
  const [ratioX, ratioY] = [targetPixelSizeNm / pixelNm.x, targetPixelSizeNm / pixelNm.y];
  const width = Math.max(1, Math.round(image.width / ratioX));
  const height = Math.max(1, Math.round(image.height / ratioY));
  checkNumber("resampled pixel count", width * height, { max: 2 ** 29, ...CONTEXT });
  const columns = tapsOf(rule, image.width, width, ratioX);
  const rows = tapsOf(rule, image.height, height, ratioY);
  const data = filterColumns(filterRows(image, columns), width, rows);
  if (image.intensityUnit === "electrons per pixel") {
    for (let i = 0; i < data.length; i++) data[i] *= ratioX * ratioY;
  }
  return { ...image, width, height, data, pixelSizeNm: targetPixelSizeNm };
}

/** One tap a target pixel; the target grid is centred on the source grid. */
function tapsOf(rule: TapRule, sourceSize: number, targetSize: number, ratio: number): Tap[] {
  const start = (sourceSize - targetSize * ratio) / 2;
  return Array.from({ length: targetSize }, (_, i) => rule(start + i * ratio, ratio, sourceSize));
}

/** The mean over what a larger pixel covers; linear interpolation at the centre of a smaller one. */
const smoothTap: TapRule = (left, ratio, sourceSize) =>
  ratio > 1 ? areaTap(left, left + ratio, sourceSize) : linearTap(left + ratio / 2, sourceSize);

const LOBES = 3;
const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** Lanczos' kernel round the centre of a target pixel; beyond the border it is cut off, and its rest scaled to add up to 1. */
const lanczosTap: TapRule = (left, ratio, sourceSize) => {
  const stretch = Math.max(1, ratio);
  // pixel centres lie at whole numbers here
  const center = left + ratio / 2 - 0.5;
  const first = Math.min(Math.max(0, Math.ceil(center - LOBES * stretch)), sourceSize - 1);
  const last = Math.max(first, Math.min(sourceSize - 1, Math.floor(center + LOBES * stretch)));
  const kernel = Array.from({ length: last - first + 1 }, (_, k) => {
    const x = (first + k - center) / stretch;
    return sinc(x) * sinc(x / LOBES);
  });
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  return { first, weights: kernel.map((weight) => weight / total) };
};

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
