import type { Orientation } from "../image/index.ts";
import { ByteCursor } from "./byte-cursor.ts";
import { exifOrientation } from "./exif.ts";
import { checkedValueCount, unreadable } from "./unreadable.ts";

/** What a JPEG says of its pixels before them. */
export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  readonly componentCount: 1 | 3 | 4;
  /** Samples a block of each component [horizontal, vertical], as one number: 0x22 is two by two. */
  readonly sampling: readonly number[];
  readonly orientation: Orientation;
}

/** The segment that EXIF data lie in, and the bytes before them: "Exif" and two zeros. */
const APP1 = 0xe1;
const EXIF_MARK = [0x45, 0x78, 0x69, 0x66, 0, 0] as const;

/** Largest JPEG [megapixel]: all the decoder holds must lie in 2 GiB of WebAssembly. */
const MAX_MEGAPIXELS = 100;

/** What is held for a pixel: coefficients of three components, 2 bytes each, RGB twice; of four inks more. */
const PEAK_BYTES = 24;

/** A block of 64 pixels takes at least two bits (one for each of two Huffman codes), so a byte holds 256 at most. */
const MAX_PIXELS_PER_BYTE = 256;

/** Walks the markers to the start of frame [itut81] B.2.2, before the decoder allocates anything. */
export function readJpegFrame(bytes: Uint8Array): JpegFrame {
  const cursor = new ByteCursor(bytes, "JPEG", false, 2);
  let orientation: Orientation = 1;
  for (;;) {
    const start = cursor.offset;
    if (cursor.uint8() !== 0xff) throw unreadable("JPEG marker must begin with 255", bytes[start], start);
    let marker = cursor.uint8();
    while (marker === 0xff) marker = cursor.uint8(); // fill bytes
    const length = cursor.uint16();
    if (isStartOfFrame(marker)) return { ...frameHeaderAt(cursor, bytes.length), orientation };
    if (marker === 0xda) throw unreadable("JPEG must have a frame header before its scan", "none", start);
    if (length < 2) throw unreadable("JPEG segment must have at least 2 bytes", length, start + 2);
    const body = cursor.bytes(length - 2);
    if (marker === APP1 && EXIF_MARK.every((byte, i) => body[i] === byte)) {
      orientation = exifOrientation(body.subarray(EXIF_MARK.length));
    }
  }
}

function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function frameHeaderAt(cursor: ByteCursor, byteLength: number): Omit<JpegFrame, "orientation"> {
  const at = cursor.offset;
  const precision = cursor.uint8();
  if (precision !== 8) throw unreadable("JPEG precision must be 8 bits", precision, at);
  const [height, width, componentCount] = [cursor.uint16(), cursor.uint16(), cursor.uint8()];
  const pixelCount = checkedValueCount("JPEG", [width, height], PEAK_BYTES, at + 1);
  if (pixelCount > MAX_PIXELS_PER_BYTE * byteLength || pixelCount > MAX_MEGAPIXELS * 1e6) {
    const wanted = `JPEG of ${byteLength} bytes must have fewer than ${MAX_MEGAPIXELS} megapixels and 256 a byte`;
    throw unreadable(wanted, `${width} x ${height}`, at + 1);
  }
  if (componentCount !== 1 && componentCount !== 3 && componentCount !== 4) {
    throw unreadable("JPEG must have 1, 3 or 4 components", componentCount, at + 5);
  }
  // identifier, sampling, quantisation table
  const sampling = Array.from({ length: componentCount }, () => cursor.bytes(3)[1]);
  return { width, height, componentCount, sampling };
}
