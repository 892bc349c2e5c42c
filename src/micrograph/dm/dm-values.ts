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

/** The type of values that lie in the file as they are read; undefined for colours and packed transforms. */
export const plainDmType = (dataType: number): PixelType | undefined => PLAIN_TYPES[dataType];

/** 32-bit colours: blue, green, red and an unused byte. */
const COLOR_TYPES: ReadonlySet<number> = new Set([8, 23]);

/** Fourier transforms of real images, of which one half is enough. */
const PACKED_TYPES: Readonly<Record<number, PixelType>> = {
  5: "complex64",
  27: "complex64",
  28: "complex128",
};
const HALF_STORED =
  "packed complex: these are the columns of a Fourier transform that the file stores, in its order; the others are their conjugates";

/** Values of a DM image with their type; colours have three channels. */
export interface DmValues {
  readonly dtype: PixelType;
  readonly values: PixelArray;
  /** Axis sizes of what is stored: of packed complex data, half of the columns and one. */
  readonly sizes: readonly number[];
  readonly channelCount: 1 | 3;
  readonly warnings: readonly string[];
}

/**
 * Takes the values of an image out of a DM file.
 *
 * @throws RangeError naming an unknown type, or sizes that do not fit
 */
export function dmValues(
  bytes: Uint8Array,
  data: DmArray,
  dataType: number,
  sizes: readonly number[],
  isLittleEndian: boolean,
): DmValues {
  const packedType = PACKED_TYPES[dataType];
  if (packedType !== undefined) return packedValues(bytes, data, packedType, sizes, isLittleEndian);
  const isColor = COLOR_TYPES.has(dataType);
  const dtype = isColor ? "uint32" : PLAIN_TYPES[dataType];
  if (dtype === undefined) {
    const wanted = "DM data type must be a number, complex, boolean or RGB";
    throw unreadable(wanted, `${dataType} (unknown)`, data.offset);
  }
  const end = bytes.subarray(0, data.offset + data.byteLength);
  const values = storedValues(end, { format: "DM", dtype, offset: data.offset, sizes, isLittleEndian });
  if (!isColor) return { dtype, values, sizes, channelCount: 1, warnings: [] };
  const rgb = new Uint8Array(values.length * 3);
  for (let i = 0; i < values.length; i++) {
    rgb[3 * i] = (values[i] >>> 16) & 255;
    rgb[3 * i + 1] = (values[i] >>> 8) & 255;
    rgb[3 * i + 2] = values[i] & 255;
  }
  return { dtype: "uint8", values: rgb, sizes, channelCount: 3, warnings: [] };
}

/**
 * Packed complex data as they are stored: all columns, or the half from which conjugates give the rest; in the oldest form (type 5)
 * the real numbers of zero and highest frequency share a column. The rest is not filled in: which way the stored rows and columns run is written
 * nowhere within reach, and a transform that is turned looks like a right one.
 */
function packedValues(
  bytes: Uint8Array,
  data: DmArray,
  dtype: PixelType,
  sizes: readonly number[],
  isLittleEndian: boolean,
): DmValues {
  const count = data.byteLength / (dtype === "complex64" ? 8 : 16);
  const columns = sizes[sizes.length - 1];
  const forms = [columns, Math.floor(columns / 2) + 1, columns / 2].map((kept) => [
    ...sizes.slice(0, -1),
    kept,
  ]);
  const held = forms.find((form) => form.reduce((product, size) => product * size, 1) === count);
  if (held === undefined || !held.every(Number.isInteger)) {
    const wanted = "DM packed complex data must hold all columns, or half of them with or without one more";
    throw unreadable(wanted, `${count} numbers for [${sizes.join(", ")}]`, data.offset);
  }
  const isWhole = held === forms[0];
  const end = bytes.subarray(0, data.offset + data.byteLength);
  const values = storedValues(end, { format: "DM", dtype, offset: data.offset, sizes: held, isLittleEndian });
  return { dtype, values, sizes: held, channelCount: 1, warnings: isWhole ? [] : [HALF_STORED] };
}
