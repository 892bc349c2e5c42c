import type { LabelShape } from "./annotation.ts";
import { HEADER_BYTES, PATH, ROI_TYPE, SUB_PIXEL } from "./read-imagej-roi.ts";

/** Version of the format that ImageJ 1.53 writes. */
const VERSION = 228;

/**
 * Writes one region as ImageJ does: a polygon, or a composite path where the shape has several rings.
 *
 * @param shape rings [px], pixel edges at whole numbers
 * @returns bytes of a .roi file [imagejroi]
 * @throws RangeError when a coordinate is beyond 16 bits
 */
export function encodeImageJRoi({ rings }: LabelShape): Uint8Array {
  const box = boundsOf(rings.flat());
  const header = Buffer.alloc(HEADER_BYTES);
  header.write("Iout", 0, "latin1");
  header.writeInt16BE(VERSION, 4);
  header.writeUInt8(rings.length === 1 ? ROI_TYPE.polygon : ROI_TYPE.rectangle, 6);
  for (const [i, value] of [box.top, box.left, box.bottom, box.right].entries()) {
    header.writeInt16BE(value, 8 + 2 * i);
  }
  if (rings.length !== 1) {
    const path = pathOf(rings);
    header.writeUInt32BE(path.length / 4, 36);
    return Buffer.concat([header, path]);
  }
  const [ring] = rings;
  const isSubPixel = ring.some((value) => !Number.isInteger(value));
  header.writeUInt16BE(ring.length / 2, 16);
  header.writeUInt16BE(isSubPixel ? SUB_PIXEL : 0, 50);
  const [columns, rows] = [0, 1].map((axis) => ring.filter((_, i) => i % 2 === axis));
  const whole = Buffer.alloc(2 * ring.length);
  [...columns.map((x) => x - box.left), ...rows.map((y) => y - box.top)].forEach((value, i) =>
    whole.writeInt16BE(Math.round(value), 2 * i),
  );
  return Buffer.concat([header, whole, ...(isSubPixel ? [floats([...columns, ...rows])] : [])]);
}

function boundsOf(flat: readonly number[]) {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let i = 0; i < flat.length; i += 2) {
    bounds.left = Math.min(bounds.left, Math.floor(flat[i]));
    bounds.right = Math.max(bounds.right, Math.ceil(flat[i]));
    bounds.top = Math.min(bounds.top, Math.floor(flat[i + 1]));
    bounds.bottom = Math.max(bounds.bottom, Math.ceil(flat[i + 1]));
  }
  return bounds;
}

function pathOf(rings: readonly (readonly number[])[]): Buffer {
  const commands = rings.flatMap((ring) => {
    const points = Array.from({ length: ring.length / 2 }, (_, i) => [
      i === 0 ? PATH.moveTo : PATH.lineTo,
      ring[2 * i],
      ring[2 * i + 1],
    ]);
    return [...points.flat(), PATH.close];
  });
  return floats(commands);
}

function floats(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => buffer.writeFloatBE(value, 4 * i));
  return buffer;
}
