import type { GrayImage } from "../../core/index.ts";
import { normalizeImage, removeSpikes } from "../../image/index.ts";

/**
 * Makes an HRTEM image ready for network and features: X-ray spikes out, mean 0, standard deviation 1.
 *
 * The original scales to minimum 0 and maximum 1 [groschner2021]; extremes depend on dose and field, moments hardly.
 */
export function prepareHrtem(image: GrayImage): GrayImage {
  return normalizeImage(removeSpikes(image).image, { kind: "zScore" }).image;
}
