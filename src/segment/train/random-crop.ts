import type { GrayImage, RandomStream } from "../../core/index.ts";
import { cropRegion } from "../../image/index.ts";
import { dihedralInto } from "../../train/index.ts";

/**
 * Crops a square at a random place, under a random symmetry of the square.
 *
 * @param rng stream of place and symmetry
 * @param image at least as large as the crop
 * @param edge edge of the crop [px]
 * @param target receives the crop, [edge, edge]
 * @returns target
 */
export function randomCropInto(
  rng: RandomStream,
  image: GrayImage,
  edge: number,
  target: Float32Array,
): Float32Array {
  const [x, y] = [rng.integerBelow(image.width - edge + 1), rng.integerBelow(image.height - edge + 1)];
  const { data } = cropRegion(image, { x, y, width: edge, height: edge });
  return dihedralInto(data, edge, rng.integerBelow(8), target);
}
