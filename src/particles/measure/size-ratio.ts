import type { BootstrapInterval } from "../../core/index.ts";

/** How the sizes that a detector finds compare with those of the particles that simulated images show. */
export interface SizeRatio {
  /** True over found geometric mean diameter of an image: median, and the range of 95 % of the images. */
  readonly ratio: BootstrapInterval;
  /** Simulated images behind it. */
  readonly imageCount: number;
}

/** Found particles from which the ratio holds: that of images with fewer was not looked at. */
const LEAST_FOUND = 15;

/**
 * The geometric mean diameter of the particles that an image shows, with what the detector errs by on simulated images.
 *
 * @param count of the found particles that lie wholly in the image
 * @param found geometric mean of them, in the unit of the answer
 * @param known of the detector; null where it does not say
 * @returns mean and interval of 95 %; null where nothing is known, or fewer than 15 particles were found
 */
export function meanWithError(
  count: number,
  found: number,
  known: SizeRatio | null,
): BootstrapInterval | null {
  if (known === null || count < LEAST_FOUND) return null;
  const { value, low, high } = known.ratio;
  return { value: found * value, low: found * low, high: found * high };
}
