import { ByteCursor, type CursorNumber } from "../byte-cursor.ts";
import { sourceOf } from "../byte-source.ts";
import type { ByteSource } from "../byte-source.ts";
import { bytesPerValue } from "../stored-values.ts";
import { unreadable } from "../unreadable.ts";

/** One directory entry; its value is read when it is asked for. */
interface TiffTag {
  readonly type: number;
  readonly count: number;
  /** Byte of the file where the value begins. */
  readonly valueOffset: number;
}

/** One directory of a TIFF file with the file its tags point into. */
export interface TiffPage {
  readonly source: ByteSource;
  readonly isLittleEndian: boolean;
  readonly offset: number;
  readonly tags: ReadonlyMap<number, TiffTag>;
}

/** Numbers by TIFF type code [tiff6] section 2, bytes where none stands; 13 and 16 to 18 are TIFF-EP and BigTIFF. */
const TYPES: Readonly<Record<number, CursorNumber>> = {
  3: "uint16",
  4: "uint32",
  5: "uint32",
  6: "int8",
  8: "int16",
  9: "int32",
  10: "int32",
  11: "float32",
  12: "float64",
  13: "uint32",
  16: "uint64",
  17: "int64",
  18: "uint64",
};
const numberOf = (type: number) => TYPES[type] ?? "uint8";
/** Numerator and denominator. */
const isRational = (type: number) => type === 5 || type === 10;
const bytesOfType = (type: number) => bytesPerValue(numberOf(type)) * (isRational(type) ? 2 : 1);

const MAX_PAGES = 65_536;

/** Longest text of a tag that is looked at [bytes]. */
const MAX_TEXT_BYTES = 2 ** 24;

/**
 * Reads the chain of directories of a TIFF or BigTIFF file.
 *
 * A chain that comes back to a directory ends there.
 *
 * @param count directories that are wanted at most
 *
 * @throws RangeError on damaged headers and chains that leave the file
 */
export function parseTiffPages(file: Uint8Array | ByteSource, count = Infinity): TiffPage[] {
  const source = file instanceof Uint8Array ? sourceOf(file) : file;
  const isLittleEndian = new ByteCursor(source, "TIFF", false).uint8() === 0x49;
  const cursor = new ByteCursor(source, "TIFF", isLittleEndian, 2);
  const isBig = cursor.uint16() === 43;
  if (isBig) cursor.skip(4); // bytes an offset (8) and zero
  const offsetOf = () => (isBig ? cursor.uint64() : cursor.uint32());
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  let directoryBytes = 0;
  for (let next = offsetOf(); next !== 0 && !seen.has(next) && pages.length < count; next = offsetOf()) {
    if (pages.length === MAX_PAGES)
      throw unreadable(`TIFF must have at most ${MAX_PAGES} pages`, "more", next);
    seen.add(next);
    cursor.seek(next);
    pages.push({ source, isLittleEndian, offset: next, tags: readDirectory(cursor, isBig) });
    directoryBytes += cursor.offset - next;
    if (directoryBytes > source.byteLength) {
      throw unreadable("TIFF directories must lie apart", "some that overlap", next);
    }
    if (cursor.remaining < (isBig ? 8 : 4)) break; // writers that were killed leave the last link out
  }
  if (pages.length === 0) throw unreadable("TIFF must have a directory", "none", 4);
  return pages;
}

function readDirectory(cursor: ByteCursor, isBig: boolean): Map<number, TiffTag> {
  const start = cursor.offset;
  const count = isBig ? cursor.uint64() : cursor.uint16();
  const entryBytes = isBig ? 20 : 12;
  if (count * entryBytes > cursor.remaining) {
    throw unreadable(`TIFF directory of ${count} entries must fit in the file`, cursor.remaining, start);
  }
  const tags = new Map<number, TiffTag>();
  for (let i = 0; i < count; i++) {
    const tag = cursor.uint16();
    const type = cursor.uint16();
    const valueCount = isBig ? cursor.uint64() : cursor.uint32();
    const inline = cursor.offset;
    const pointer = isBig ? cursor.uint64() : cursor.uint32();
    const isInline = bytesOfType(type) * valueCount <= entryBytes - (isBig ? 12 : 8);
    if (!tags.has(tag)) tags.set(tag, { type, count: valueCount, valueOffset: isInline ? inline : pointer });
  }
  return tags;
}

/**
 * The raw bytes of a tag's value.
 *
 * @returns a view into the file; null without the tag
 * @throws RangeError when the value lies outside the file
 */
export function tagBytes(page: TiffPage, tag: number): Uint8Array | null {
  const entry = page.tags.get(tag);
  if (entry === undefined) return null;
  return bytesOf(page, tag, entry, entry.count);
}

function bytesOf(page: TiffPage, tag: number, { type, valueOffset }: TiffTag, count: number): Uint8Array {
  const cursor = new ByteCursor(page.source, `TIFF tag ${tag}`, page.isLittleEndian);
  return cursor.seek(valueOffset).bytes(bytesOfType(type) * count);
}

/**
 * Text of a tag, up to its first zero byte; UTF-8 where it is valid, else Latin-1.
 *
 * @returns text, cut after 16 MiB; null without the tag
 */
export function tagText(page: TiffPage, tag: number): string | null {
  const entry = page.tags.get(tag);
  if (entry === undefined) return null;
  const bytes = bytesOf(page, tag, entry, Math.min(entry.count, MAX_TEXT_BYTES));
  const end = bytes.indexOf(0);
  const text = Buffer.from(end < 0 ? bytes : bytes.subarray(0, end));
  const utf8 = text.toString("utf8");
  return utf8.includes("\ufffd") ? text.toString("latin1") : utf8;
}

/**
 * Numbers of a tag; rationals are divided.
 *
 * @param most so many are wanted: a tag with more is not read to its end
 * @returns the values; null without the tag
 */
export function tagNumbers(page: TiffPage, tag: number, most = Infinity): number[] | null {
  const entry = page.tags.get(tag);
  if (entry === undefined) return null;
  const count = Math.min(entry.count, most);
  const cursor = new ByteCursor(bytesOf(page, tag, entry, count), `TIFF tag ${tag}`, page.isLittleEndian);
  return Array.from({ length: count }, () => readNumber(cursor, entry.type));
}

/**
 * The first number of a tag.
 *
 * @returns the number; null without the tag
 */
export function tagNumber(page: TiffPage, tag: number): number | null {
  return tagNumbers(page, tag, 1)?.[0] ?? null;
}

function readNumber(cursor: ByteCursor, type: number): number {
  const name = numberOf(type);
  return isRational(type) ? cursor[name]() / cursor[name]() : cursor[name]();
}
