import type { IntensityUnit } from "../core/index.ts";

/** How one value is stored in the file; complex values are pairs (real, imaginary). */
export type PixelType =
  | "bool"
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "uint64"
  | "int64"
  | "float32"
  | "float64"
  | "complex64"
  | "complex128";

/** Values as read: the array type of the file, except that 64-bit integers arrive as Float64Array (exact below 2^53). */
export type PixelArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** What an axis runs over; "signal" is the channel axis of a spectrum. */
export type AxisName = "frame" | "y" | "x" | "channel" | "signal";

/** One axis of the stored array, slowest first. */
export interface MicrographAxis {
  readonly name: AxisName;
  readonly size: number;
  /** Step of the axis in `pixelUnit`; null where the file does not say. */
  readonly pixelSize: number | null;
  /** Unit as the file has it, "um" for every spelling of micrometre; null where the file does not say. */
  readonly pixelUnit: string | null;
}

/** Linear meaning of a stored value: intensity = offset + scale x value, in `unit`. */
export interface IntensityScale {
  readonly unit: IntensityUnit;
  readonly offset: number;
  readonly scale: number;
}

/** The formats that can be read, by the name that is printed. */
export type MicrographFormat =
  | "PNG"
  | "JPEG"
  | "TIFF"
  | "DM3"
  | "DM4"
  | "SER"
  | "MRC"
  | "NPY"
  | "Velox EMD"
  | "NCEM EMD"
  | "HSPY"
  | "HDF5";

/** A metadata value of a file, flattened to text keys such as "Scan.PixelWidth". */
export type MetadataValue = string | number | boolean;

/** What a format's reader gives: one array with its axes, and all that the file says about it. */
export interface DecodedMicrograph {
  readonly format: MicrographFormat;
  readonly dtype: PixelType;
  /** Slowest axis first, as in NumPy's C order; the last two are y and x, or y, x and channel, for an image. */
  readonly axes: readonly MicrographAxis[];
  /** Row-major over `axes`; complex values interleaved (re, im), so twice as long. */
  readonly values: PixelArray;
  /** RGBA of each index [index, 4], 0 to 255, where `values` are indices of a palette; absent elsewhere. */
  readonly palette?: Uint8Array;
  readonly intensity: IntensityScale;
  readonly metadata: Readonly<Record<string, MetadataValue>>;
  /** Names of all arrays in the file that can be chosen by `series`; one for most formats. */
  readonly seriesNames: readonly string[];
  /** Which of them this is. */
  readonly series: number;
  /** What a careful reader should know: ignored resolutions, pixels that are not square, trailing bytes. */
  readonly warnings: readonly string[];
}

/** A micrograph as its file has it, with its provenance. */
export interface Micrograph extends DecodedMicrograph {
  readonly fileName: string;
  readonly byteLength: number;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly sha256: string;
}

/** Intensity of a file that says nothing about it. */
export const ARBITRARY_INTENSITY: IntensityScale = { unit: "arbitrary", offset: 0, scale: 1 };

/**
 * Sizes of the axes of a micrograph, slowest first, as NumPy's `shape`.
 *
 * @param micrograph anything with axes
 * @returns one size an axis [px]
 */
export function shapeOf(micrograph: { readonly axes: readonly MicrographAxis[] }): number[] {
  return micrograph.axes.map((axis) => axis.size);
}

/**
 * The axes of a plain image without calibration.
 *
 * @param width columns [px]
 * @param height rows [px]
 */
export function imageAxes(width: number, height: number, channelCount = 1): MicrographAxis[] {
  const axis = (name: AxisName, size: number) => ({ name, size, pixelSize: null, pixelUnit: null });
  const plane = [axis("y", height), axis("x", width)];
  return channelCount === 1 ? plane : [...plane, axis("channel", channelCount)];
}
