import type { ByteSource } from "./byte-source.ts";
import { sourceOf } from "./byte-source.ts";
import type { PixelType } from "./micrograph.ts";
import { unreadable } from "./unreadable.ts";

/** Bytes that are read ahead from a source that is not in memory. */
const WINDOW_BYTES = 2 ** 16;

/** A kind of number that a cursor reads by the method of that name. */
export type CursorNumber = keyof ByteCursor & PixelType;

/** Reads numbers and text from bytes in order; a read past the end throws with the offset instead of wrapping. */
export class ByteCursor {
  readonly #source: ByteSource;
  readonly #format: string;
  #view: DataView;
  #viewStart = 0;
  #offset: number;
  #isLittleEndian: boolean;

  /**
   * @param bytes the whole file
   * @param format name for the error texts
   * @param isLittleEndian byte order of numbers; can be changed by `useLittleEndian`
   * @param offset first byte to read
   */
  constructor(bytes: Uint8Array | ByteSource, format: string, isLittleEndian: boolean, offset = 0) {
    const isInMemory = bytes instanceof Uint8Array;
    this.#source = isInMemory ? sourceOf(bytes) : bytes;
    this.#view = isInMemory ? viewOf(bytes) : new DataView(new ArrayBuffer(0));
    this.#format = format;
    this.#isLittleEndian = isLittleEndian;
    this.#offset = offset;
  }

  /** Offset of the next byte. */
  get offset(): number {
    return this.#offset;
  }

  get byteLength(): number {
    return this.#source.byteLength;
  }

  /** Bytes from here to the end of the file. */
  get remaining(): number {
    return this.#source.byteLength - this.#offset;
  }

  useLittleEndian(isLittleEndian: boolean): void {
    this.#isLittleEndian = isLittleEndian;
  }

  /** Moves to an absolute offset, which may be the end but not beyond it. */
  seek(offset: number): this {
    if (Number.isSafeInteger(offset) && offset >= 0 && offset <= this.#source.byteLength) {
      this.#offset = offset;
      return this;
    }
    const wanted = `${this.#format} offsets must lie within the file of ${this.#source.byteLength} bytes`;
    throw unreadable(wanted, String(offset), this.#offset);
  }

  skip(byteCount: number): this {
    return this.seek(this.#offset + byteCount);
  }

  uint8(): number {
    return this.#at(1).getUint8(this.#place(1));
  }
  int8(): number {
    return this.#at(1).getInt8(this.#place(1));
  }
  uint16(): number {
    return this.#at(2).getUint16(this.#place(2), this.#isLittleEndian);
  }
  int16(): number {
    return this.#at(2).getInt16(this.#place(2), this.#isLittleEndian);
  }
  uint32(): number {
    return this.#at(4).getUint32(this.#place(4), this.#isLittleEndian);
  }
  int32(): number {
    return this.#at(4).getInt32(this.#place(4), this.#isLittleEndian);
  }
  /** 64-bit integers as numbers: exact below 2^53, which every offset and size of a real file is. */
  uint64(): number {
    return Number(this.#at(8).getBigUint64(this.#place(8), this.#isLittleEndian));
  }
  int64(): number {
    return Number(this.#at(8).getBigInt64(this.#place(8), this.#isLittleEndian));
  }
  float32(): number {
    return this.#at(4).getFloat32(this.#place(4), this.#isLittleEndian);
  }
  float64(): number {
    return this.#at(8).getFloat64(this.#place(8), this.#isLittleEndian);
  }

  /** A view of the next bytes, not a copy. */
  bytes(byteCount: number): Uint8Array {
    const start = this.#advance(byteCount);
    return this.#source.read(start, byteCount);
  }

  /** Text with one byte a character (Latin-1). */
  latin1(byteCount: number): string {
    return Buffer.from(this.bytes(byteCount)).toString("latin1");
  }

  /** The view that has the next bytes; they are gone past when their place is asked for. */
  #at(byteCount: number): DataView {
    const end = this.#viewStart + this.#view.byteLength;
    if (this.#offset < this.#viewStart || this.#offset + byteCount > end) {
      this.#checkLeft(byteCount);
      this.#viewStart = this.#offset;
      this.#view = viewOf(this.#source.read(this.#offset, Math.min(this.remaining, WINDOW_BYTES)));
    }
    return this.#view;
  }

  #place(byteCount: number): number {
    return this.#advance(byteCount) - this.#viewStart;
  }

  #checkLeft(byteCount: number): void {
    if (Number.isSafeInteger(byteCount) && byteCount >= 0 && byteCount <= this.remaining) return;
    const wanted = `${this.#format} needs ${byteCount} more bytes`;
    throw unreadable(wanted, `${this.remaining} before the end`, this.#offset);
  }

  #advance(byteCount: number): number {
    const start = this.#offset;
    this.#checkLeft(byteCount);
    this.#offset += byteCount;
    return start;
  }
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
