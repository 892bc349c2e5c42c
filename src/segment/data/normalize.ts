import type { GrayImage } from "../../core/index.ts";
import { rangeError } from "../../core/index.ts";
import { normalizeImage } from "../../image/index.ts";
import type { SegmentConfig } from "../segment-config.ts";

/** The part of a study that says what intensities the network is shown. */
export type GreyRecipe = Pick<SegmentConfig["model"], "normalization" | "levels">;

/**
 * Applies a study's intensity step, with the settings that belong to its name.
 *
 * @throws RangeError when intensities lie outside the levels: then the image is not of the kind that was trained on
 */
export function normalizeForNetwork(
  image: GrayImage,
  { normalization: name, levels }: GreyRecipe,
): GrayImage {
  if (name === "levels") return betweenLevels(image, levels);
  // a blank field has no contrast to normalise: it is the mean everywhere
  if (image.data.every((value) => value === image.data[0])) {
    return { ...image, data: new Float32Array(image.data.length) };
  }
  if (name === "percentile")
    return normalizeImage(image, { kind: name, lowShare: 0.005, highShare: 0.005 }).image;
  if (name === "clahe") return normalizeImage(image, { kind: name, tileCount: 8, clipLimit: 3 }).image;
  return normalizeImage(image, { kind: name }).image;
}

/** The lower level to -2, the upper to 2: a spread like that of standardised intensities. */
function betweenLevels(image: GrayImage, [low, high]: GreyRecipe["levels"]): GrayImage {
  const outside = image.data.find((value) => value < low || value > high);
  if (outside !== undefined) {
    const wanted = `intensities must lie within the levels ${low} to ${high} of the study`;
    throw rangeError({ action: "normalise image" }, wanted, String(outside));
  }
  const scale = 4 / (high - low);
  return { ...image, data: image.data.map((value) => (value - low) * scale - 2) };
}
