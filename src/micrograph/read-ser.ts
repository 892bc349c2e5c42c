import { normalUnit } from "../core/index.ts";
import { ByteCursor } from "./byte-cursor.ts";
import { ARBITRARY_INTENSITY } from "./micrograph.ts";
import type {
  DecodedMicrograph,
  MetadataValue,
  MicrographAxis,
  PixelArray,
  PixelType,
} from "./micrograph.ts";
import { bytesPerValue, emptyValues, peakBytes, storedValues } from "./stored-values.ts";
import { checkedValueCount, unreadable } from "./unreadable.ts";

/** Data types of an element [serformat]. */
const DTYPES: Readonly<Record<number, PixelType>> = {
  1: "uint8",
  2: "uint16",
  3: "uint32",
  4: "int8",
  5: "int16",
  6: "int32",
  7: "float32",
  8: "float64",
  9: "complex64",
  10: "complex128",
};

/** TIA names no unit: it means metres, but 1/m for diffraction patterns, whose steps are 1e7 and more [m]. */
const LARGEST_PIXEL_M = 1e-3;

const SPECTRA = 0x4120;
const IMAGES = 0x4122;
/** Version from which offsets have 64 bits. */
const LONG_OFFSETS = 0x0220;

interface SerHeader {
  readonly isImage: boolean;
  readonly offsets: readonly number[];
  readonly totalCount: number;
  readonly metadata: Readonly<Record<string, MetadataValue>>;
}

/** One image or spectrum of the series. */
interface SerElement {
  readonly dtype: PixelType;
  readonly axes: readonly MicrographAxis[];
  readonly values: PixelArray;
}

/**
 * Reads a TIA series (.ser) [serformat]: images or spectra, all elements as frames. Pixel sizes are metres, of
 * diffraction patterns 1/m.
 *
 * Rows are stored from the bottom up; they are turned round, so that the first row is the top one.
 *
 * @returns [frame, y, x], without the frame axis for a single element
 * @throws RangeError on damaged files and elements that differ
 */
export function readSer(bytes: Uint8Array): DecodedMicrograph {
  const header = readHeader(bytes);
  checkCount(bytes, header);
  const { dtype, axes, values } = stackOf(
    header.offsets.map((offset) => readElement(bytes, offset, header.isImage)),
  );
  const missing = header.totalCount - header.offsets.length;
  return {
    format: "SER",
    dtype,
    axes,
    values,
    intensity: ARBITRARY_INTENSITY,
    metadata: header.metadata,
    seriesNames: ["series"],
    series: 0,
    warnings: missing > 0 ? [`${missing} of ${header.totalCount} elements were never acquired`] : [],
  };
}

function readHeader(bytes: Uint8Array): SerHeader {
  const cursor = new ByteCursor(bytes, "SER", true, 4);
  const version = cursor.uint16();
  const dataTypeId = cursor.uint32();
  if (dataTypeId !== SPECTRA && dataTypeId !== IMAGES) {
    throw unreadable("SER data type must be 0x4120 (spectra) or 0x4122 (images)", dataTypeId, 6);
  }
  cursor.skip(4); // tag type
  const [totalCount, validCount] = [cursor.uint32(), cursor.uint32()];
  const isLong = version >= LONG_OFFSETS;
  const arrayOffset = isLong ? cursor.uint64() : cursor.uint32();
  if (validCount < 1 || validCount > totalCount || validCount * (isLong ? 8 : 4) > bytes.length) {
    throw unreadable(
      "SER must have between one and all of its elements",
      `${validCount} of ${totalCount}`,
      14,
    );
  }
  cursor.seek(arrayOffset);
  const offsets = Array.from({ length: validCount }, () => (isLong ? cursor.uint64() : cursor.uint32()));
  return {
    isImage: dataTypeId === IMAGES,
    offsets,
    totalCount,
    metadata: { version, totalCount, validCount },
  };
}

/** Elements lie one behind the other: those that say one place for all are no series, and their copies would fill the memory. */
function checkCount(bytes: Uint8Array, { offsets, isImage }: SerHeader): void {
  const { dtype, sizes } = elementHeader(bytes, offsets[0], isImage);
  const elementBytes = sizes.reduce((product, size) => product * size, bytesPerValue(dtype));
  if (offsets.length * elementBytes > bytes.length) {
    const wanted = `SER of ${bytes.length} bytes must have elements that fit in it`;
    throw unreadable(wanted, `${offsets.length} of ${elementBytes} bytes`, offsets[0]);
  }
  checkedValueCount("SER", [offsets.length, ...sizes], 2 * peakBytes(dtype));
}

/** Calibration offset, delta and element of each axis, data type, sizes, values. */
function elementHeader(bytes: Uint8Array, offset: number, isImage: boolean) {
  const cursor = new ByteCursor(bytes, "SER", true).seek(offset);
  const calibration = () => {
    cursor.skip(8); // value of the first pixel
    const delta = cursor.float64();
    cursor.skip(4); // pixel that the offset is given for
    return delta;
  };
  const deltaX = calibration();
  const deltaY = isImage ? calibration() : 0;
  const type = cursor.uint16();
  const dtype = DTYPES[type];
  if (dtype === undefined) throw unreadable("SER value type must be from 1 to 10", type, cursor.offset - 2);
  const width = cursor.uint32();
  const sizes = isImage ? [cursor.uint32(), width] : [width];
  return { dtype, sizes, deltaX, deltaY, dataOffset: cursor.offset };
}

function readElement(bytes: Uint8Array, offset: number, isImage: boolean): SerElement {
  const { dtype, sizes, deltaX, deltaY, dataOffset } = elementHeader(bytes, offset, isImage);
  const stored = { format: "SER", dtype, offset: dataOffset, sizes, isLittleEndian: true };
  const values = storedValues(bytes, stored);
  const unit = isImage ? (Math.abs(deltaX) > LARGEST_PIXEL_M ? "1/m" : "m") : "eV";
  const axis = (name: MicrographAxis["name"], size: number, delta: number): MicrographAxis => ({
    name,
    size,
    pixelSize: delta,
    pixelUnit: normalUnit(unit),
  });
  if (!isImage) return { dtype, axes: [axis("signal", sizes[0], deltaX)], values };
  const axes = [axis("y", sizes[0], deltaY), axis("x", sizes[1], deltaX)];
  return { dtype, axes, values: flipRows(values, sizes[0]) };
}

function flipRows(values: PixelArray, rowCount: number): PixelArray {
  const result = values.slice();
  const length = values.length / rowCount;
  for (let row = 0; row < rowCount; row++) {
    result.set(values.subarray(row * length, (row + 1) * length), (rowCount - 1 - row) * length);
  }
  return result;
}

function stackOf(elements: readonly SerElement[]): SerElement {
  const [first] = elements;
  if (elements.length === 1) return first;
  const shape = (element: SerElement) =>
    `${element.dtype} ${element.axes.map((axis) => axis.size).join(" x ")}`;
  const odd = elements.find((element) => shape(element) !== shape(first));
  if (odd) throw unreadable(`SER elements must all be ${shape(first)}`, shape(odd));
  const parts = first.dtype.startsWith("complex") ? 2 : 1;
  const values = emptyValues(first.dtype, (elements.length * first.values.length) / parts);
  for (const [i, element] of elements.entries()) values.set(element.values, i * first.values.length);
  const frames: MicrographAxis = { name: "frame", size: elements.length, pixelSize: null, pixelUnit: null };
  return { dtype: first.dtype, axes: [frames, ...first.axes], values };
}
