import type { PixelArray, PixelType } from "../micrograph.ts";
import { storedValues } from "../stored-values.ts";
import { unreadable } from "../unreadable.ts";
import type { DmArray } from "./dm-tags.ts";

/** DigitalMicrograph's data types that are plain numbers [dmformat]. */
const PLAIN_TYPES: Readonly<Record<number, PixelType>> = {
  1: "int16",
  2: "float32",
  3: "complex64",
  6: "uint8",
  7: "int32",
  9: "int8",
  10: "uint16",
  11: "uint32",
  12: "float64",
  13: "complex128",
  14: "bool",
  39: "int64",
  40: "uint64",
};

/** 32-bit colours: blue, green, red and an unused byte. */
const COLOR_TYPES: ReadonlySet<number> = new Set([8, 23]);

/** Types that DigitalMicrograph defines but of which only half is stored, in an order of its own. */
const PACKED_TYPES: Readonly<Record<number, string>> = {
  5: "packed complex, 4 bytes",
  27: "packed complex, 8 bytes",
  28: "packed complex, 16 bytes",
};

/** Values of a DM image with their type; colours have three channels. */
export interface DmValues {
  readonly dtype: PixelType;
  readonly values: PixelArray;
  readonly channelCount: 1 | 3;
}

/**
 * Takes the values of an image out of a DM file.
 *
 * @param bytes the whole file
 * @param data its array
 * @param dataType DigitalMicrograph's type number
 * @param sizes axis sizes
 * @param isLittleEndian byte order of the values
 * @returns values, row-major with x fastest
 * @throws RangeError naming a type that is not read, or sizes that do not fit
 */
export function dmValues(
  bytes: Uint8Array,
  data: DmArray,
  dataType: number,
  sizes: readonly number[],
  isLittleEndian: boolean,
): DmValues {
  const isColor = COLOR_TYPES.has(dataType);
  const dtype = isColor ? "uint32" : PLAIN_TYPES[dataType];
  if (dtype === undefined) {
    const wanted = "DM data type must be a number, complex, boolean or RGB";
    throw unreadable(wanted, `${dataType} (${PACKED_TYPES[dataType] ?? "unknown"})`, data.offset);
  }
  const end = bytes.subarray(0, data.offset + data.byteLength);
  const values = storedValues(end, { format: "DM", dtype, offset: data.offset, sizes, isLittleEndian });
  if (!isColor) return { dtype, values, channelCount: 1 };
  const rgb = new Uint8Array(values.length * 3);
  for (let i = 0; i < values.length; i++) {
    rgb[3 * i] = (values[i] >>> 16) & 255;
    rgb[3 * i + 1] = (values[i] >>> 8) & 255;
    rgb[3 * i + 2] = values[i] & 255;
  }
  return { dtype: "uint8", values: rgb, channelCount: 3 };
}
