import type { ByteSource } from "./byte-source.ts";
import { sourceOf } from "./byte-source.ts";
import { halfToFloat } from "./half-float.ts";
import type { PixelArray, PixelType } from "./micrograph.ts";
import type { RowBand } from "./row-band.ts";
import { checkedValueCount, unreadable } from "./unreadable.ts";

interface NumberArray {
  new (buffer: ArrayBufferLike): PixelArray | BigUint64Array | BigInt64Array;
  readonly BYTES_PER_ELEMENT: number;
}

/** The array that views stored values; complex values are two of its numbers. */
const ARRAYS: Readonly<Record<PixelType, NumberArray>> = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
};

const partBytes = (dtype: PixelType) => ARRAYS[dtype].BYTES_PER_ELEMENT;

/** Bytes of one stored value; a complex value is one value of two parts. */
export const bytesPerValue = (dtype: PixelType): number =>
  partBytes(dtype) * (dtype.startsWith("complex") ? 2 : 1);

/** The same once they are read: 64-bit integers lie beside the numbers that are made of them for a moment. */
export const peakBytes = (dtype: PixelType): number =>
  dtype === "int64" || dtype === "uint64" ? 16 : bytesPerValue(dtype);

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
const storedBytes = ({ dtype, isHalf }: StoredValues) => (isHalf === true ? 2 : bytesPerValue(dtype));

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

function swapBytesInPlace(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
}

/** An array of zeros for values of a type. */
export function emptyValues(dtype: PixelType, count: number): PixelArray {
  const is64 = dtype === "int64" || dtype === "uint64";
  return typedArray(new ArrayBuffer(count * bytesPerValue(dtype)), is64 ? "float64" : dtype);
}

/** Views little-endian bytes as numbers; every machine that Node 20 runs on is little-endian (but s390x and AIX). */
function typedArray(buffer: ArrayBufferLike, dtype: PixelType): PixelArray {
  const values = new ARRAYS[dtype](buffer);
  const isBig = values instanceof BigUint64Array || values instanceof BigInt64Array;
  return isBig ? Float64Array.from(values, Number) : values;
}
