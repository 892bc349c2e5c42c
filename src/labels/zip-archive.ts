import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { ByteCursor, unreadable } from "../micrograph/index.ts";

/** One file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const FORMAT = "ZIP";
/** First bytes of a file, of its line in the directory, and of the directory's end [appnote]. */
const SIGNATURE = { file: 0x04034b50, directory: 0x02014b50, end: 0x06054b50 } as const;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
const STORED = 0;
const DEFLATED = 8;
/** Most bytes of all files together, unpacked: beyond any set of regions, small enough for memory. */
const MAX_UNPACKED_BYTES = 2 ** 28;
const MAX_ENTRY_COUNT = 65_535;
/** 1 January 1980, the earliest date that the format knows: the bytes do not depend on the clock. */
const EARLIEST_DATE = 0x0021;
const VERSION = 20;
const UTF8_NAMES = 0x0800;

/**
 * Unpacks an archive, by its directory, as far as files are stored or deflated.
 *
 * @throws RangeError on damaged archives, and on files of more than 256 MiB
 */
export function readZip(bytes: Uint8Array): ZipEntry[] {
  const cursor = new ByteCursor(bytes, FORMAT, true);
  const end = findEnd(bytes);
  cursor.seek(end + 10);
  const entryCount = cursor.uint16();
  cursor.skip(4);
  const entries: ZipEntry[] = [];
  let [offset, total] = [cursor.uint32(), 0];
  for (let i = 0; i < entryCount; i++) {
    const line = readDirectoryLine(cursor.seek(offset));
    offset = cursor.offset;
    total += line.unpackedBytes;
    if (total > MAX_UNPACKED_BYTES) {
      throw unreadable(`ZIP must unpack to at most ${MAX_UNPACKED_BYTES} bytes`, total, offset);
    }
    if (!line.name.endsWith("/")) entries.push({ name: line.name, bytes: unpack(bytes, line) });
  }
  return entries;
}

/** The directory's end stands behind everything but a comment. */
function findEnd(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const last = buffer.length - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
    if (buffer.readUInt32LE(at) === SIGNATURE.end) return at;
  }
  throw unreadable("ZIP must end with its directory", `${bytes.length} bytes without one`);
}

interface DirectoryLine {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly offset: number;
}

/** Leaves the cursor at the next line. */
function readDirectoryLine(cursor: ByteCursor): DirectoryLine {
  const start = cursor.offset;
  const signature = cursor.uint32();
  if (signature !== SIGNATURE.directory) {
    throw unreadable("ZIP directory must have a line for each file", `0x${signature.toString(16)}`, start);
  }
  const method = cursor.skip(6).uint16();
  const crc = cursor.skip(4).uint32();
  const [packedBytes, unpackedBytes] = [cursor.uint32(), cursor.uint32()];
  const [nameBytes, extraBytes, commentBytes] = [cursor.uint16(), cursor.uint16(), cursor.uint16()];
  const offset = cursor.skip(8).uint32();
  const name = Buffer.from(cursor.bytes(nameBytes)).toString("utf8");
  cursor.skip(extraBytes + commentBytes);
  return { name, method, crc, packedBytes, unpackedBytes, offset };
}

function unpack(bytes: Uint8Array, line: DirectoryLine): Uint8Array {
  const cursor = new ByteCursor(bytes, FORMAT, true).seek(line.offset);
  if (cursor.uint32() !== SIGNATURE.file) {
    throw unreadable("ZIP directory must point to files", `none for ${line.name}`, line.offset);
  }
  const [nameBytes, extraBytes] = [cursor.skip(22).uint16(), cursor.uint16()];
  const packed = cursor.skip(nameBytes + extraBytes).bytes(line.packedBytes);
  const unpacked = line.method === STORED ? packed : inflate(packed, line);
  if (unpacked.length === line.unpackedBytes && crc32(unpacked) === line.crc) return unpacked;
  throw unreadable(`ZIP file ${line.name} must have the directory's size and CRC`, "others", line.offset);
}

function inflate(packed: Uint8Array, { name, method, unpackedBytes, offset }: DirectoryLine): Uint8Array {
  if (method !== DEFLATED) throw unreadable(`ZIP file ${name} must be stored or deflated`, method, offset);
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, unpackedBytes) });
  } catch (cause) {
    throw unreadable(`ZIP file ${name} must be whole`, "damaged deflate data", offset, cause);
  }
}

/**
 * Packs files into an archive; the same files give the same bytes.
 *
 * @throws RangeError for more files than an archive can name
 */
export function encodeZip(entries: readonly ZipEntry[]): Uint8Array {
  if (entries.length > MAX_ENTRY_COUNT) {
    throw unreadable(`ZIP must have at most ${MAX_ENTRY_COUNT} files`, entries.length);
  }
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const packed = deflateRawSync(bytes);
    const facts = factsOf(name, bytes, packed);
    const file = Buffer.concat([uint32(SIGNATURE.file), facts, Buffer.from(name), packed]);
    // made by, then the same facts, then comment, disk, attributes, and where the file begins
    const line = [uint32(SIGNATURE.directory), uint16(VERSION), facts, Buffer.alloc(10), uint32(offset)];
    directory.push(Buffer.concat([...line, Buffer.from(name)]));
    files.push(file);
    offset += file.length;
  }
  const table = Buffer.concat(directory);
  const counts = [uint16(entries.length), uint16(entries.length), uint32(table.length), uint32(offset)];
  const end = [uint32(SIGNATURE.end), Buffer.alloc(4), ...counts, uint16(0)];
  return Buffer.concat([...files, table, ...end]);
}

/** What a file's head and its line in the directory have in common. */
function factsOf(name: string, bytes: Uint8Array, packed: Uint8Array): Buffer {
  const numbers = [VERSION, UTF8_NAMES, DEFLATED, 0, EARLIEST_DATE].map(uint16);
  const sizes = [crc32(bytes), packed.length, bytes.length].map(uint32);
  return Buffer.concat([...numbers, ...sizes, uint16(Buffer.byteLength(name)), uint16(0)]);
}

function littleEndian(value: number, byteCount: number): Buffer {
  const buffer = Buffer.alloc(byteCount);
  buffer.writeUIntLE(value, 0, byteCount);
  return buffer;
}

const uint16 = (value: number) => littleEndian(value, 2);
const uint32 = (value: number) => littleEndian(value, 4);
