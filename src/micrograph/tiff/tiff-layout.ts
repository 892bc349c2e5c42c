import type { PixelType } from "../micrograph.ts";
import { checkedValueCount, unreadable } from "../unreadable.ts";
import { tagBytes, tagNumber, tagNumbers } from "./tiff-tags.ts";
import type { TiffPage } from "./tiff-tags.ts";

/** How the pixels of a page are cut into segments (strips or tiles) and stored. */
export interface TiffLayout {
  readonly width: number;
  readonly height: number;
  readonly sampleCount: number;
  readonly bitsPerSample: number;
  readonly dtype: PixelType;
  /** Samples lie in planes of their own instead of beside each other. */
  readonly isPlanar: boolean;
  readonly compression: number;
  readonly predictor: number;
  /** 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 6 YCbCr. */
  readonly photometric: number;
  /** Bits are filled from the lowest (FillOrder 2). */
  readonly isBitReversed: boolean;
  readonly isLittleEndian: boolean;
  readonly isTiled: boolean;
  readonly segmentWidth: number;
  readonly segmentHeight: number;
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
}

/** Tags [tiff6] section 8, 15, 19. */
const TAG = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  sampleFormat: 339,
} as const;

/** Output bytes that one stored byte can become at most, by compression; others (CCITT, Zstandard) up to 2^17. */
const LARGEST_EXPANSION: Readonly<Record<number, number>> = {
  1: 1,
  5: 1400,
  7: 800,
  8: 1032,
  32773: 64,
  32946: 1032,
};

/**
 * Reads and checks the layout of a page, before anything is allocated.
 *
 * @throws RangeError naming the tag that is missing or does not fit
 */
export function tiffLayout(page: TiffPage): TiffLayout {
  const [width, height] = [required(page, TAG.width), required(page, TAG.height)];
  const sampleCount = tagNumber(page, TAG.samplesPerPixel) ?? 1;
  const bitsPerSample = uniform(page, TAG.bitsPerSample, 1);
  const dtype = pixelType(bitsPerSample, uniform(page, TAG.sampleFormat, 1), page.offset);
  checkedValueCount("TIFF", [width, height, sampleCount], Math.max(1, bitsPerSample / 8), page.offset);
  const isTiled = page.tags.has(TAG.tileWidth);
  const compression = tagNumber(page, TAG.compression) ?? 1;
  const layout = {
    width,
    height,
    sampleCount,
    bitsPerSample,
    dtype,
    isPlanar: tagNumber(page, TAG.planarConfiguration) === 2 && sampleCount > 1,
    compression,
    predictor: tagNumber(page, TAG.predictor) ?? 1,
    photometric: tagNumber(page, TAG.photometric) ?? 1,
    isBitReversed: tagNumber(page, TAG.fillOrder) === 2,
    isLittleEndian: page.isLittleEndian,
    isTiled,
    segmentWidth: isTiled ? required(page, TAG.tileWidth) : width,
    segmentHeight: isTiled
      ? required(page, TAG.tileHeight)
      : Math.min(height, tagNumber(page, TAG.rowsPerStrip) || height),
  };
  checkedValueCount("TIFF tile", [layout.segmentWidth, layout.segmentHeight, sampleCount], bitsPerSample / 8);
  const segments = segmentTable(page, layout);
  checkExpansion(layout, segments.byteCounts, page.offset);
  return { ...layout, ...segments };
}

function required(page: TiffPage, tag: number): number {
  const value = tagNumber(page, tag);
  if (value !== null && value > 0) return value;
  throw unreadable(`TIFF tag ${tag} must be a positive number`, value ?? "none", page.offset);
}

/** A tag with one value a sample, which must all be equal. */
function uniform(page: TiffPage, tag: number, fallback: number): number {
  const values = tagNumbers(page, tag) ?? [fallback];
  if (values.length > 0 && values.every((value) => value === values[0])) return values[0];
  throw unreadable(
    `TIFF tag ${tag} must be the same for all samples`,
    values.slice(0, 8).join(", "),
    page.offset,
  );
}

function pixelType(bits: number, format: number, offset: number): PixelType {
  if ((format === 1 || format === 4) && Number.isInteger(bits) && bits >= 1 && bits <= 16) {
    return bits === 1 ? "bool" : bits <= 8 ? "uint8" : "uint16";
  }
  const types: Readonly<Record<string, PixelType>> = {
    "1/32": "uint32",
    "1/64": "uint64",
    "2/8": "int8",
    "2/16": "int16",
    "2/32": "int32",
    "2/64": "int64",
    "3/16": "float32",
    "3/32": "float32",
    "3/64": "float64",
    "4/32": "uint32",
    "6/64": "complex64",
    "6/128": "complex128",
  };
  const dtype = types[`${format}/${bits}`];
  if (dtype !== undefined) return dtype;
  const wanted =
    "TIFF samples must be integers of 1 to 16, 32 or 64 bits, floats of 16, 32 or 64, or complex";
  throw unreadable(wanted, `format ${format} with ${bits} bits`, offset);
}

type Grid = Pick<
  TiffLayout,
  | "width"
  | "height"
  | "sampleCount"
  | "isPlanar"
  | "isTiled"
  | "segmentWidth"
  | "segmentHeight"
  | "compression"
>;

function segmentTable(page: TiffPage, grid: Grid): { offsets: number[]; byteCounts: number[] } {
  const across = Math.ceil(grid.width / grid.segmentWidth);
  const down = Math.ceil(grid.height / grid.segmentHeight);
  const count = across * down * (grid.isPlanar ? grid.sampleCount : 1);
  const offsets = tagNumbers(page, grid.isTiled ? TAG.tileOffsets : TAG.stripOffsets) ?? [];
  if (offsets.length < count) {
    throw unreadable(`TIFF must have ${count} strips or tiles`, offsets.length, page.offset);
  }
  const byteCounts = tagNumbers(page, grid.isTiled ? TAG.tileByteCounts : TAG.stripByteCounts);
  if (byteCounts !== null && byteCounts.length >= count) return { offsets, byteCounts };
  // old writers left the byte counts out: a segment then reaches to the next one or to the end of the file
  const ends = [...offsets.slice(1), page.bytes.length];
  return { offsets, byteCounts: offsets.map((offset, i) => Math.max(0, ends[i] - offset)) };
}

function checkExpansion(
  layout: Grid & { readonly bitsPerSample: number },
  byteCounts: readonly number[],
  offset: number,
): void {
  const expansion = LARGEST_EXPANSION[layout.compression] ?? 2 ** 17;
  const stored = byteCounts.reduce((sum, count) => sum + count, 0);
  const wanted = (layout.width * layout.height * layout.sampleCount * layout.bitsPerSample) / 8;
  if (stored * expansion >= wanted || byteCounts.includes(0)) return; // sparse files leave segments out
  throw unreadable(`TIFF of ${layout.width} x ${layout.height} px needs more stored bytes`, stored, offset);
}

/**
 * JPEG tables that all segments of a page share (tag 347).
 *
 * @returns an abbreviated JPEG stream; null without one
 */
export function jpegTables(page: TiffPage): Uint8Array | null {
  return tagBytes(page, 347);
}
