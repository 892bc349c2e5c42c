import { unreadable } from "./unreadable.ts";

/** Reads numbers and text from bytes in order; a read past the end throws with the offset instead of wrapping. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #format: string;
  #offset: number;
  #isLittleEndian: boolean;

  /**
   * @param bytes the whole file
   * @param format name for the error texts
   * @param isLittleEndian byte order of numbers; can be changed by `useLittleEndian`
   * @param offset first byte to read
   */
  constructor(bytes: Uint8Array, format: string, isLittleEndian: boolean, offset = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#format = format;
    this.#isLittleEndian = isLittleEndian;
    this.#offset = offset;
  }

  /** Offset of the next byte. */
  get offset(): number {
    return this.#offset;
  }

  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** Bytes from here to the end of the file. */
  get remaining(): number {
    return this.#bytes.byteLength - this.#offset;
  }

  useLittleEndian(isLittleEndian: boolean): void {
    this.#isLittleEndian = isLittleEndian;
  }

  /** Moves to an absolute offset, which may be the end but not beyond it. */
  seek(offset: number): this {
    if (Number.isSafeInteger(offset) && offset >= 0 && offset <= this.#bytes.byteLength) {
      this.#offset = offset;
      return this;
    }
    const wanted = `${this.#format} offsets must lie within the file of ${this.#bytes.byteLength} bytes`;
    throw unreadable(wanted, String(offset), this.#offset);
  }

  skip(byteCount: number): this {
    return this.seek(this.#offset + byteCount);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }
  int8(): number {
    return this.#view.getInt8(this.#advance(1));
  }
  uint16(): number {
    return this.#view.getUint16(this.#advance(2), this.#isLittleEndian);
  }
  int16(): number {
    return this.#view.getInt16(this.#advance(2), this.#isLittleEndian);
  }
  uint32(): number {
    return this.#view.getUint32(this.#advance(4), this.#isLittleEndian);
  }
  int32(): number {
    return this.#view.getInt32(this.#advance(4), this.#isLittleEndian);
  }
  /** 64-bit integers as numbers: exact below 2^53, which every offset and size of a real file is. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), this.#isLittleEndian));
  }
  int64(): number {
    return Number(this.#view.getBigInt64(this.#advance(8), this.#isLittleEndian));
  }
  float32(): number {
    return this.#view.getFloat32(this.#advance(4), this.#isLittleEndian);
  }
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), this.#isLittleEndian);
  }

  /** A view of the next bytes, not a copy. */
  bytes(byteCount: number): Uint8Array {
    const start = this.#advance(byteCount);
    return this.#bytes.subarray(start, start + byteCount);
  }

  /** Text with one byte a character (Latin-1). */
  latin1(byteCount: number): string {
    return Buffer.from(this.bytes(byteCount)).toString("latin1");
  }

  #advance(byteCount: number): number {
    const start = this.#offset;
    if (!Number.isSafeInteger(byteCount) || byteCount < 0 || byteCount > this.remaining) {
      const wanted = `${this.#format} needs ${byteCount} more bytes`;
      throw unreadable(wanted, `${this.remaining} before the end`, start);
    }
    this.#offset += byteCount;
    return start;
  }
}
