import { ByteCursor } from "./byte-cursor.ts";
import { sourceOf } from "./byte-source.ts";
import type { ByteSource } from "./byte-source.ts";
import { ARBITRARY_INTENSITY } from "./micrograph.ts";
import type { DecodedMicrograph, MetadataValue, MicrographAxis, PixelType } from "./micrograph.ts";
import { storedValues } from "./stored-values.ts";
import type { StoredRows } from "./stored-values.ts";
import { unreadable } from "./unreadable.ts";

const HEADER_BYTES = 1024;

/** Stored type by mode [mrc2014]; 12 is half floats, 101 is 4 bits. */
const DTYPES: Readonly<Record<number, PixelType>> = {
  0: "int8",
  1: "int16",
  2: "float32",
  4: "complex64",
  6: "uint16",
  12: "float32",
};

type MrcRecord = Omit<DecodedMicrograph, "values">;

/** IMOD's mark "IMOD" and the flag that mode 0 is signed. */
const IMOD_STAMP = 1146047817;

/**
 * Reads MRC and CCP4 maps [mrc2014]: modes 0, 1, 2, 4, 6 and 12; pixel size = cell / sampling, in angstrom.
 *
 * The extended header (FEI's one-kilobyte records among others) is passed over; FEI's first record is read for its pixel
 * size where the cell says none.
 *
 * @returns [frame, y, x], without the frame axis for one section
 * @throws RangeError on damaged files and modes that are not read
 */
export function readMrc(bytes: Uint8Array): DecodedMicrograph {
  const { record, stored } = openMrc(sourceOf(bytes));
  return { ...record, values: storedValues(bytes, stored.whole) };
}

/** As `readMrc`, with the values where they lie. */
export function openMrc(source: ByteSource): { readonly record: MrcRecord; readonly stored: StoredRows } {
  const isLittleEndian = new ByteCursor(source, "MRC", false, 212).uint8() !== 0x11;
  const cursor = new ByteCursor(source, "MRC", isLittleEndian);
  const [width, height, sections, mode] = [cursor.int32(), cursor.int32(), cursor.int32(), cursor.int32()];
  const dtype = mode === 0 && isUnsigned(cursor) ? "uint8" : DTYPES[mode];
  if (dtype === undefined) throw unreadable("MRC mode must be 0, 1, 2, 4, 6 or 12", mode, 12);
  cursor.seek(28);
  const samplings = [cursor.int32(), cursor.int32(), cursor.int32()];
  const cell = [cursor.float32(), cursor.float32(), cursor.float32()];
  const extendedBytes = cursor.seek(92).int32();
  if (extendedBytes < 0) throw unreadable("MRC extended header must have 0 bytes or more", extendedBytes, 92);
  const offset = HEADER_BYTES + extendedBytes;
  const sizes = sections === 1 ? [height, width] : [sections, height, width];
  const stated = feiPixelSizesM(source, cursor, extendedBytes);
  const axis = (name: MicrographAxis["name"], size: number, index: number): MicrographAxis => ({
    name,
    size,
    ...stepOf(cell[index], samplings[index], index < 2 ? stated : null),
  });
  const plane = [axis("y", height, 1), axis("x", width, 0)];
  const record: MrcRecord = {
    format: "MRC",
    dtype,
    axes: sections === 1 ? plane : [axis("frame", sections, 2), ...plane],
    intensity: ARBITRARY_INTENSITY,
    metadata: { mode, extendedHeaderBytes: extendedBytes, ...labels(cursor) },
    seriesNames: ["map"],
    series: 0,
    warnings: isDefaultStep(plane) ? [DEFAULT_STEP] : [],
  };
  const whole = { format: "MRC", dtype, offset, sizes, isLittleEndian, isHalf: mode === 12 };
  return { record, stored: { whole, height, rowLength: width } };
}

const DEFAULT_STEP =
  "pixel size of exactly 1 A: many programs write it where they do not know; --pixel-size gives the right one";

const isDefaultStep = (plane: readonly MicrographAxis[]) => plane.every(({ pixelSize }) => pixelSize === 1);

/** IMOD writes unsigned bytes in mode 0 unless bit 1 of its flags is set. */
function isUnsigned(cursor: ByteCursor): boolean {
  const stamp = cursor.seek(152).int32();
  const flags = cursor.int32();
  return stamp === IMOD_STAMP && (flags & 1) === 0;
}

function stepOf(cell: number, sampling: number, statedM: number | null) {
  const pixelSize = sampling > 0 ? cell / sampling : 0;
  if (Number.isFinite(pixelSize) && pixelSize > 0) return { pixelSize, pixelUnit: "A" };
  if (statedM !== null) return { pixelSize: statedM * 1e10, pixelUnit: "A" };
  return { pixelSize: null, pixelUnit: null };
}

/** FEI1 records have 128 bytes, the pixel size [m] at 44; FEI2 records begin with their length, pixel size X at 156. */
function feiPixelSizesM(source: ByteSource, cursor: ByteCursor, extendedBytes: number): number | null {
  const kind = cursor.seek(104).latin1(4);
  if (extendedBytes < 768 || !kind.startsWith("FEI")) return null;
  const record = new ByteCursor(source, "MRC FEI header", true);
  const sizeM = record.seek(HEADER_BYTES + 156).float64();
  return Number.isFinite(sizeM) && sizeM > 0 && sizeM < 1e-3 ? sizeM : null;
}

function labels(cursor: ByteCursor): Record<string, MetadataValue> {
  const count = Math.min(10, Math.max(0, cursor.seek(220).int32()));
  const entries = Array.from({ length: count }, (_, i): [string, string] => {
    return [`label${i}`, cursor.latin1(80).replaceAll("\0", " ").trim()];
  });
  return Object.fromEntries(entries.filter(([, text]) => text !== ""));
}
