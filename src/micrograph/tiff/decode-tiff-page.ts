import type { PixelArray } from "../micrograph.ts";
import { emptyValues, floatsOfHalves, storedValues } from "../stored-values.ts";
import { checkedValueCount, reasonOf, unreadable } from "../unreadable.ts";
import type { RowBand } from "../row-band.ts";
import { integrateRowsInPlace, mergeFloatBytes } from "./predictor.ts";
import { decompressSegment } from "./tiff-codecs.ts";
import type { TiffLayout } from "./tiff-layout.ts";
import type { TiffPage } from "./tiff-tags.ts";

/** One strip or tile, or rows of one, and the place it takes in the image. */
interface Segment {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  /** Rows that are stored: a last strip may be short, a tile never is. */
  readonly rows: number;
  /** Rows of the segment before these: only uncompressed ones are read in part. */
  readonly skippedRows: number;
  readonly plane: number;
}

/**
 * Decodes the pixels of one page.
 *
 * @param band the rows that are wanted; all by default
 * @returns [rowCount, width, sampleCount], row-major; complex values interleaved
 * @throws RangeError on damaged segments, with their offset
 */
export async function decodeTiffPage(
  page: TiffPage,
  layout: TiffLayout,
  band: RowBand = { firstRow: 0, rowCount: layout.height },
): Promise<PixelArray> {
  const partCount = layout.dtype.startsWith("complex") ? 2 : 1;
  const result = emptyValues(layout.dtype, layout.width * band.rowCount * layout.sampleCount);
  for (const segment of segmentsOf(layout, band)) {
    // left out by the writer: it stays zero, and the reader says so
    if (layout.byteCounts[segment.index] === 0) continue;
    const samples = await segmentSamples(page, layout, segment);
    copyInto(result, samples, layout, { segment, band, partCount });
  }
  return result;
}

/** The segments that have rows of a band, one behind the other in the list of the page; planes follow each other there. */
function* segmentsOf(layout: TiffLayout, band: RowBand): Generator<Segment> {
  const { width, height, segmentWidth, segmentHeight, isTiled } = layout;
  const across = Math.ceil(width / segmentWidth);
  const down = Math.ceil(height / segmentHeight);
  const planeCount = layout.isPlanar ? layout.sampleCount : 1;
  const end = band.firstRow + band.rowCount;
  for (let plane = 0; plane < planeCount; plane++) {
    for (let row = Math.floor(band.firstRow / segmentHeight); row * segmentHeight < end; row++) {
      const y = row * segmentHeight;
      const rows = isTiled ? segmentHeight : Math.min(segmentHeight, height - y);
      const skippedRows = layout.compression === 1 ? Math.max(0, band.firstRow - y) : 0;
      const kept = layout.compression === 1 ? Math.min(rows, end - y) - skippedRows : rows;
      for (let column = 0; column < across; column++) {
        const index = (plane * down + row) * across + column;
        yield { index, x: column * segmentWidth, y: y + skippedRows, rows: kept, skippedRows, plane };
      }
    }
  }
}

async function segmentSamples(page: TiffPage, layout: TiffLayout, segment: Segment): Promise<PixelArray> {
  const samplesPerRow = layout.segmentWidth * (layout.isPlanar ? 1 : layout.sampleCount);
  const rowBytes = Math.ceil((samplesPerRow * layout.bitsPerSample) / 8);
  const skippedBytes = segment.skippedRows * rowBytes;
  const offset = layout.offsets[segment.index] + skippedBytes;
  const stored = Math.max(0, layout.byteCounts[segment.index] - skippedBytes);
  if (offset + stored > page.source.byteLength) {
    const left = Math.max(0, page.source.byteLength - offset);
    throw unreadable(`TIFF segment of ${stored} bytes must lie in the file`, left, offset);
  }
  const byteCount = rowBytes * segment.rows;
  checkedValueCount("TIFF strip or tile", [segment.rows, rowBytes], 4);
  const coded = {
    bytes: page.source.read(offset, layout.compression === 1 ? Math.min(stored, byteCount) : stored),
    offset,
    byteCount,
    fullByteCount: rowBytes * layout.segmentHeight,
    rows: segment.rows,
  };
  const packed = await decompressed(page, layout, coded);
  return unpackSamples(packed, layout, { samplesPerRow, rowBytes, rows: segment.rows });
}

async function decompressed(
  page: TiffPage,
  layout: TiffLayout,
  coded: Parameters<typeof decompressSegment>[2],
): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await decompressSegment(page, layout, coded);
  } catch (cause) {
    const reason = reasonOf(cause);
    if (reason.includes(", got ")) {
      throw new RangeError(`in the TIFF segment at byte ${coded.offset} ${reason}`, { cause });
    }
    const wanted = `TIFF segment must decompress to ${coded.byteCount} bytes`;
    throw unreadable(wanted, reason, coded.offset, cause);
  }
  if (bytes.length === coded.byteCount) return bytes;
  throw unreadable(`TIFF segment must hold ${coded.byteCount} bytes`, bytes.length, coded.offset);
}

interface RowShape {
  readonly samplesPerRow: number;
  readonly rowBytes: number;
  readonly rows: number;
}

/** Packed bytes to samples: bits taken apart, byte order and predictors undone. */
function unpackSamples(packed: Uint8Array, layout: TiffLayout, shape: RowShape): PixelArray {
  const { bitsPerSample, dtype, predictor } = layout;
  const step = layout.isPlanar ? 1 : layout.sampleCount;
  if (bitsPerSample < 16 && bitsPerSample !== 8) return unpackBits(packed, layout, shape);
  const isFloatPredicted = predictor === 3;
  const isHalf = dtype === "float32" && bitsPerSample === 16;
  const bytes = isFloatPredicted ? mergeFloatBytes(packed, shape.rowBytes, step, bitsPerSample / 8) : packed;
  const values = storedValues(bytes, {
    format: "TIFF",
    dtype: isHalf ? "uint16" : dtype,
    offset: 0,
    sizes: [shape.rows, shape.samplesPerRow],
    isLittleEndian: isFloatPredicted || layout.isLittleEndian,
  });
  if (predictor === 2) integrateRowsInPlace(values, shape.samplesPerRow, step);
  // differences are those of the stored bits
  return isHalf && values instanceof Uint16Array ? floatsOfHalves(values) : values;
}

/** Samples of 1 to 15 bits, highest bit first, each row from a whole byte. */
function unpackBits(packed: Uint8Array, layout: TiffLayout, shape: RowShape): PixelArray {
  const { bitsPerSample } = layout;
  const result = emptyValues(layout.dtype, shape.rows * shape.samplesPerRow);
  if (bitsPerSample === 1) return unpackSingleBits(result, packed, shape);
  for (let row = 0; row < shape.rows; row++) {
    for (let i = 0; i < shape.samplesPerRow; i++) {
      const bit = i * bitsPerSample;
      const at = row * shape.rowBytes + (bit >> 3);
      const window = (packed[at] << 16) | ((packed[at + 1] ?? 0) << 8) | (packed[at + 2] ?? 0);
      const value = (window >> (24 - bitsPerSample - (bit & 7))) & ((1 << bitsPerSample) - 1);
      result[row * shape.samplesPerRow + i] = value;
    }
  }
  return result;
}

/** Black and white, eight pixels a byte. */
function unpackSingleBits(result: PixelArray, packed: Uint8Array, shape: RowShape): PixelArray {
  for (let row = 0, to = 0; row < shape.rows; row++) {
    const end = to + shape.samplesPerRow;
    for (let at = row * shape.rowBytes; to < end; at++) {
      const byte = packed[at];
      for (let bit = 7; bit >= 0 && to < end; bit--) result[to++] = (byte >> bit) & 1;
    }
  }
  return result;
}

/** Where a segment lies, and the rows that are wanted. */
interface Placement {
  readonly segment: Segment;
  readonly band: RowBand;
  readonly partCount: number;
}

/** Copies the part of a segment that lies in the image and in the band; padding of tiles is left out. */
function copyInto(
  result: PixelArray,
  samples: PixelArray,
  layout: TiffLayout,
  { segment, band, partCount }: Placement,
): void {
  const { width, sampleCount, isPlanar, segmentWidth } = layout;
  const step = (isPlanar ? 1 : sampleCount) * partCount;
  const columns = Math.min(segmentWidth, width - segment.x);
  const first = Math.max(0, band.firstRow - segment.y);
  const end = Math.min(segment.rows, band.firstRow + band.rowCount - segment.y);
  for (let row = first; row < end; row++) {
    const source = row * segmentWidth * step;
    const target = ((segment.y + row - band.firstRow) * width + segment.x) * sampleCount * partCount;
    if (!isPlanar) {
      result.set(samples.subarray(source, source + columns * step), target);
      continue;
    }
    for (let i = 0; i < columns * partCount; i++) {
      const pixel = Math.floor(i / partCount);
      const part = i - pixel * partCount;
      result[target + (pixel * sampleCount + segment.plane) * partCount + part] = samples[source + i];
    }
  }
}
