import { ByteCursor } from "../byte-cursor.ts";
import { unreadable } from "../unreadable.ts";
import { boxRing } from "./annotation.ts";
import type { LabelShape } from "./annotation.ts";

/** Shape numbers of ImageJ's RoiDecoder [imagejroi]. */
const TYPE = { polygon: 0, rectangle: 1, oval: 2, freehand: 7, traced: 8 } as const;
const SUB_PIXEL = 128;
const HEADER_BYTES = 64;
const OVAL_POINTS = 64;

/**
 * Reads one ImageJ region (.roi): polygon, rectangle, oval, freehand or traced outline, also with sub-pixel coordinates.
 *
 * @param bytes the whole file
 * @param className class of the region; the file has only a name
 * @returns the outline
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
  const options = cursor.seek(50).uint16();
  if (type === TYPE.rectangle) return { className, rings: [boxRing(left, top, right - left, bottom - top)] };
  if (type === TYPE.oval) return { className, rings: [ovalRing(left, top, right, bottom)] };
  if (type !== TYPE.polygon && type !== TYPE.freehand && type !== TYPE.traced) {
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

function ovalRing(left: number, top: number, right: number, bottom: number): number[] {
  return Array.from({ length: OVAL_POINTS }, (_, i) => (2 * Math.PI * i) / OVAL_POINTS).flatMap((angle) => [
    (left + right) / 2 + ((right - left) / 2) * Math.cos(angle),
    (top + bottom) / 2 + ((bottom - top) / 2) * Math.sin(angle),
  ]);
}
