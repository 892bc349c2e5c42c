import { brightnessRange } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import type { PixelRegion } from "../../image/index.ts";

/** Rows of one grey that are a margin at least; a single one is a fault of the detector. */
const THINNEST_MARGIN = 2;
/** Share of the row behind a margin that may have its grey: more is specimen on a ground without noise. */
const LARGEST_SHARE_BEHIND = 0.5;
/** Share of the image's range within which greys of a margin are one: nothing, then what lossy files need. */
const TOLERANCES = [0, 0.02] as const;
/** Edge of what is left at least [px]: an image that is drawn over as a whole stays as it is. */
const SMALLEST_FIELD_PX = 16;

type Side = "top" | "bottom" | "left" | "right";
const SIDES: readonly Side[] = ["bottom", "top", "left", "right"];

/**
 * What is left of a field without the rows and columns at its edges that show no specimen: those that are masked throughout, and
 * margins of one grey, such as a page's about a figure.
 *
 * @param field part of the image
 * @param mask [height, width] of the image: 1 where it is drawn over
 */
export function trimField(image: GrayImage, field: PixelRegion, mask: Uint8Array): PixelRegion {
  const [low, high] = brightnessRange(image.data);
  let left = field;
  for (let depth = 1; depth > 0;) {
    depth = 0;
    for (const side of SIDES) {
      const margins = TOLERANCES.map((share) => marginDepth(image, left, side, share * (high - low)));
      const own = Math.max(maskedDepth(image, left, side, mask), ...margins);
      left = without(left, side, own);
      depth += own;
    }
  }
  return Math.min(left.width, left.height) < SMALLEST_FIELD_PX ? field : left;
}

/** The pixels of a field's row, or column, at a depth from one of its sides, by their place in the image. */
function lineAt({ width }: GrayImage, field: PixelRegion, side: Side, depth: number): number[] {
  const isRow = side === "top" || side === "bottom";
  const row = side === "top" ? field.y + depth : field.y + field.height - 1 - depth;
  const column = side === "left" ? field.x + depth : field.x + field.width - 1 - depth;
  return isRow
    ? Array.from({ length: field.width }, (_, i) => row * width + field.x + i)
    : Array.from({ length: field.height }, (_, i) => (field.y + i) * width + column);
}

const depthOf = (field: PixelRegion, side: Side) =>
  side === "top" || side === "bottom" ? field.height : field.width;

function maskedDepth(image: GrayImage, field: PixelRegion, side: Side, mask: Uint8Array): number {
  let depth = 0;
  while (depth < depthOf(field, side) && lineAt(image, field, side, depth).every((at) => mask[at] === 1))
    depth++;
  return depth;
}

function marginDepth(image: GrayImage, field: PixelRegion, side: Side, tolerance: number): number {
  const { data } = image;
  if (field.width === 0 || field.height === 0) return 0;
  const ground = data[lineAt(image, field, side, 0)[0]];
  const isGround = (at: number) => Math.abs(data[at] - ground) <= tolerance;
  let depth = 0;
  while (depth < depthOf(field, side) && lineAt(image, field, side, depth).every(isGround)) depth++;
  if (depth < THINNEST_MARGIN || depth === depthOf(field, side)) return 0;
  const behind = lineAt(image, field, side, depth);
  return behind.filter(isGround).length <= LARGEST_SHARE_BEHIND * behind.length ? depth : 0;
}

function without({ x, y, width, height }: PixelRegion, side: Side, depth: number): PixelRegion {
  const isRow = side === "top" || side === "bottom";
  return {
    x: side === "left" ? x + depth : x,
    y: side === "top" ? y + depth : y,
    width: isRow ? width : width - depth,
    height: isRow ? height - depth : height,
  };
}
