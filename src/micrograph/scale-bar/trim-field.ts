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

/** A row or a column of a field, by the places of its pixels in the image: `start`, and `count` steps of `stride` from there. */
interface Line {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
}

/** The field's row, or column, at a depth from one of its sides. */
function lineAt({ width }: GrayImage, field: PixelRegion, side: Side, depth: number): Line {
  const isRow = side === "top" || side === "bottom";
  const row = side === "top" ? field.y + depth : field.y + field.height - 1 - depth;
  const column = side === "left" ? field.x + depth : field.x + field.width - 1 - depth;
  return isRow
    ? { start: row * width + field.x, stride: 1, count: field.width }
    : { start: field.y * width + column, stride: width, count: field.height };
}

function isThroughout({ start, stride, count }: Line, isWanted: (at: number) => boolean): boolean {
  for (let i = 0; i < count; i++) if (!isWanted(start + i * stride)) return false;
  return true;
}

function countOf({ start, stride, count }: Line, isWanted: (at: number) => boolean): number {
  let found = 0;
  for (let i = 0; i < count; i++) if (isWanted(start + i * stride)) found++;
  return found;
}

const depthOf = (field: PixelRegion, side: Side) =>
  side === "top" || side === "bottom" ? field.height : field.width;

function maskedDepth(image: GrayImage, field: PixelRegion, side: Side, mask: Uint8Array): number {
  let depth = 0;
  const isMasked = (at: number) => mask[at] === 1;
  while (depth < depthOf(field, side) && isThroughout(lineAt(image, field, side, depth), isMasked)) depth++;
  return depth;
}

function marginDepth(image: GrayImage, field: PixelRegion, side: Side, tolerance: number): number {
  const { data } = image;
  if (field.width === 0 || field.height === 0) return 0;
  const ground = data[lineAt(image, field, side, 0).start];
  const isGround = (at: number) => Math.abs(data[at] - ground) <= tolerance;
  let depth = 0;
  while (depth < depthOf(field, side) && isThroughout(lineAt(image, field, side, depth), isGround)) depth++;
  if (depth < THINNEST_MARGIN || depth === depthOf(field, side)) return 0;
  const behind = lineAt(image, field, side, depth);
  return countOf(behind, isGround) <= LARGEST_SHARE_BEHIND * behind.count ? depth : 0;
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
