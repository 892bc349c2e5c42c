import jpeg from "jpeg-js";
import type { Orientation } from "../image/index.ts";
import { ByteCursor } from "./byte-cursor.ts";
import { exifOrientation, oriented } from "./exif.ts";
import { checkJpegScans, jpegMemoryMiB } from "./jpeg-scans.ts";
import { ARBITRARY_INTENSITY, imageAxes } from "./micrograph.ts";
import type { DecodedMicrograph } from "./micrograph.ts";
import { checkedValueCount, unreadable } from "./unreadable.ts";

interface FrameHeader {
  readonly width: number;
  readonly height: number;
  readonly componentCount: number;
  readonly orientation: Orientation;
}

/** The segment that EXIF data lie in, and the bytes before them: "Exif" and two zeros. */
const APP1 = 0xe1;
const EXIF_MARK = [0x45, 0x78, 0x69, 0x66, 0, 0] as const;

/** Largest JPEG [megapixel]: coefficients take about 20 bytes a pixel. */
const MAX_MEGAPIXELS = 100;

/** What the decoder holds for a pixel: coefficients of three components, lines, RGB. */
const PEAK_BYTES = 24;

/** A block of 64 pixels takes at least two bits (one for each of two Huffman codes), so a byte holds 256 at most. */
const MAX_PIXELS_PER_BYTE = 256;

/**
 * Reads a JPEG (baseline or progressive): grey as [y, x], colour as [y, x, 3].
 *
 * The density in the JFIF header is a print resolution and is not taken for the pixel size.
 *
 * @throws RangeError on damaged files, more than 100 megapixels, or scans without end
 */
export function readJpeg(bytes: Uint8Array): DecodedMicrograph {
  const { width, height, componentCount, orientation } = readFrameHeader(bytes);
  checkJpegScans(bytes);
  const data = decoded8Bit(bytes);
  const isGrey = componentCount === 1;
  const decoded: DecodedMicrograph = {
    format: "JPEG",
    dtype: "uint8",
    axes: imageAxes(width, height, isGrey ? 1 : 3),
    values: isGrey ? everyThird(data) : data,
    intensity: ARBITRARY_INTENSITY,
    metadata: {},
    seriesNames: ["image"],
    series: 0,
    warnings: [],
  };
  return oriented(decoded, orientation);
}

/** RGB, whatever the file has; the library's words for damage are those of the language, and stay in the cause. */
function decoded8Bit(bytes: Uint8Array): Uint8Array {
  try {
    const { data } = jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      maxResolutionInMP: MAX_MEGAPIXELS,
      maxMemoryUsageInMB: jpegMemoryMiB(),
      tolerantDecoding: false,
    });
    return data;
  } catch (cause) {
    throw unreadable("JPEG tables and scans must be whole", "damaged ones", undefined, cause);
  }
}

/** Walks the markers to the start of frame [itut81] B.2.2, before the decoder allocates anything. */
function readFrameHeader(bytes: Uint8Array): FrameHeader {
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

function frameHeaderAt(cursor: ByteCursor, byteLength: number): Omit<FrameHeader, "orientation"> {
  const at = cursor.offset;
  const precision = cursor.uint8();
  if (precision !== 8) throw unreadable("JPEG precision must be 8 bits", precision, at);
  const [height, width, componentCount] = [cursor.uint16(), cursor.uint16(), cursor.uint8()];
  const pixelCount = checkedValueCount("JPEG", [width, height], PEAK_BYTES, at + 1);
  if (pixelCount > MAX_PIXELS_PER_BYTE * byteLength || pixelCount > MAX_MEGAPIXELS * 1e6) {
    const wanted = `JPEG of ${byteLength} bytes must have fewer than ${MAX_MEGAPIXELS} megapixels and 256 a byte`;
    throw unreadable(wanted, `${width} x ${height}`, at + 1);
  }
  return { width, height, componentCount };
}

function everyThird(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0; i < grey.length; i++) grey[i] = rgb[3 * i];
  return grey;
}
