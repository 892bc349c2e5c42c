import { ZSTDDecoder } from "zstddec";
import { unreadable } from "../unreadable.ts";
import { decodeCcitt } from "./ccitt.ts";
import { decodeLzw } from "./lzw.ts";
import { decodePackBits } from "./pack-bits.ts";
import { inflateWithin } from "../inflate-within.ts";
import { decodeJpeg } from "../decode-jpeg.ts";
import { readJpegFrame } from "../jpeg-frame.ts";
import { checkJpegScans } from "../jpeg-scans.ts";
import { jpegTables } from "./tiff-layout.ts";
import type { TiffLayout } from "./tiff-layout.ts";
import { tagNumber } from "./tiff-tags.ts";
import type { TiffPage } from "./tiff-tags.ts";

/** Names of codings that occur in TIFF files but are not read, for the error text. */
const UNREAD: Readonly<Record<number, string>> = {
  6: "old-style JPEG",
  34712: "JPEG 2000",
  34887: "LERC",
  50001: "WebP",
  34925: "LZMA",
  50002: "JPEG XL",
};

/** A segment to be decompressed. */
export interface CodedSegment {
  readonly bytes: Uint8Array;
  /** Offset in the file, for error texts. */
  readonly offset: number;
  /** Length that the layout promises. */
  readonly byteCount: number;
  /** Length of a whole segment: some writers fill the last strip up. */
  readonly fullByteCount: number;
  readonly rows: number;
}

/**
 * Decompresses one strip or tile to the length that the layout promises, never more.
 *
 * @throws RangeError on codings that are not read and damaged streams
 */
export async function decompressSegment(
  page: TiffPage,
  layout: TiffLayout,
  segment: CodedSegment,
): Promise<Uint8Array> {
  const { byteCount, fullByteCount, rows } = segment;
  const source = layout.isBitReversed ? segment.bytes.map(reverseBits) : segment.bytes;
  switch (layout.compression) {
    case 1:
      return source.subarray(0, byteCount);
    case 2:
      return decodeCcitt(source, layout.segmentWidth, rows, "modified-huffman");
    case 3: {
      const isTwoDimensional = ((tagNumber(page, 292) ?? 0) & 1) === 1;
      return decodeCcitt(source, layout.segmentWidth, rows, "group3", isTwoDimensional);
    }
    case 4:
      return decodeCcitt(source, layout.segmentWidth, rows, "group4");
    case 5:
      return decodeLzw(source, byteCount);
    case 7:
      return decodeJpegSegment(page, layout, segment);
    case 8:
    case 32946:
      return inflateWithin(source, fullByteCount).subarray(0, byteCount);
    case 32773:
      return decodePackBits(source, byteCount);
    case 50000:
      return (await decodeZstandard(source, fullByteCount)).subarray(0, byteCount);
    default: {
      const name = UNREAD[layout.compression] ?? "unknown";
      const wanted = "TIFF compression must be none, CCITT, LZW, JPEG, deflate, PackBits or Zstandard";
      throw unreadable(wanted, `${layout.compression} (${name})`, page.offset);
    }
  }
}

function reverseBits(byte: number): number {
  let result = 0;
  for (let bit = 0; bit < 8; bit++) result |= ((byte >> bit) & 1) << (7 - bit);
  return result;
}

async function decodeZstandard(source: Uint8Array, byteCount: number): Promise<Uint8Array> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return decoder.decode(source, byteCount);
}

/** Adobe's marker [itut872] 6.5.3: its last byte says whether three components are YCbCr. */
const ADOBE = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0] as const;
/** Start of a JFIF segment, whose components are always YCbCr: what the TIFF says counts. */
const JFIF = "\xff\xe0\x00\x10JFIF";

/** A TIFF JPEG segment is a JPEG stream without its tables, which stand once in tag 347; the page says what its components are. */
async function decodeJpegSegment(
  page: TiffPage,
  layout: TiffLayout,
  segment: CodedSegment,
): Promise<Uint8Array> {
  const tables = jpegTables(page);
  const start = Uint8Array.of(0xff, 0xd8, ...ADOBE, layout.photometric === 6 ? 1 : 0);
  const parts = tables === null ? [] : [withoutJfif(tables.subarray(2, tables.length - 2))];
  const stream = Buffer.concat([start, ...parts, withoutJfif(segment.bytes.subarray(2))]);
  const frame = readJpegFrame(stream);
  const { width, height, componentCount } = frame;
  if (width !== layout.segmentWidth || height < segment.rows || layout.bitsPerSample !== 8) {
    const wanted = `TIFF JPEG segment must be ${layout.segmentWidth} x ${segment.rows} px of 8 bits`;
    throw unreadable(wanted, `${width} x ${height}`, segment.offset);
  }
  const samples = layout.isPlanar ? 1 : layout.sampleCount;
  if (componentCount !== samples || (samples !== 1 && samples !== 3)) {
    const wanted = `TIFF JPEG segments must have 1 or 3 samples, as the page has`;
    throw unreadable(wanted, componentCount, segment.offset);
  }
  checkJpegScans(stream);
  const { values } = await decodeJpeg(stream, frame);
  return values.subarray(0, segment.byteCount);
}

function withoutJfif(stream: Uint8Array): Uint8Array {
  const head = Buffer.from(stream.buffer, stream.byteOffset, Math.min(stream.length, JFIF.length));
  return head.toString("latin1") === JFIF ? stream.subarray(18) : stream;
}
