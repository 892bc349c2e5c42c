import { unreadable } from "../unreadable.ts";
import { CODE_BITS, HORIZONTAL, MODE_CODES, PASS, RUN_CODES } from "./ccitt-codes.ts";
import type { CodeTable } from "./ccitt-codes.ts";

/** Which of the three codings of TIFF [tiff6] sections 10 and 11. */
export type CcittCoding = "modified-huffman" | "group3" | "group4";

/** Reads bits, highest first; past the end it gives zeros and says so. */
class BitReader {
  readonly #source: Uint8Array;
  position = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
  }
  get isAtEnd(): boolean {
    return this.position >= this.#source.length * 8;
  }
  bit(): number {
    const byte = this.#source[this.position >> 3] ?? 0;
    return (byte >> (7 - (this.position++ & 7))) & 1;
  }
  /** The bits that a code may take, left where they are. */
  nextCodeBits(): number {
    const at = this.position >> 3;
    const [first, second, third] = [
      this.#source[at] ?? 0,
      this.#source[at + 1] ?? 0,
      this.#source[at + 2] ?? 0,
    ];
    const bits = (first << 16) | (second << 8) | third;
    return (bits >> (24 - CODE_BITS - (this.position & 7))) & ((1 << CODE_BITS) - 1);
  }
  alignToByte(): void {
    this.position = (this.position + 7) & ~7;
  }
}

/**
 * Decodes 1-bit rows of fax coding [itut4] [itut6].
 *
 * @throws RangeError on a code that is in no table
 */
export function decodeCcitt(
  source: Uint8Array,
  width: number,
  height: number,
  coding: CcittCoding,
  isTwoDimensional = coding === "group4",
): Uint8Array {
  const reader = new BitReader(source);
  const rowBytes = Math.ceil(width / 8);
  const result = new Uint8Array(rowBytes * height);
  let reference: readonly number[] = [width];
  for (let y = 0; y < height && !reader.isAtEnd; y++) {
    if (coding === "modified-huffman") reader.alignToByte();
    const isTwoRow = coding === "group3" ? startOfGroup3Row(reader, isTwoDimensional) : coding === "group4";
    const changes = isTwoRow
      ? readTwoDimensional(reader, reference, width)
      : readOneDimensional(reader, width);
    if (changes === null) break;
    paintInto(result, y * rowBytes, changes, width);
    reference = changes;
  }
  return result;
}

/** Skips fill bits and the end-of-line code (11 zeros, a one); says whether the row is coded in two dimensions. */
function startOfGroup3Row(reader: BitReader, isTwoDimensional: boolean): boolean {
  const start = reader.position;
  let zeros = 0;
  while (!reader.isAtEnd && reader.bit() === 0) zeros++;
  if (zeros < 11) {
    reader.position = start; // no end-of-line code here
    return false;
  }
  return isTwoDimensional ? reader.bit() === 0 : false;
}

function readCode(reader: BitReader, { values, lengths }: CodeTable): number | null {
  const bits = reader.nextCodeBits();
  const length = lengths[bits];
  if (length > 0) {
    reader.position += length;
    return values[bits];
  }
  reader.position += CODE_BITS;
  // eleven zeros begin an end-of-line code: the block ends here
  if (bits >> 2 === 0 || reader.isAtEnd) return null;
  throw unreadable(
    "fax code must be in the tables of T.4 and T.6",
    bits.toString(2).padStart(CODE_BITS, "0"),
  );
}

function readRun(reader: BitReader, isBlack: boolean): number | null {
  const table = isBlack ? RUN_CODES.black : RUN_CODES.white;
  for (let run = 0; ;) {
    const part = readCode(reader, table);
    if (part === null) return null;
    run += part;
    if (part < 64) return run;
  }
}

/** Columns at which the colour changes, white first; ends with the width. */
function readOneDimensional(reader: BitReader, width: number): number[] | null {
  const changes: number[] = [];
  let [column, isBlack] = [0, false];
  while (column < width) {
    const run = readRun(reader, isBlack);
    if (run === null) return changes.length === 0 ? null : [...changes, width];
    column = Math.min(width, column + run);
    changes.push(column);
    isBlack = !isBlack;
  }
  return changes;
}

function readTwoDimensional(reader: BitReader, reference: readonly number[], width: number): number[] | null {
  const changes: number[] = [];
  // where the search for b1 goes on: one index for each colour, since a0 never goes back
  const next = { white: 0, black: 1 };
  let [a0, isBlack] = [-1, false];
  while (a0 < width) {
    const mode = readCode(reader, MODE_CODES);
    if (mode === null) return changes.length === 0 ? null : [...changes, width];
    const color = isBlack ? "black" : "white";
    while (next[color] < reference.length && reference[next[color]] <= a0) next[color] += 2;
    const b1 = reference[next[color]] ?? width;
    if (mode === PASS) a0 = reference[next[color] + 1] ?? width;
    else if (mode === HORIZONTAL) {
      for (const isRunBlack of [isBlack, !isBlack]) {
        const run = readRun(reader, isRunBlack);
        if (run === null) return [...changes, width];
        a0 = Math.min(width, Math.max(0, a0) + run);
        changes.push(a0);
      }
    } else {
      a0 = Math.max(a0, 0, Math.min(width, b1 + mode));
      changes.push(a0);
      isBlack = !isBlack;
    }
  }
  return changes;
}

function paintInto(result: Uint8Array, rowStart: number, changes: readonly number[], width: number): void {
  for (let i = 0; i < changes.length; i += 2) {
    const end = Math.min(width, changes[i + 1] ?? width);
    for (let x = changes[i]; x < end; x++) result[rowStart + (x >> 3)] |= 0x80 >> (x & 7);
  }
}
