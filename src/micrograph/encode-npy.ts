import { rangeError } from "../core/index.ts";

/** An array to be written: numbers with a shape. */
export interface NpyArray {
  readonly data: Float32Array | Float64Array | Uint8Array | Uint16Array | Int32Array;
  /** Axis sizes, slowest first; their product is the number of values. */
  readonly shape: readonly number[];
}

/**
 * Encodes an array as a NumPy file (.npy, version 1.0, C order, little-endian) [npyformat].
 *
 * @param array values and shape; the array type decides the dtype
 * @returns the file
 * @throws RangeError when the shape does not fit the number of values
 * @example
 * import { encodeNpy, readMicrograph, shapeOf } from "../src/micrograph/index.ts";
 * import { expect } from "vitest";
 * const bytes = encodeNpy({ data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] });
 * expect(shapeOf(await readMicrograph(bytes, "a.npy"))).toEqual([2, 3]);
 */
export function encodeNpy(array: NpyArray): Uint8Array {
  const { data, shape } = array;
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length) {
    const context = { action: "encode NPY" };
    throw rangeError(context, `shape must hold ${data.length} values`, shape.join(" x "));
  }
  const head = npyHeader(descrOf(data), shape);
  return Buffer.concat([head, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
}

/**
 * The head of a NumPy file, for an array that is written after it piece by piece.
 *
 * @param descr NumPy's name of the type, such as "<f4"
 * @param shape axis sizes, slowest first
 * @returns the bytes before the values
 */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  // magic, version and length take 10 bytes; spaces and a newline bring the data to a multiple of 64
  const padded = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const head = Buffer.alloc(10 + padded, " ");
  head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  head.writeUInt16LE(padded, 8);
  head.write(header, 10, "latin1");
  head[head.length - 1] = 0x0a;
  return head;
}

function descrOf(data: NpyArray["data"]): string {
  if (data instanceof Float32Array) return "<f4";
  if (data instanceof Float64Array) return "<f8";
  if (data instanceof Uint16Array) return "<u2";
  return data instanceof Int32Array ? "<i4" : "|u1";
}
