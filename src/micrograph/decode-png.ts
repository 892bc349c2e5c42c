import { inflateSync } from "node:zlib";
import type { PngContents, PngHeader } from "./png-chunks.ts";
import { unreadable } from "./unreadable.ts";

/** Pixels of a PNG: [height, width, channelCount], row-major; of one with a palette, the indices. */
export interface PngPixels {
  readonly values: Uint8Array | Uint16Array;
  readonly channelCount: number;
}

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Adam7: first column and row, then the steps of each pass [png2003] 8.2. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

interface Pass {
  readonly x0: number;
  readonly y0: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly width: number;
  readonly height: number;
  readonly rowBytes: number;
}

/**
 * Decompresses, unfilters and unpacks the pixels of a PNG.
 *
 * The size that the header promises bounds the decompression, so a small file cannot fill the memory.
 *
 * @throws RangeError when the stream is damaged, shorter or longer than the header says
 */
export function decodePng(png: PngContents): PngPixels {
  const { header } = png;
  const samples = SAMPLES[header.colorType];
  const passes = passesOf(header, samples * header.bitDepth);
  const filtered = inflateExactly(
    png.compressed,
    passes.reduce((sum, pass) => sum + pass.height * (1 + pass.rowBytes), 0),
  );
  const packed = header.bitDepth === 16 ? Uint16Array : Uint8Array;
  const values = new packed(header.width * header.height * samples);
  let offset = 0;
  for (const pass of passes) {
    const passBytes = pass.height * (1 + pass.rowBytes);
    const rows = filtered.subarray(offset, offset + passBytes);
    unfilterInPlace(rows, pass, Math.max(1, (samples * header.bitDepth) >> 3));
    unpackInto(values, rows, pass, header, samples);
    offset += passBytes;
  }
  return { values, channelCount: samples };
}

function passesOf(header: PngHeader, bitsPerPixel: number): Pass[] {
  const steps = header.isInterlaced ? ADAM7 : [[0, 0, 1, 1] as const];
  return steps
    .map(([x0, y0, stepX, stepY]) => {
      const width = Math.ceil((header.width - x0) / stepX);
      const height = Math.ceil((header.height - y0) / stepY);
      return { x0, y0, stepX, stepY, width, height, rowBytes: Math.ceil((width * bitsPerPixel) / 8) };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

function inflateExactly(compressed: Uint8Array, byteCount: number): Uint8Array {
  // deflate cannot shrink by more than 1032:1, so a header that promises more is a lie told cheaply
  if (byteCount > 1032 * compressed.length) {
    throw unreadable(`PNG needs at least ${Math.ceil(byteCount / 1032)} compressed bytes`, compressed.length);
  }
  let inflated: Uint8Array;
  try {
    inflated = inflateSync(compressed, { maxOutputLength: byteCount });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw unreadable(`PNG pixels must inflate to ${byteCount} bytes`, reason, undefined, cause);
  }
  if (inflated.length !== byteCount) {
    throw unreadable(`PNG pixels must inflate to ${byteCount} bytes`, inflated.length);
  }
  return inflated;
}

/** Undoes the row filters [png2003] 9.2; each row is one filter byte and `rowBytes` bytes. */
function unfilterInPlace(rows: Uint8Array, pass: Pass, pixelBytes: number): void {
  const stride = pass.rowBytes + 1;
  for (let y = 0; y < pass.height; y++) {
    const start = y * stride + 1;
    const filter = rows[start - 1];
    if (filter > 4) throw unreadable(`PNG row filter must be 0 to 4 in row ${y}`, filter);
    if (filter === 0) continue;
    for (let i = 0; i < pass.rowBytes; i++) {
      const left = i < pixelBytes ? 0 : rows[start + i - pixelBytes];
      const up = y === 0 ? 0 : rows[start + i - stride];
      if (filter === 1) rows[start + i] += left;
      else if (filter === 2) rows[start + i] += up;
      else if (filter === 3) rows[start + i] += (left + up) >> 1;
      else {
        const upLeft = y === 0 || i < pixelBytes ? 0 : rows[start + i - stride - pixelBytes];
        rows[start + i] += paeth(left, up, upLeft);
      }
    }
  }
}

/** The neighbour nearest to left + up - upLeft, in this order on a tie [png2003] 9.4. */
function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const [toLeft, toUp] = [Math.abs(estimate - left), Math.abs(estimate - up)];
  const toUpLeft = Math.abs(estimate - upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}

function unpackInto(
  values: Uint8Array | Uint16Array,
  rows: Uint8Array,
  pass: Pass,
  header: PngHeader,
  samples: number,
): void {
  const { bitDepth } = header;
  const scale = header.colorType === 3 || bitDepth > 8 ? 1 : 255 / (2 ** bitDepth - 1);
  const mask = 2 ** bitDepth - 1;
  for (let y = 0; y < pass.height; y++) {
    const row = y * (pass.rowBytes + 1) + 1;
    const target = (pass.y0 + y * pass.stepY) * header.width + pass.x0;
    for (let i = 0; i < pass.width * samples; i++) {
      const pixel = Math.floor(i / samples);
      const at = (target + pixel * pass.stepX) * samples + (i - pixel * samples);
      if (bitDepth === 16) values[at] = (rows[row + 2 * i] << 8) | rows[row + 2 * i + 1];
      else if (bitDepth === 8) values[at] = rows[row + i];
      else {
        const bit = i * bitDepth;
        values[at] = scale * ((rows[row + (bit >> 3)] >> (8 - bitDepth - (bit & 7))) & mask);
      }
    }
  }
}
