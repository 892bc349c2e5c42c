import type { GrayImage } from "../core/index.ts";
import { checkNumber } from "../core/index.ts";
import { noiseByLevel } from "./noise-by-level.ts";

/** Result of the removal of spikes. */
export interface SpikeRemoval {
  readonly image: GrayImage;
  /** Pixels that were replaced. */
  readonly spikeCount: number;
}

/** A spike stands out from all neighbours but one by this share of what it must stand out from their median. */
const NEIGHBOUR_SHARE = 0.75;

/**
 * Replaces single pixels, or pairs of them, that X-rays or hot and dead detector elements spoiled by the median of their 3 x 3 neighbourhood.
 *
 * A pixel is a spike when it lies more than `thresholdSigmas` standard deviations from that median [groschner2021], and 3/4 of that beyond
 * the second brightest, or below the second darkest, of its eight neighbours: a thin bright line or a small particle is no spike. The deviation
 * is that of pixels of like brightness, for shot noise grows with the signal.
 *
 * @param image finite intensities, at least 3 x 3
 * @param options.thresholdSigmas standard deviations, at least 1; default 8
 * @returns a new image and the number of spikes
 * @example
 * import { removeSpikes } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.from({ length: 49 }, (_, i) => (i === 24 ? 1e6 : 10 + ((i * 7) % 5)));
 * const image = { width: 7, height: 7, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * expect(removeSpikes({ ...image }).spikeCount).toBe(1);
 */
export function removeSpikes(
  image: GrayImage,
  options: { readonly thresholdSigmas?: number } = {},
): SpikeRemoval {
  const { thresholdSigmas = 8 } = options;
  const context = { action: "remove spikes" };
  checkNumber("thresholdSigmas", thresholdSigmas, { min: 1, ...context });
  checkNumber("width", image.width, { min: 3, unit: "px", ...context });
  checkNumber("height", image.height, { min: 3, unit: "px", ...context });
  const deviation = noiseByLevel(image);
  const window = new Float64Array(9);
  let spikeCount = 0;
  const data = image.data.map((value, i) => {
    if (!standsOut(image, i, window)) return value;
    window.sort();
    const middle = window[4];
    const threshold = thresholdSigmas * deviation(middle);
    // of the other eight, the second brightest and the second darkest
    const beyond = value > middle ? value - window[6] : window[2] - value;
    if (Math.abs(value - middle) <= threshold || beyond <= NEIGHBOUR_SHARE * threshold) return value;
    spikeCount++;
    return middle;
  });
  return { image: { ...image, data }, spikeCount };
}

/**
 * Whether at most one of a pixel's eight neighbours is as bright, or as dark, as the pixel itself; at the border the 3 x 3 move inwards.
 *
 * @param window gets the nine values
 */
function standsOut({ width, height, data }: GrayImage, at: number, window: Float64Array): boolean {
  const x = Math.min(width - 2, Math.max(1, at % width));
  const y = Math.min(height - 2, Math.max(1, Math.floor(at / width)));
  const value = data[at];
  let [asBright, asDark] = [0, 0];
  for (let k = 0, i = (y - 1) * width + x - 1; k < 9; k++, i += k % 3 === 0 ? width - 2 : 1) {
    window[k] = data[i];
    if (data[i] >= value) asBright++;
    if (data[i] <= value) asDark++;
  }
  // the pixel itself is one of each
  return asBright <= 2 || asDark <= 2;
}
