import type { GrayImage } from "../core/index.ts";
import { checkNumber, mean, median } from "../core/index.ts";

/** Result of the removal of X-ray spikes. */
export interface SpikeRemoval {
  readonly image: GrayImage;
  /** Pixels that were replaced. */
  readonly spikeCount: number;
}

/** Standard deviation of a normal distribution over its median absolute deviation. */
const SIGMA_PER_MAD = 1.4826;
/** Differences that the noise is estimated from; more do not sharpen the estimate noticeably. */
const SAMPLE_COUNT = 20_000;

/**
 * Replaces single pixels that X-rays or dead detector elements spoiled by the median of their 3 x 3 neighbourhood.
 *
 * A pixel is a spike when it differs from that median by more than a number of standard deviations of such differences, which
 * the median absolute deviation estimates without being moved by the spikes [groschner2021].
 *
 * @param image finite intensities, at least 3 x 3
 * @param options.thresholdSigmas standard deviations, at least 1; default 8: with normal noise one pixel in 10^15
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
  const medians = localMedians(image);
  const threshold = thresholdSigmas * noiseSigma(image.data, medians);
  let spikeCount = 0;
  const data = image.data.map((value, i) => {
    if (Math.abs(value - medians[i]) <= threshold) return value;
    spikeCount++;
    return medians[i];
  });
  return { image: { ...image, data }, spikeCount };
}

/** Medians of 3 x 3 pixels; at the border the window moves inwards. */
function localMedians({ width, height, data }: GrayImage): Float32Array {
  const window = new Float32Array(9);
  return data.map((_, i) => {
    const x = Math.min(width - 2, Math.max(1, i % width));
    const y = Math.min(height - 2, Math.max(1, Math.floor(i / width)));
    for (let k = 0; k < 9; k++) window[k] = data[(y - 1 + Math.floor(k / 3)) * width + x - 1 + (k % 3)];
    return window.sort()[4];
  });
}

/** Where more than half of the differences are zero (counts at low dose), the mean absolute difference stands in. */
function noiseSigma(data: Float32Array, medians: Float32Array): number {
  const step = Math.max(1, Math.floor(data.length / SAMPLE_COUNT));
  const differences: number[] = [];
  for (let i = 0; i < data.length; i += step) differences.push(Math.abs(data[i] - medians[i]));
  const fromMedian = SIGMA_PER_MAD * median(differences);
  return fromMedian > 0 ? fromMedian : mean(differences);
}
