import type { PixelRegion } from "../../image/index.ts";

/**
 * Tiles of an image that do not overlap, so that nothing is labelled twice.
 *
 * As many fit along a side as there is room for; what is left over lies between them, in equal parts. An image smaller than a tile is
 * one tile.
 *
 * @param size width and height of the image [px]
 * @param tilePx edge of a tile [px]
 * @returns boxes in reading order [px]
 * @example
 * import { tileBoxes } from "../src/segment/suggest/tile-boxes.ts";
 * import { expect } from "vitest";
 * expect(tileBoxes({ width: 70, height: 20 }, 32)).toEqual([
 *   { x: 0, y: 0, width: 32, height: 20 },
 *   { x: 38, y: 0, width: 32, height: 20 },
 * ]);
 */
export function tileBoxes(
  { width, height }: { readonly width: number; readonly height: number },
  tilePx: number,
): PixelRegion[] {
  const size = { width: Math.min(tilePx, width), height: Math.min(tilePx, height) };
  const columns = starts(width, size.width);
  return starts(height, size.height).flatMap((y) => columns.map((x) => ({ x, y, ...size })));
}

/** Where tiles begin along a side [px]. */
function starts(side: number, edge: number): number[] {
  const count = Math.floor(side / edge);
  const free = side - edge;
  if (count === 1) return [Math.floor(free / 2)];
  return Array.from({ length: count }, (_, i) => Math.round((i * free) / (count - 1)));
}
