import type { BinaryMask } from "./binary-morphology.ts";
import { convexHull, type Point } from "./convex-hull.ts";

/**
 * Convex hull of the pixels of a mask, as squares: over the corners of the first and last pixel of each row.
 *
 * @param mask of 0 and 1
 * @returns corners of the hull in order [px]; none for an empty mask
 * @example
 * import { maskHull, polygonArea } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * const diagonal = { width: 2, height: 2, data: Uint8Array.of(1, 0, 0, 1) };
 * expect(polygonArea(maskHull(diagonal))).toBe(3);
 */
export function maskHull({ width, height, data }: BinaryMask): Point[] {
  const corners: Point[] = [];
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    const left = row.indexOf(1);
    if (left < 0) continue;
    const right = row.lastIndexOf(1) + 1;
    corners.push([left, y], [right, y], [left, y + 1], [right, y + 1]);
  }
  return convexHull(corners);
}

/**
 * Length of the outline of a mask, holes included, by Crofton's formula in four directions [legland2007]:
 * P = pi/2 x mean over directions of crossings x distance of the lines, 1 along the axes, 1/sqrt(2) along diagonals.
 *
 * @param mask of 0 and 1; beyond it is outside
 * @returns length [px]
 * @example
 * import { croftonPerimeter } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * // two crossings a line in each of four directions: a single pixel is 1 px wide to the axes, 1/sqrt(2) to diagonals
 * const pixel = { width: 1, height: 1, data: Uint8Array.of(1) };
 * expect(croftonPerimeter(pixel)).toBeCloseTo(((Math.PI / 8) * (4 + 4 / Math.SQRT2)), 12);
 */
export function croftonPerimeter({ width, height, data }: BinaryMask): number {
  const isOutside = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height || data[y * width + x] === 0;
  let [straight, diagonal] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] === 0) continue;
      for (const step of [-1, 1]) {
        if (isOutside(x + step, y)) straight++;
        if (isOutside(x, y + step)) straight++;
        if (isOutside(x + step, y + step)) diagonal++;
        if (isOutside(x + step, y - step)) diagonal++;
      }
    }
  }
  return ((Math.PI / 2) * (straight + diagonal * Math.SQRT1_2)) / 4;
}
