import type { ByteSource } from "./byte-source.ts";
import { sourceOf } from "./byte-source.ts";
import { halfToFloat } from "./half-float.ts";
import type { PixelArray, PixelType } from "./micrograph.ts";
import type { RowBand } from "./row-band.ts";
import { checkedValueCount, unreadable } from "./unreadable.ts";

/** Bytes of one stored value; a complex value is one value of two parts. */
export const BYTES_PER_VALUE: Readonly<Record<PixelType, number>> = {
  bool: 1,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  uint64: 8,
  int64: 8,
  float32: 4,
  float64: 8,
  complex64: 8,
  complex128: 16,
};

/** The same once they are read: 64-bit integers lie beside the numbers that are made of them for a moment. */
export const peakBytes = (dtype: PixelType): number =>
  dtype === "int64" || dtype === "uint64" ? 16 : BYTES_PER_VALUE[dtype];

/** How the values lie in the file. */
export interface StoredValues {
  /** Name of the format for error texts. */
  readonly format: string;
  readonly dtype: PixelType;
  /** Byte of the file where the values begin. */
  readonly offset: number;
  /** Axis sizes [px], any order. */
  readonly sizes: readonly number[];
  readonly isLittleEndian: boolean;
  /** Whether numbers of `dtype` float32 are stored as halves. */
  readonly isHalf?: boolean;
}

/** Bytes of one value as it is stored. */
const storedBytes = ({ dtype, isHalf }: StoredValues) => (isHalf === true ? 2 : BYTES_PER_VALUE[dtype]);

/**
 * Copies stored values out of a file into an array of their type.
 *
 * @throws RangeError when the file is shorter than the sizes ask for
 */
export function storedValues(bytes: Uint8Array | ByteSource, stored: StoredValues): PixelArray {
  const { format, dtype, offset, sizes, isLittleEndian, isHalf = false } = stored;
  const byteCount = checkedValueCount(format, sizes, peakBytes(dtype)) * storedBytes(stored);
  const available = bytes.byteLength - offset;
  if (byteCount > available) {
    const wanted = `${format} needs ${byteCount} bytes of ${dtype} for ${sizes.join(" x ")} values`;
    throw unreadable(wanted, Math.max(0, available), offset);
  }
  const source = bytes instanceof Uint8Array ? sourceOf(bytes) : bytes;
  // not slice(): a Buffer's shares its memory, at any alignment
  const copy = new Uint8Array(source.read(offset, byteCount));
  if (!isLittleEndian) swapBytesInPlace(copy, isHalf ? 2 : partBytes(dtype));
  return isHalf ? floatsOfHalves(new Uint16Array(copy.buffer)) : typedArray(copy.buffer, dtype);
}

/** A loop: Float32Array.from() goes through an iterator, fifty times as slow. */
export function floatsOfHalves(halves: Uint16Array): Float32Array {
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) floats[i] = halfToFloat(halves[i]);
  return floats;
}

/** Where rows of one frame of an array lie in the file. */
export interface StoredRows {
  /** The whole array: [..., height, width, channel]. */
  readonly whole: StoredValues;
  /** Rows a frame. */
  readonly height: number;
  /** Values a row, of all channels. */
  readonly rowLength: number;
}

/** Copies some rows of one frame out of a file. */
export function storedRows(
  source: ByteSource,
  { whole, height, rowLength }: StoredRows,
  frame: number,
  { firstRow, rowCount }: RowBand,
): PixelArray {
  const before = (frame * height + firstRow) * rowLength;
  const offset = whole.offset + before * storedBytes(whole);
  return storedValues(source, { ...whole, offset, sizes: [rowCount, rowLength] });
}

const partBytes = (dtype: PixelType) => BYTES_PER_VALUE[dtype] / (dtype.startsWith("complex") ? 2 : 1);

function swapBytesInPlace(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
}

/** An array of zeros for values of a type. */
export function emptyValues(dtype: PixelType, count: number): PixelArray {
  const is64 = dtype === "int64" || dtype === "uint64";
  return typedArray(new ArrayBuffer(count * BYTES_PER_VALUE[dtype]), is64 ? "float64" : dtype);
}

/** Views little-endian bytes as numbers; every machine that Node 20 runs on is little-endian (but s390x and AIX). */
function typedArray(buffer: ArrayBufferLike, dtype: PixelType): PixelArray {
  switch (dtype) {
    case "bool":
    case "uint8":
      return new Uint8Array(buffer);
    case "int8":
      return new Int8Array(buffer);
    case "uint16":
      return new Uint16Array(buffer);
    case "int16":
      return new Int16Array(buffer);
    case "uint32":
      return new Uint32Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "uint64":
      return Float64Array.from(new BigUint64Array(buffer), Number);
    case "int64":
      return Float64Array.from(new BigInt64Array(buffer), Number);
    case "float32":
    case "complex64":
      return new Float32Array(buffer);
    case "float64":
    case "complex128":
      return new Float64Array(buffer);
  }
}
