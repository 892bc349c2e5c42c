import type { BootstrapInterval } from "../../core/index.ts";
import type { Disc } from "../simulate/training-image.ts";
import { coveredPixels } from "./contacts.ts";

/** How many particles simulated images had for each that was found, by how crowded they are. */
export interface HiddenClass {
  /** Crowding from which the class begins; it ends where the next one does. */
  readonly fromCrowding: number;
  /** True particles over found ones: median, and the range of 95 % of the images. */
  readonly ratio: BootstrapInterval;
  /** Simulated images behind it. */
  readonly imageCount: number;
}

/**
 * How much the found discs lie over each other: the sum of their areas over the area that they cover together, 1 or more.
 *
 * @param discs that were found
 * @param size of the image [px]
 * @returns 1 where none overlap; NaN without discs
 */
export function crowdingOf(
  discs: readonly Disc[],
  { width, height }: { readonly width: number; readonly height: number },
): number {
  const areas = discs.reduce((sum, { radiusPx }) => sum + Math.PI * radiusPx ** 2, 0);
  return Math.max(1, areas / coveredPixels(discs, { width, height }));
}

/**
 * How many particles an image holds with those that it hides, as simulated images that are as crowded have them.
 *
 * @param found how many were found
 * @param crowding of the image
 * @param classes by rising crowding
 * @returns count with the interval of 95 % of such images; null where the detector knows of no such images
 */
export function countWithHidden(
  found: number,
  crowding: number,
  classes: readonly HiddenClass[],
): BootstrapInterval | null {
  const own = classes.findLast(({ fromCrowding }) => crowding >= fromCrowding);
  if (own === undefined) return null;
  const { value, low, high } = own.ratio;
  return { value: found * value, low: found * low, high: found * high };
}
