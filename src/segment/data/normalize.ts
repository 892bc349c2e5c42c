import type { GrayImage } from "../../core/index.ts";
import { normalizeImage } from "../../micrograph/index.ts";
import type { NormalizationName } from "../segment-config.ts";

/**
 * Applies a study's intensity step, with the settings that belong to its name.
 *
 * @param image as it was read
 * @param name of the step
 * @returns normalised image
 */
export function normalizeForNetwork(image: GrayImage, name: NormalizationName): GrayImage {
  // a blank field has no contrast to normalise: it is the mean everywhere
  if (image.data.every((value) => value === image.data[0])) {
    return { ...image, data: new Float32Array(image.data.length) };
  }
  if (name === "percentile")
    return normalizeImage(image, { kind: name, lowShare: 0.005, highShare: 0.005 }).image;
  if (name === "clahe") return normalizeImage(image, { kind: name, tileCount: 8, clipLimit: 3 }).image;
  return normalizeImage(image, { kind: name }).image;
}
