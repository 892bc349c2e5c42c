import { PNG_SIGNATURE } from "../image/index.ts";
import { ByteCursor } from "./byte-cursor.ts";
import { checkedValueCount, unreadable } from "./unreadable.ts";

/** The header of a PNG file, chunk IHDR [png2003] 11.2.2. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGBA. */
  readonly colorType: number;
  readonly isInterlaced: boolean;
}

/** What a PNG file holds, still compressed. */
export interface PngContents {
  readonly header: PngHeader;
  /** zlib stream, the IDAT chunks joined. */
  readonly compressed: Uint8Array;
  /** RGB triplets of chunk PLTE; empty without one. */
  readonly palette: Uint8Array;
  /** Chunk tRNS: of a palette, the alpha of its first entries; empty without one. */
  readonly transparency: Uint8Array;
  /** tEXt chunks by keyword. */
  readonly text: Readonly<Record<string, string>>;
  /** Chunk pHYs with unit metre: pixels a metre along x and y; null without one. */
  readonly pixelsPerMetre: { readonly x: number; readonly y: number } | null;
  /** Chunk eXIf; empty without one. */
  readonly exif: Uint8Array;
}

/** Samples a pixel, by colour type. */
export const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Bit depths that each colour type allows [png2003] table 11.1. */
const BIT_DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/**
 * Splits a PNG file into its header, its compressed pixels and what it says about them.
 *
 * Checksums are not verified: a damaged stream shows in the decompression, a damaged text harms nothing.
 *
 * @throws RangeError naming the chunk and its offset
 */
export function parsePngChunks(bytes: Uint8Array): PngContents {
  const cursor = new ByteCursor(bytes, "PNG", false, PNG_SIGNATURE.length);
  const header = readHeader(cursor);
  const pieces: Uint8Array[] = [];
  const text: Record<string, string> = {};
  let palette: Uint8Array = new Uint8Array(0);
  let transparency: Uint8Array = new Uint8Array(0);
  let exif: Uint8Array = new Uint8Array(0);
  let pixelsPerMetre: PngContents["pixelsPerMetre"] = null;
  for (;;) {
    if (cursor.remaining === 0) break; // files without IEND exist; the pixels decide whether they are whole
    const length = cursor.uint32();
    const type = cursor.latin1(4);
    const body = cursor.bytes(length);
    cursor.skip(4);
    if (type === "IEND") break;
    if (type === "IDAT") pieces.push(body);
    else if (type === "PLTE") palette = body;
    else if (type === "tRNS") transparency = body;
    else if (type === "tEXt") addText(text, body);
    else if (type === "eXIf") exif = body;
    else if (type === "pHYs") pixelsPerMetre = readPixelsPerMetre(body);
  }
  return { header, compressed: Buffer.concat(pieces), palette, transparency, text, pixelsPerMetre, exif };
}

function readHeader(cursor: ByteCursor): PngHeader {
  const start = cursor.offset;
  const length = cursor.uint32();
  const type = cursor.latin1(4);
  if (type !== "IHDR" || length !== 13) {
    throw unreadable("PNG must begin with an IHDR chunk of 13 bytes", `${type} of ${length}`, start);
  }
  const [width, height] = [cursor.uint32(), cursor.uint32()];
  const [bitDepth, colorType] = [cursor.uint8(), cursor.uint8()];
  if (!BIT_DEPTHS[colorType]?.includes(bitDepth)) {
    const got = `type ${colorType} with ${bitDepth} bits`;
    throw unreadable("PNG colour type and bit depth must be a pair of the standard", got, start + 16);
  }
  checkedValueCount("PNG", [width, height], peakBytes(bitDepth, colorType), start + 8);
  const [compression, filter, interlace] = [cursor.uint8(), cursor.uint8(), cursor.uint8()];
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    const got = `${compression}, ${filter}, ${interlace}`;
    throw unreadable("PNG compression and filter must be 0, interlace 0 or 1", got, start + 18);
  }
  cursor.skip(4);
  return { width, height, bitDepth, colorType, isInterlaced: interlace === 1 };
}

/** Bytes of a pixel at the peak: the rows with their filters, and the values; of a palette its colours, too. */
function peakBytes(bitDepth: number, colorType: number): number {
  if (colorType === 3) return 5;
  return (2 * SAMPLES[colorType] * Math.max(8, bitDepth)) / 8;
}

function addText(text: Record<string, string>, body: Uint8Array): void {
  const end = body.indexOf(0);
  if (end <= 0) return;
  const latin1 = Buffer.from(body).toString("latin1");
  text[latin1.slice(0, end)] = latin1.slice(end + 1);
}

function readPixelsPerMetre(body: Uint8Array): PngContents["pixelsPerMetre"] {
  if (body.length < 9 || body[8] !== 1) return null;
  const cursor = new ByteCursor(body, "PNG pHYs chunk", false);
  const [x, y] = [cursor.uint32(), cursor.uint32()];
  return x > 0 && y > 0 ? { x, y } : null;
}
