import type { GrayImage } from "../core/index.ts";
import { noiseByLevel } from "./noise-by-level.ts";
import type { SpikeRemoval } from "./remove-spikes.ts";

/** Pixels of the 2 x 2 from this share of the step of the one that stands out most are spoiled, too. */
const MEMBER_SHARE = 0.5;
/** What a probe or a lens has imaged has a rim: where one reaches this share of the step, it is specimen. */
const RIM_SHARE = 0.25;

/**
 * Replaces clusters of pixels within 2 x 2 that stand out together from the twelve about them, none of which follows: cosmic rays, and
 * neighbours of a hot or dead detector element.
 *
 * @param image finite intensities, at least 6 x 6
 * @param thresholdSigmas a cluster stands out by at least so many deviations from the median of the twenty pixels about the twelve, which replaces it
 * @returns a new image and the number of pixels that were replaced
 */
export function removeSpikeClusters(image: GrayImage, thresholdSigmas: number): SpikeRemoval {
  const { width, height } = image;
  const deviation = noiseByLevel(image);
  const data = image.data.slice();
  const ring = new Float64Array(20);
  let spikeCount = 0;
  for (let y = 1; y < height - 2; y++) {
    for (let x = 1; x < width - 2; x++) {
      const at = y * width + x;
      const members = [at, at + 1, at + width, at + width + 1];
      const farthest = (from: number) =>
        members.reduce((most, member) => Math.max(most, Math.abs(data[member] - from)), 0);
      // the pixel at the left above is no cluster's: a quick look, for nearly all places are none
      if (farthest(data[at - width - 1]) <= thresholdSigmas * deviation(data[at - width - 1])) continue;
      const ground = medianOfRing(image, x, y, ring);
      const step = farthest(ground);
      if (step <= thresholdSigmas * deviation(ground) || rimStep(data, at, width, ground) > RIM_SHARE * step)
        continue;
      for (const member of members) {
        if (Math.abs(data[member] - ground) < MEMBER_SHARE * step) continue;
        data[member] = ground;
        spikeCount++;
      }
    }
  }
  return { image: { ...image, data }, spikeCount };
}

/** What the twelve pixels about the 2 x 2 at a place differ from a level by, at most. */
function rimStep(data: Float32Array, at: number, width: number, level: number): number {
  let most = 0;
  for (let k = 0; k < 4; k++) {
    const rim = [
      at - width - 1 + k,
      at + 2 * width - 1 + k,
      at - width - 1 + k * width,
      at - width + 2 + k * width,
    ];
    for (const place of rim) most = Math.max(most, Math.abs(data[place] - level));
  }
  return most;
}

/** Median of the twenty pixels two away from the 2 x 2 at a place; those beyond the image's edge are the edge's. */
function medianOfRing({ data, width, height }: GrayImage, x: number, y: number, ring: Float64Array): number {
  const valueAt = (column: number, row: number) =>
    data[Math.min(height - 1, Math.max(0, row)) * width + Math.min(width - 1, Math.max(0, column))];
  for (let k = 0; k < 5; k++) {
    ring[k] = valueAt(x - 2 + k, y - 2);
    ring[5 + k] = valueAt(x + 3, y - 2 + k);
    ring[10 + k] = valueAt(x + 3 - k, y + 3);
    ring[15 + k] = valueAt(x - 2, y + 3 - k);
  }
  ring.sort();
  return (ring[9] + ring[10]) / 2;
}
