import type { PixelType } from "../micrograph.ts";
import { unreadable } from "../unreadable.ts";
import { tagBytes, tagNumber, tagNumbers } from "./tiff-tags.ts";
import type { TiffPage } from "./tiff-tags.ts";

/** What a page says of its pixels, but for the places where they lie. */
export interface TiffForm {
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
}

/** How the pixels of a page are cut into segments (strips or tiles) and where these lie. */
export interface TiffLayout extends TiffForm {
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

/** Predictors that are undone, and the codings that can have one; others store their samples as they are. */
const PREDICTORS: ReadonlySet<number> = new Set([1, 2, 3]);
const PREDICTED: ReadonlySet<number> = new Set([5, 8, 32946, 50000]);

/**
 * Reads and checks what a page says of its pixels, without its list of segments.
 *
 * @throws RangeError naming the tag that is missing or does not fit
 */
export function tiffForm(page: TiffPage): TiffForm {
  const [width, height] = [required(page, TAG.width), required(page, TAG.height)];
  const sampleCount = required(page, TAG.samplesPerPixel, 1);
  const bitsPerSample = uniform(page, TAG.bitsPerSample, sampleCount);
  const dtype = pixelType(bitsPerSample, uniform(page, TAG.sampleFormat, sampleCount), page.offset);
  const isTiled = page.tags.has(TAG.tileWidth);
  const compression = tagNumber(page, TAG.compression) ?? 1;
  const predictor = tagNumber(page, TAG.predictor) ?? 1;
  if (PREDICTED.has(compression) && !PREDICTORS.has(predictor)) {
    throw unreadable("TIFF predictor must be 1, 2 or 3", predictor, page.offset);
  }
  return {
    width,
    height,
    sampleCount,
    bitsPerSample,
    dtype,
    isPlanar: tagNumber(page, TAG.planarConfiguration) === 2 && sampleCount > 1,
    compression,
    predictor,
    photometric: tagNumber(page, TAG.photometric) ?? 1,
    isBitReversed: tagNumber(page, TAG.fillOrder) === 2,
    isLittleEndian: page.isLittleEndian,
    isTiled,
    segmentWidth: isTiled ? required(page, TAG.tileWidth) : width,
    segmentHeight: isTiled
      ? required(page, TAG.tileHeight)
      : Math.min(height, tagNumber(page, TAG.rowsPerStrip) || height),
  };
}

/**
 * Reads the list of segments of a page, and checks that they can hold its pixels, before anything is allocated.
 *
 * @throws RangeError naming the tag that is missing or does not fit
 */
export function tiffLayout(page: TiffPage): TiffLayout {
  const form = tiffForm(page);
  const segments = segmentTable(page, form);
  checkStored(form, segments, page.offset);
  return { ...form, ...segments };
}

function required(page: TiffPage, tag: number, fallback?: number): number {
  const value = tagNumber(page, tag) ?? fallback;
  if (value !== undefined && value > 0 && Number.isInteger(value)) return value;
  throw unreadable(`TIFF tag ${tag} must be a whole number above 0`, value ?? "none", page.offset);
}

/** A tag with one value a sample, which must all be equal; 1 without it. */
function uniform(page: TiffPage, tag: number, sampleCount: number): number {
  const values = tagNumbers(page, tag, Math.min(sampleCount, MOST_SAMPLES)) ?? [1];
  if (values.length > 0 && values.every((value) => value === values[0])) return values[0];
  throw unreadable(
    `TIFF tag ${tag} must be the same for all samples`,
    values.slice(0, 8).join(", "),
    page.offset,
  );
}

/** Samples whose own types are looked at; a real picture has a few. */
const MOST_SAMPLES = 64;

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

function segmentTable(page: TiffPage, grid: TiffForm): { offsets: number[]; byteCounts: number[] } {
  const across = Math.ceil(grid.width / grid.segmentWidth);
  const down = Math.ceil(grid.height / grid.segmentHeight);
  const count = across * down * (grid.isPlanar ? grid.sampleCount : 1);
  // a list of its own takes two bytes a segment at least; pages can share one, so it is the file that bounds the count
  if (count > page.source.byteLength) {
    throw unreadable(
      `TIFF of ${page.source.byteLength} bytes must have fewer strips or tiles`,
      count,
      page.offset,
    );
  }
  const offsets = tagNumbers(page, grid.isTiled ? TAG.tileOffsets : TAG.stripOffsets, count) ?? [];
  if (offsets.length < count) {
    throw unreadable(`TIFF must have ${count} strips or tiles`, offsets.length, page.offset);
  }
  const byteCounts = tagNumbers(page, grid.isTiled ? TAG.tileByteCounts : TAG.stripByteCounts, count);
  if (byteCounts !== null && byteCounts.length >= count) return { offsets, byteCounts };
  // old writers left the byte counts out: a segment then reaches to the next one or to the end of the file
  const ends = [...offsets.slice(1), page.source.byteLength];
  return { offsets, byteCounts: offsets.map((offset, i) => Math.max(0, ends[i] - offset)) };
}

/** Segments that a page says it does not store: no offset and no bytes, as GDAL writes them. */
export const missingCount = ({ offsets, byteCounts }: Pick<TiffLayout, "offsets" | "byteCounts">): number =>
  byteCounts.reduce((sum, bytes, i) => sum + Number(bytes === 0 && offsets[i] === 0), 0);

function checkStored(
  form: TiffForm,
  segments: Pick<TiffLayout, "offsets" | "byteCounts">,
  offset: number,
): void {
  const { offsets, byteCounts } = segments;
  const kind = form.isTiled ? "tile" : "strip";
  const empty = byteCounts.findIndex((bytes, i) => bytes === 0 && offsets[i] !== 0);
  if (empty >= 0) throw unreadable(`TIFF ${kind} ${empty} must have bytes`, 0, offsets[empty]);
  const missing = missingCount(segments);
  if (missing === byteCounts.length) throw unreadable(`TIFF must store a ${kind}`, "none", offset);
  const expansion = LARGEST_EXPANSION[form.compression] ?? 2 ** 17;
  const stored = byteCounts.reduce((sum, count) => sum + count, 0);
  const whole = (form.width * form.height * form.sampleCount * form.bitsPerSample) / 8;
  // a tile may reach beyond the picture, so that those which are there can hold less than their share
  if (missing > 0 || stored * expansion >= whole) return;
  throw unreadable(`TIFF of ${form.width} x ${form.height} px needs more stored bytes`, stored, offset);
}

/**
 * JPEG tables that all segments of a page share (tag 347).
 *
 * @returns an abbreviated JPEG stream; null without one
 */
export function jpegTables(page: TiffPage): Uint8Array | null {
  return tagBytes(page, 347);
}
