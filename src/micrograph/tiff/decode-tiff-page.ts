import type { PixelArray } from "../micrograph.ts";
import { emptyValues, storedValues } from "../stored-values.ts";
import { unreadable } from "../unreadable.ts";
import { halfToFloat } from "../half-float.ts";
import { integrateRowsInPlace, mergeFloatBytes } from "./predictor.ts";
import { decompressSegment } from "./tiff-codecs.ts";
import type { TiffLayout } from "./tiff-layout.ts";
import type { TiffPage } from "./tiff-tags.ts";

/** One strip or tile and the place it takes in the image. */
interface Segment {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  /** Rows that are stored: a last strip may be short, a tile never is. */
  readonly rows: number;
  readonly plane: number;
}

/**
 * Decodes the pixels of one page.
 *
 * @returns [height, width, sampleCount], row-major; complex values interleaved
 * @throws RangeError on damaged segments, with their offset
 */
export async function decodeTiffPage(page: TiffPage, layout: TiffLayout): Promise<PixelArray> {
  const partCount = layout.dtype.startsWith("complex") ? 2 : 1;
  const result = emptyValues(layout.dtype, layout.width * layout.height * layout.sampleCount);
  for (const segment of segmentsOf(layout)) {
    // sparse files leave a segment out by a zero offset and length: it stays zero
    if (layout.byteCounts[segment.index] === 0) continue;
    const samples = await segmentSamples(page, layout, segment);
    copyInto(result, samples, layout, segment, partCount);
  }
  return result;
}

function segmentsOf(layout: TiffLayout): Segment[] {
  const { width, height, segmentWidth, segmentHeight } = layout;
  const across = Math.ceil(width / segmentWidth);
  const down = Math.ceil(height / segmentHeight);
  const planeCount = layout.isPlanar ? layout.sampleCount : 1;
  return Array.from({ length: across * down * planeCount }, (_, index) => {
    const inPlane = index % (across * down);
    const y = Math.floor(inPlane / across) * segmentHeight;
    const rows = layout.isTiled ? segmentHeight : Math.min(segmentHeight, height - y);
    return {
      index,
      x: (inPlane % across) * segmentWidth,
      y,
      rows,
      plane: Math.floor(index / (across * down)),
    };
  });
}

async function segmentSamples(page: TiffPage, layout: TiffLayout, segment: Segment): Promise<PixelArray> {
  const offset = layout.offsets[segment.index];
  const stored = layout.byteCounts[segment.index];
  if (offset + stored > page.bytes.length) {
    throw unreadable(
      `TIFF segment of ${stored} bytes must lie in the file`,
      page.bytes.length - offset,
      offset,
    );
  }
  const samplesPerRow = layout.segmentWidth * (layout.isPlanar ? 1 : layout.sampleCount);
  const rowBytes = Math.ceil((samplesPerRow * layout.bitsPerSample) / 8);
  const byteCount = rowBytes * segment.rows;
  const fullByteCount = rowBytes * layout.segmentHeight;
  const coded = {
    bytes: page.bytes.subarray(offset, offset + stored),
    offset,
    byteCount,
    fullByteCount,
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
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw unreadable(`TIFF segment must decompress to ${coded.byteCount} bytes`, reason, coded.offset, cause);
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
  const bytes = isFloatPredicted ? mergeFloatBytes(packed, shape.rowBytes, step, bitsPerSample / 8) : packed;
  const isHalf = dtype === "float32" && bitsPerSample === 16;
  const values = storedValues(bytes, {
    format: "TIFF",
    dtype: isHalf ? "uint16" : dtype,
    offset: 0,
    sizes: [shape.rows, shape.samplesPerRow],
    isLittleEndian: isFloatPredicted || layout.isLittleEndian,
  });
  if (predictor === 2) integrateRowsInPlace(values, shape.samplesPerRow, step);
  return isHalf ? Float32Array.from(values, halfToFloat) : values;
}

/** Samples of 1 to 15 bits, highest bit first, each row from a whole byte. */
function unpackBits(packed: Uint8Array, layout: TiffLayout, shape: RowShape): PixelArray {
  const { bitsPerSample } = layout;
  const result = emptyValues(layout.dtype, shape.rows * shape.samplesPerRow);
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

/** Copies the part of a segment that lies in the image; padding of tiles is left out. */
function copyInto(
  result: PixelArray,
  samples: PixelArray,
  layout: TiffLayout,
  segment: Segment,
  partCount: number,
): void {
  const { width, height, sampleCount, isPlanar, segmentWidth } = layout;
  const step = (isPlanar ? 1 : sampleCount) * partCount;
  const columns = Math.min(segmentWidth, width - segment.x);
  for (let row = 0; row < Math.min(segment.rows, height - segment.y); row++) {
    const source = row * segmentWidth * step;
    const target = ((segment.y + row) * width + segment.x) * sampleCount * partCount;
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
