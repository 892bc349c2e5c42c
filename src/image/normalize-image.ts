import type { GrayImage } from "../core/index.ts";
import { checkNumber, mean, rangeError } from "../core/index.ts";
import { robustRange } from "./robust-range.ts";
import { equalizeAdaptive } from "./clahe.ts";
import { equalizeHistogram, matchHistogram } from "./histogram-mapping.ts";

/** A named step that brings the intensities of images from different instruments closer to each other. */
export type Normalization =
  | { readonly kind: "none" }
  /** Minimum to 0, maximum to 1. */
  | { readonly kind: "minMax" }
  /** Quantiles to 0 and 1, what lies outside clipped; shares of pixels below and above, such as 0.005. */
  | { readonly kind: "percentile"; readonly lowShare: number; readonly highShare: number }
  /** Mean to 0, standard deviation to 1. */
  | { readonly kind: "zScore" }
  /** Each intensity to its rank, 0 to 1. */
  | { readonly kind: "histogramEqualization" }
  /** Equalisation within tiles, contrast limited [zuiderveld1994]. */
  | { readonly kind: "clahe"; readonly tileCount: number; readonly clipLimit: number }
  /** Intensities of a reference at the same ranks. */
  | { readonly kind: "histogramMatching"; readonly reference: GrayImage }
  /** (image - dark) / (flat - dark), times the mean of the denominator. */
  | { readonly kind: "flatField"; readonly flat: GrayImage; readonly dark?: GrayImage };

/** An image after a step, and the way back where there is one. */
export interface NormalizedImage {
  readonly image: GrayImage;
  /** original = offset + scale x normalised; null where the step is not linear, and inexact where it clipped. */
  readonly inverse: { readonly offset: number; readonly scale: number } | null;
  /** Pixels that a percentile step cut at 0 or 1. */
  readonly clippedPixelCount: number;
}

/**
 * Applies a normalisation.
 *
 * @param image finite intensities
 * @param step which one, with its settings
 * @returns a new image (in arbitrary units but for "none" and "flatField") and its inverse
 * @throws RangeError for constant images where a range is needed, and for reference fields of another size
 * @example
 * import { normalizeImage } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.of(2, 4, 6);
 * const image = { width: 3, height: 1, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * const { image: result, inverse } = normalizeImage({ ...image }, { kind: "minMax" });
 * expect([...result.data]).toEqual([0, 0.5, 1]);
 * expect(inverse).toEqual({ offset: 2, scale: 4 });
 */
export function normalizeImage(image: GrayImage, step: Normalization): NormalizedImage {
  switch (step.kind) {
    case "none":
      return { image, inverse: { offset: 0, scale: 1 }, clippedPixelCount: 0 };
    case "minMax":
      return toUnitRange(image, robustRange(image, { lowShare: 0, highShare: 0 }));
    case "percentile":
      return toUnitRange(image, robustRange(image, step));
    case "zScore":
      return standardized(image);
    case "histogramEqualization":
      return nonlinear(image, equalizeHistogram(image.data));
    case "clahe":
      return nonlinear(image, equalizeAdaptive(image, step));
    case "histogramMatching":
      return nonlinear(image, matchHistogram(image.data, step.reference.data));
    case "flatField":
      return { image: { ...image, data: flattened(image, step) }, inverse: null, clippedPixelCount: 0 };
  }
}

const CONTEXT = { action: "normalise image" };

function nonlinear(image: GrayImage, data: Float32Array): NormalizedImage {
  return { image: { ...image, data, intensityUnit: "arbitrary" }, inverse: null, clippedPixelCount: 0 };
}

function toUnitRange(image: GrayImage, { low, high }: { low: number; high: number }): NormalizedImage {
  if (!(high > low)) {
    throw rangeError(CONTEXT, "intensities must vary", `${low} to ${high}`);
  }
  let clippedPixelCount = 0;
  const data = image.data.map((value) => {
    const share = (value - low) / (high - low);
    if (share >= 0 && share <= 1) return share;
    clippedPixelCount++;
    return share < 0 ? 0 : 1;
  });
  const inverse = { offset: low, scale: high - low };
  return { image: { ...image, data, intensityUnit: "arbitrary" }, inverse, clippedPixelCount };
}

function standardized(image: GrayImage): NormalizedImage {
  let [sum, squares] = [0, 0];
  for (const value of image.data) sum += value;
  const center = sum / image.data.length;
  for (const value of image.data) squares += (value - center) ** 2;
  const deviation = Math.sqrt(squares / image.data.length);
  if (!(deviation > 0)) throw rangeError(CONTEXT, "intensities must vary", `${center} only`);
  const data = image.data.map((value) => (value - center) / deviation);
  const inverse = { offset: center, scale: deviation };
  return { image: { ...image, data, intensityUnit: "arbitrary" }, inverse, clippedPixelCount: 0 };
}

function flattened(
  image: GrayImage,
  { flat, dark }: Extract<Normalization, { kind: "flatField" }>,
): Float32Array {
  for (const field of dark === undefined ? [flat] : [flat, dark]) {
    checkNumber("pixels of the flat or dark field", field.data.length, {
      min: image.data.length,
      max: image.data.length,
      ...CONTEXT,
    });
  }
  const gain = flat.data.map((value, i) => value - (dark?.data[i] ?? 0));
  const meanGain = mean(gain);
  // a dead pixel of the flat field says nothing: its intensity stays as it is
  return image.data.map((value, i) => {
    const signal = value - (dark?.data[i] ?? 0);
    return gain[i] > 0 ? (signal / gain[i]) * meanGain : signal;
  });
}
