import { ByteCursor, type CursorNumber } from "../byte-cursor.ts";
import type { ByteSource } from "../byte-source.ts";
import { bytesPerValue } from "../stored-values.ts";
import { unreadable } from "../unreadable.ts";

/** An array that stays in the file: where it is and how many bytes. */
export interface DmArray {
  readonly kind: "array";
  readonly offset: number;
  readonly byteLength: number;
  /** Number of elements; structs count once. */
  readonly count: number;
}

/** A group of tags; unnamed tags are numbered "0", "1", ... in their order. */
export interface DmGroup {
  readonly kind: "group";
  readonly entries: ReadonlyMap<string, DmNode>;
}

/** A node of the tag tree: a group, a value, or an array left in the file. */
export type DmNode = DmGroup | DmArray | string | number | boolean;

/** A parsed file: its version, the byte order of its data, and the tags. */
export interface DmFile {
  readonly version: 3 | 4;
  readonly isLittleEndian: boolean;
  readonly root: DmGroup;
}

/** Simple types by code [dmformat]. */
const TYPES: Readonly<Record<number, CursorNumber | "bool">> = {
  2: "int16",
  3: "int32",
  4: "uint16",
  5: "uint32",
  6: "float32",
  7: "float64",
  8: "bool",
  9: "uint8",
  10: "uint8",
  11: "int64",
  12: "uint64",
};
const bytesOf = (type: number) => (type in TYPES ? bytesPerValue(TYPES[type]) : undefined);
const STRUCT = 15;
const STRING = 18;
const ARRAY = 20;

const MAX_DEPTH = 64;
/** Arrays of 16-bit units up to this length are taken for text. */
const MAX_TEXT_UNITS = 4096;

/**
 * Parses the tag tree of a DigitalMicrograph file, version 3 or 4 [dmformat].
 *
 * Structure is big-endian, values have the byte order that the header names. Version 4 has 64-bit sizes.
 *
 * @throws RangeError on damaged trees, with the offset
 */
export function parseDmFile(file: Uint8Array | ByteSource): DmFile {
  const header = new ByteCursor(file, "DM", false);
  const version = header.uint32();
  if (version !== 3 && version !== 4) throw unreadable("DM version must be 3 or 4", version, 0);
  header.skip(version === 4 ? 8 : 4); // length of the root group
  const order = header.uint32();
  if (order > 1) throw unreadable("DM byte order must be 0 or 1", order, header.offset - 4);
  const reader = new DmReader(header, version, order === 1);
  return { version, isLittleEndian: order === 1, root: reader.group(0) };
}

/** Walks the tree; sizes are 32 bits in version 3 and 64 in version 4. */
class DmReader {
  readonly #cursor: ByteCursor;
  readonly #version: 3 | 4;
  readonly #isLittleEndian: boolean;

  constructor(cursor: ByteCursor, version: 3 | 4, isLittleEndian: boolean) {
    this.#cursor = cursor;
    this.#version = version;
    this.#isLittleEndian = isLittleEndian;
  }

  group(depth: number): DmGroup {
    if (depth > MAX_DEPTH) {
      throw unreadable(`DM groups must be nested at most ${MAX_DEPTH} deep`, "more", this.#cursor.offset);
    }
    this.#cursor.skip(2); // sorted, open
    const count = this.#size();
    const entries = new Map<string, DmNode>();
    for (let i = 0; i < count; i++) {
      const start = this.#cursor.offset;
      const kind = this.#cursor.uint8();
      if (kind === 0) break;
      if (kind !== 20 && kind !== 21)
        throw unreadable("DM tag must be a group (20) or data (21)", kind, start);
      const label = this.#cursor.latin1(this.#cursor.uint16());
      if (this.#version === 4) this.#cursor.skip(8); // bytes of the tag
      entries.set(label === "" ? String(i) : label, kind === 20 ? this.group(depth + 1) : this.#data(label));
    }
    return { kind: "group", entries };
  }

  #size(): number {
    return this.#version === 4 ? this.#cursor.uint64() : this.#cursor.uint32();
  }

  #data(label: string): DmNode {
    const start = this.#cursor.offset;
    const mark = this.#cursor.latin1(4);
    if (mark !== "%%%%") throw unreadable("DM data must begin with %%%%", JSON.stringify(mark), start);
    const infoCount = this.#size();
    if (infoCount > 10_000) throw unreadable("DM type must have at most 10000 numbers", infoCount, start + 4);
    const info = Array.from({ length: infoCount }, () => this.#size());
    const [type] = info;
    if (type === ARRAY) return this.#array(info, label);
    if (type === STRING) return this.#text(this.#cursor.bytes(info[1] ?? 0));
    if (type === STRUCT) return this.#struct(info);
    return this.#value(type);
  }

  /** Fields become a group "0", "1", ...; info is 15, name length, field count, then (name length, type) each. */
  #struct(info: readonly number[]): DmGroup {
    const types = fieldTypes(info, this.#cursor.offset);
    const entries = new Map<string, DmNode>();
    for (const [field, type] of types.entries()) entries.set(String(field), this.#value(type));
    return { kind: "group", entries };
  }

  #array(info: readonly number[], label: string): DmNode {
    const count = info[info.length - 1] ?? 0;
    const elementBytes =
      info[1] === STRUCT ? structBytes(info.slice(1), this.#cursor.offset) : bytesOf(info[1]);
    if (elementBytes === undefined)
      throw unreadable("DM array type must be known", info[1], this.#cursor.offset);
    const offset = this.#cursor.offset;
    const byteLength = elementBytes * count;
    // pixels of small 16-bit images have the type of text; their label tells
    const isText = info[1] === 4 && count <= MAX_TEXT_UNITS && label !== "Data";
    if (isText) return this.#text(this.#cursor.bytes(byteLength));
    this.#cursor.skip(byteLength);
    return { kind: "array", offset, byteLength, count };
  }

  /** 16-bit text in the data's byte order. */
  #text(bytes: Uint8Array): string {
    const copy = Buffer.from(bytes.subarray(0, bytes.length & ~1));
    return (this.#isLittleEndian ? copy : copy.swap16()).toString("utf16le").replaceAll("\0", "");
  }

  #value(type: number | undefined): number | boolean {
    const cursor = this.#cursor;
    const start = cursor.offset;
    cursor.useLittleEndian(this.#isLittleEndian);
    const value = readSimple(cursor, type);
    cursor.useLittleEndian(false);
    if (value === null) throw unreadable("DM value type must be known", String(type), start);
    return value;
  }
}

/** Types of a struct's fields; the count may not exceed the numbers that follow it. */
function fieldTypes(info: readonly number[], offset: number): number[] {
  const count = info[2] ?? 0;
  if (3 + 2 * count > info.length) {
    throw unreadable(`DM struct must have at most ${(info.length - 3) / 2} fields`, count, offset);
  }
  return Array.from({ length: count }, (_, field) => info[4 + 2 * field]);
}

function structBytes(info: readonly number[], offset: number): number | undefined {
  const sizes = fieldTypes(info, offset).map(bytesOf);
  return sizes.every((size) => size !== undefined) ? sizes.reduce((sum, size) => sum + size, 0) : undefined;
}

function readSimple(cursor: ByteCursor, type: number | undefined): number | boolean | null {
  if (type === undefined || !(type in TYPES)) return null;
  const name = TYPES[type];
  return name === "bool" ? cursor.uint8() !== 0 : cursor[name]();
}

/**
 * The node at a path of labels.
 *
 * @returns the node; undefined where there is none
 */
export function dmNode(group: DmGroup, ...path: readonly string[]): DmNode | undefined {
  let node: DmNode | undefined = group;
  for (const label of path) {
    if (typeof node !== "object" || node.kind !== "group") return undefined;
    node = node.entries.get(label);
  }
  return node;
}

/** The group at a path of labels; an empty one where there is none. */
export function dmGroup(group: DmGroup, ...path: readonly string[]): DmGroup {
  const node = dmNode(group, ...path);
  return typeof node === "object" && node.kind === "group" ? node : { kind: "group", entries: new Map() };
}
