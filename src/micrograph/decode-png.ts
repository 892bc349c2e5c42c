import { inflateWithin } from "./inflate-within.ts";
import { SAMPLES } from "./png-chunks.ts";
import type { PngContents, PngHeader } from "./png-chunks.ts";
import { unreadable } from "./unreadable.ts";

/** Pixels of a PNG: [height, width, channelCount], row-major; of one with a palette, the indices. */
export interface PngPixels {
  readonly values: Uint8Array | Uint16Array;
  readonly channelCount: number;
}

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
    inflated = inflateWithin(compressed, byteCount);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const got = code === "ERR_BUFFER_TOO_LARGE" ? "more" : "damaged data";
    throw unreadable(`PNG pixels must inflate to ${byteCount} bytes`, got, undefined, cause);
  }
  if (inflated.length !== byteCount) {
    throw unreadable(`PNG pixels must inflate to ${byteCount} bytes`, inflated.length);
  }
  return inflated;
}

/** Which byte of this machine's 16-bit numbers comes first; in the file it is the high one. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Undoes the row filters [png2003] 9.2; each row is one filter byte and `rowBytes` bytes. */
function unfilterInPlace(rows: Uint8Array, pass: Pass, pixelBytes: number): void {
  const { rowBytes } = pass;
  // the row before the first is zero
  let above: Uint8Array = new Uint8Array(rowBytes);
  for (let y = 0; y < pass.height; y++) {
    const start = y * (rowBytes + 1) + 1;
    const row = rows.subarray(start, start + rowBytes);
    unfilterRowInPlace(row, above, rows[start - 1], pixelBytes, y);
    above = row;
  }
}

/** One loop a filter: a choice within would be made for every byte. */
function unfilterRowInPlace(
  row: Uint8Array,
  above: Uint8Array,
  filter: number,
  pixelBytes: number,
  y: number,
): void {
  const { length } = row;
  const first = Math.min(pixelBytes, length);
  switch (filter) {
    case 0:
      return;
    case 1:
      unfilterSubInPlace(row, pixelBytes);
      return;
    case 2:
      for (let i = 0; i < length; i++) row[i] += above[i];
      return;
    case 3:
      for (let i = 0; i < first; i++) row[i] += above[i] >> 1;
      for (let i = first; i < length; i++) row[i] += (row[i - pixelBytes] + above[i]) >> 1;
      return;
    case 4:
      for (let i = 0; i < first; i++) row[i] += above[i];
      unfilterPaethInPlace(row, above, pixelBytes);
      return;
    default:
      throw unreadable(`PNG row filter must be 0 to 4 in row ${y}`, filter);
  }
}

/** Of one byte a pixel, the byte to the left stays in a variable: what was just stored takes the processor longer to load again. */
function unfilterSubInPlace(row: Uint8Array, pixelBytes: number): void {
  if (pixelBytes > 1) {
    for (let i = pixelBytes; i < row.length; i++) row[i] += row[i - pixelBytes];
    return;
  }
  for (let i = 0, left = 0; i < row.length; i++) {
    left = (row[i] + left) & 255;
    row[i] = left;
  }
}

/** Paeth's predictor [png2003] 9.4 without a branch: of noise, every second one would be guessed wrong by the processor. */
function unfilterPaethInPlace(row: Uint8Array, above: Uint8Array, pixelBytes: number): void {
  for (let channel = 0; channel < pixelBytes; channel++) {
    let [left, upLeft] = [row[channel], above[channel]];
    for (let i = channel + pixelBytes; i < row.length; i += pixelBytes) {
      const up = above[i];
      const toLeft = Math.abs(up - upLeft);
      const toUp = Math.abs(left - upLeft);
      const toUpLeft = Math.abs(up + left - 2 * upLeft);
      // all bits where the other is nearer, none where it is not
      const isUp = (toUp - toLeft) >> 31;
      const isUpLeft = (toUpLeft - (toLeft + ((toUp - toLeft) & isUp))) >> 31;
      const nearer = left + ((up - left) & isUp);
      left = (row[i] + nearer + ((upLeft - nearer) & isUpLeft)) & 255;
      row[i] = left;
      upLeft = up;
    }
  }
}

function unpackInto(
  values: Uint8Array | Uint16Array,
  rows: Uint8Array,
  pass: Pass,
  header: PngHeader,
  samples: number,
): void {
  const { bitDepth } = header;
  if (bitDepth >= 8 && pass.stepX === 1) return unpackRowsInto(values, rows, pass, samples);
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

/** Whole rows of whole bytes: no pixel has to be looked for. */
function unpackRowsInto(
  values: Uint8Array | Uint16Array,
  rows: Uint8Array,
  pass: Pass,
  samples: number,
): void {
  const rowLength = pass.width * samples;
  for (let y = 0; y < pass.height; y++) {
    const start = y * (pass.rowBytes + 1) + 1;
    const target = (pass.y0 + y * pass.stepY) * rowLength;
    if (values instanceof Uint8Array) values.set(rows.subarray(start, start + rowLength), target);
    else {
      const bytes = Buffer.from(values.buffer, 2 * target, 2 * rowLength);
      bytes.set(rows.subarray(start, start + 2 * rowLength));
      if (IS_LITTLE_ENDIAN) bytes.swap16();
    }
  }
}
