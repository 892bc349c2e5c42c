import { RADIUS_RANGE_PX } from "./answer-grid.ts";

/** Least edge of a level [px]; below it a particle of the largest size fills the picture. */
const LEAST_EDGE_PX = 32;
/** Most pixels of a level that enlarges the image, and of any. */
const MOST_ENLARGED = 1.7e6;
const MOST_PIXELS = 1.7e7;

/**
 * The levels at which an image is searched: enlarged twice where it is small, then halved until it is too small.
 *
 * @param size of the image [px]
 * @param radiusPx range of radii that are looked for; levels that reach none of them are left out
 * @returns scale of each level: pixels of the level over those of the image
 */
export function planPyramid(
  { width, height }: { readonly width: number; readonly height: number },
  radiusPx?: readonly [number, number],
): number[] {
  const scales: number[] = [];
  for (let scale = 2; Math.min(width, height) * scale >= LEAST_EDGE_PX; scale /= 2) {
    const pixels = width * height * scale * scale;
    const reaches =
      radiusPx === undefined ||
      (RADIUS_RANGE_PX[0] / scale <= radiusPx[1] && RADIUS_RANGE_PX[1] / scale >= radiusPx[0]);
    if (reaches && pixels <= (scale > 1 ? MOST_ENLARGED : MOST_PIXELS)) scales.push(scale);
  }
  return scales;
}
