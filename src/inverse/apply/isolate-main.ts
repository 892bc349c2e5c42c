import { counted, openRandomStream, type GrayImage } from "../../core/index.ts";
import { fillMasked } from "../../image/index.ts";
import { findAggregates, mainAggregate, neighbourMask } from "./find-aggregates.ts";

/** An image with one aggregate, and what was done for it. */
export interface IsolatedImage {
  readonly image: GrayImage;
  readonly notes: readonly string[];
}

/**
 * Leaves the aggregate whose box is nearest to the middle of an image, and fills the others with background and its noise: a network answers for one, and a
 * neighbour would count.
 *
 * @param image of one or more aggregates on a dark background
 * @returns the image itself where there is one aggregate, or none
 */
export function isolateMain(image: GrayImage): IsolatedImage {
  const found = findAggregates(image);
  const others = found.aggregates.length - 1;
  if (others < 1) return { image, notes: [] };
  const main = mainAggregate(found, image);
  if (main === null) return { image, notes: [] };
  const { width, height } = image;
  const mask = neighbourMask(found, main, { x: 0, y: 0, width, height });
  return {
    image: fillMasked(image, mask, openRandomStream("neighbours")),
    notes: [
      `${counted(others, "other aggregate")} filled with background: the one nearest to the middle is answered, --crop chooses another`,
    ],
  };
}
