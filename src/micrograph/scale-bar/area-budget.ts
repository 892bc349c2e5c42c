import type { PixelRegion } from "../../image/index.ts";

/**
 * Boxes of what is found in a picture, or looked at, cover it so many times together at most: what a program draws covers it once or
 * twice, rings within rings or thousands of lines cover it thousands of times (thirteen real ones, at most 1.3 times).
 */
export const MOST_COVERS = 4;

/**
 * Says of one box after the other whether it still fits into an area that all of them may cover; those that do are counted.
 *
 * @param limitPx area [px]
 */
export function areaBudget(limitPx: number): (box: Pick<PixelRegion, "width" | "height">) => boolean {
  let leftPx = limitPx;
  return ({ width, height }) => {
    if (width * height > leftPx) return false;
    leftPx -= width * height;
    return true;
  };
}
