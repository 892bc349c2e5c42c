import { ByteCursor, unreadable } from "../micrograph/index.ts";
import { boxRing, ellipseRing } from "./annotation.ts";
import type { LabelShape } from "./annotation.ts";

/** Shape numbers of ImageJ's RoiDecoder [imagejroi]. */
export const ROI_TYPE = { polygon: 0, rectangle: 1, oval: 2, freehand: 7, traced: 8 } as const;
/** Commands of a path of several rings. */
export const PATH = { moveTo: 0, lineTo: 1, close: 4 } as const;
export const SUB_PIXEL = 128;
export const HEADER_BYTES = 64;

/**
 * Reads one ImageJ region (.roi): polygon, rectangle, oval, freehand or traced outline, also with sub-pixel
 * coordinates, or a composite of straight outlines, whose overlap is outside (holes).
 *
 * @throws RangeError on damaged files and on regions without an inside (lines, points)
 */
export function readImageJRoi(bytes: Uint8Array, className: string): LabelShape {
  const cursor = new ByteCursor(bytes, "ImageJ ROI", false);
  const mark = cursor.latin1(4);
  if (mark !== "Iout") throw unreadable("ImageJ ROI must begin with Iout", JSON.stringify(mark), 0);
  cursor.skip(2); // version
  const type = cursor.uint8();
  cursor.skip(1);
  const [top, left, bottom, right] = [cursor.int16(), cursor.int16(), cursor.int16(), cursor.int16()];
  const pointCount = cursor.uint16();
  const pathLength = cursor.seek(36).uint32();
  const options = cursor.seek(50).uint16();
  if (pathLength > 0) return { className, rings: readPath(cursor.seek(HEADER_BYTES), pathLength) };
  if (type === ROI_TYPE.rectangle)
    return { className, rings: [boxRing(left, top, right - left, bottom - top)] };
  if (type === ROI_TYPE.oval) {
    const [width, height] = [right - left, bottom - top];
    return { className, rings: [ellipseRing(left + width / 2, top + height / 2, width / 2, height / 2)] };
  }
  if (type !== ROI_TYPE.polygon && type !== ROI_TYPE.freehand && type !== ROI_TYPE.traced) {
    throw unreadable("ImageJ ROI must be a polygon, rectangle, oval, freehand or traced region", type, 6);
  }
  cursor.seek(HEADER_BYTES);
  // all x, then all y: 16-bit relative to the corner, then 32-bit floats absolute where the flag is set
  const whole = Array.from({ length: 2 * pointCount }, () => cursor.int16());
  const isSubPixel = (options & SUB_PIXEL) !== 0;
  const flat = isSubPixel ? Array.from({ length: 2 * pointCount }, () => cursor.float32()) : whole;
  const [shiftX, shiftY] = isSubPixel ? [0, 0] : [left, top];
  const ring = Array.from({ length: pointCount }, (_, i) => [
    flat[i] + shiftX,
    flat[pointCount + i] + shiftY,
  ]);
  return { className, rings: [ring.flat()] };
}

/** Rings of a path: 32-bit floats, each command followed by its point. */
function readPath(cursor: ByteCursor, pathLength: number): number[][] {
  const rings: number[][] = [];
  const end = cursor.offset + 4 * pathLength;
  while (cursor.offset < end) {
    const [offset, command] = [cursor.offset, cursor.float32()];
    if (command === PATH.close) continue;
    if (command === PATH.moveTo) rings.push([]);
    else if (command !== PATH.lineTo || rings.length === 0) {
      throw unreadable("ImageJ composite ROI must have straight outlines", `command ${command}`, offset);
    }
    rings[rings.length - 1].push(cursor.float32(), cursor.float32());
  }
  return rings;
}
