import { isColourShape } from "./hdf5/axes-of-shape.ts";
import { ByteCursor } from "./byte-cursor.ts";
import { sourceOf } from "./byte-source.ts";
import type { ByteSource } from "./byte-source.ts";
import { ARBITRARY_INTENSITY } from "./micrograph.ts";
import type { AxisName, DecodedMicrograph, PixelArray, PixelType } from "./micrograph.ts";
import { storedValues } from "./stored-values.ts";
import type { StoredValues } from "./stored-values.ts";
import { unreadable, withRemedy } from "./unreadable.ts";

/** NumPy's kind and size letters. */
const DTYPES: Readonly<Record<string, PixelType>> = {
  b1: "bool",
  u1: "uint8",
  i1: "int8",
  u2: "uint16",
  i2: "int16",
  u4: "uint32",
  i4: "int32",
  u8: "uint64",
  i8: "int64",
  f2: "float32",
  f4: "float32",
  f8: "float64",
  c8: "complex64",
  c16: "complex128",
};

/** Longest header that is read; NumPy itself writes fewer than 200 bytes for a plain array. */
const MAX_HEADER_BYTES = 65536;
/** Most axes that NumPy 2 allows. */
const MAX_AXES = 64;

/**
 * Reads a NumPy array file (.npy, versions 1 to 3) [npyformat].
 *
 * Axes are named by their number: one is a signal, two are y and x, those before are frames; a last axis of 3 or 4 bytes
 * behind two others is colour. There is no pixel size in the format.
 *
 * @throws RangeError on damaged files, structured types and scalars
 */
export function readNpy(bytes: Uint8Array): DecodedMicrograph {
  const { record, whole, isFortranOrder } = openNpy(sourceOf(bytes));
  const read = storedValues(bytes, whole);
  const partCount = record.dtype.startsWith("complex") ? 2 : 1;
  const isTurned = isFortranOrder && whole.sizes.length > 1;
  return { ...record, values: isTurned ? fromFortranOrder(read, whole.sizes, partCount) : read };
}

/** As `readNpy`, with the values where they lie. */
export function openNpy(source: ByteSource): {
  readonly record: Omit<DecodedMicrograph, "values">;
  readonly whole: StoredValues;
  readonly isFortranOrder: boolean;
} {
  const { descr, isFortranOrder, shape, dataOffset } = readHeader(source);
  const dtype = DTYPES[descr.slice(1)];
  const isLittleEndian = descr[0] !== ">";
  if (dtype === undefined) {
    throw unreadable(`NPY type must be a plain number (${Object.keys(DTYPES).join(", ")})`, descr, 10);
  }
  if (shape.length === 0) throw unreadable("NPY must hold an array", "a single value", 10);
  if (shape.length > MAX_AXES) throw unreadable(`NPY must have at most ${MAX_AXES} axes`, shape.length, 10);
  const names = axisNames(shape, dtype);
  const record: Omit<DecodedMicrograph, "values"> = {
    format: "NPY",
    dtype,
    axes: shape.map((size, i) => ({ name: names[i], size, pixelSize: null, pixelUnit: null })),
    intensity: ARBITRARY_INTENSITY,
    metadata: { descr, fortranOrder: isFortranOrder },
    seriesNames: ["array"],
    series: 0,
    warnings: [],
  };
  const isHalf = descr.endsWith("f2");
  const whole = { format: "NPY", dtype, offset: dataOffset, sizes: shape, isLittleEndian, isHalf };
  return { record, whole, isFortranOrder };
}

function readHeader(source: ByteSource) {
  const cursor = new ByteCursor(source, "NPY", true, 6);
  const major = cursor.uint8();
  cursor.skip(1);
  if (major < 1 || major > 3) throw unreadable("NPY version must be 1, 2 or 3", major, 6);
  const length = major === 1 ? cursor.uint16() : cursor.uint32();
  if (length > MAX_HEADER_BYTES) {
    throw unreadable(`NPY header must be at most ${MAX_HEADER_BYTES} bytes`, length, 8);
  }
  const start = cursor.offset;
  const text = cursor.latin1(length);
  if (/'descr'\s*:\s*'[<>|=]?O\d*'/.test(text)) {
    const remedy = "where it is Cellpose's _seg.npy, save its masks as PNG or TIFF (_cp_masks)";
    throw unreadable("NPY must hold numbers", withRemedy("Python objects", remedy));
  }
  const descr = /'descr'\s*:\s*'([<>|=][a-z]\d+)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || shape === undefined) {
    const got = JSON.stringify(text.trim().slice(0, 80));
    throw unreadable("NPY header must have a plain descr, fortran_order and shape", got, start);
  }
  const sizes = shape
    .split(",")
    .filter((size) => size.trim() !== "")
    .map(Number);
  return { descr, isFortranOrder: order === "True", shape: sizes, dataOffset: cursor.offset };
}

function axisNames(shape: readonly number[], dtype: PixelType): AxisName[] {
  const last = shape.length - 1;
  if (last === 0) return ["signal"];
  const isColor =
    last >= 2 && (dtype === "uint8" ? shape[last] === 3 || shape[last] === 4 : isColourShape(shape));
  const plane: AxisName[] = isColor ? ["y", "x", "channel"] : ["y", "x"];
  const frames = Array.from({ length: shape.length - plane.length }, (): AxisName => "frame");
  return [...frames, ...plane];
}

/** First index fastest to last index fastest. */
function fromFortranOrder(source: PixelArray, shape: readonly number[], partCount: number): PixelArray {
  const result = source.slice();
  const index = shape.map(() => 0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  for (let target = 0; target < source.length / partCount; target++) {
    let from = 0;
    for (let axis = 0; axis < shape.length; axis++) from += index[axis] * strides[axis];
    for (let part = 0; part < partCount; part++) {
      result[target * partCount + part] = source[from * partCount + part];
    }
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return result;
}
