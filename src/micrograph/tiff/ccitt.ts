import { unreadable, withRemedy } from "../unreadable.ts";
import { CODE_BITS, HORIZONTAL, MODE_CODES, PASS, RUN_CODES, RUN_PAIRS } from "./ccitt-codes.ts";
import type { CodeTable } from "./ccitt-codes.ts";

/** Which of the three codings of TIFF [tiff6] sections 10 and 11. */
export type CcittCoding = "modified-huffman" | "group3" | "group4";

/** No code: the block ends here. */
const END = -1000;

/** Reads codes and bits, highest first; past the end it gives zeros and says so. */
class BitReader {
  /** With zeros behind: a code may be looked for beyond the end. */
  readonly source: Uint8Array;
  readonly bitCount: number;
  position = 0;

  constructor(source: Uint8Array) {
    this.source = new Uint8Array(source.length + 4);
    this.source.set(source);
    this.bitCount = source.length * 8;
  }
  get isAtEnd(): boolean {
    return this.position >= this.bitCount;
  }
  bit(): number {
    const byte = this.source[this.position >>> 3];
    return (byte >> (7 - (this.position++ & 7))) & 1;
  }
  alignToByte(): void {
    this.position = (this.position + 7) & ~7;
  }
  /** Value of the next code, or END. */
  code(table: CodeTable): number {
    const found = this.isAtEnd ? 0 : table[codeBits(this.source, this.position)];
    if (found === 0) return this.endOfCodes();
    this.position += found & 15;
    return found >> 4;
  }
  /** Pixels of one colour: codes of 64 and more, then one of fewer; or END. */
  run(table: CodeTable): number {
    for (let run = 0; ;) {
      const part = this.code(table);
      if (part === END) return END;
      run += part;
      if (part < 64) return run;
    }
  }
  /** END where the block ends here, by its end or by the eleven zeros that begin an end-of-line code. */
  endOfCodes(): typeof END {
    const bits = this.isAtEnd ? 0 : codeBits(this.source, this.position);
    this.position += CODE_BITS;
    if (bits >> 2 === 0 || this.isAtEnd) return END;
    const got = bits.toString(2).padStart(CODE_BITS, "0");
    throw damaged("each fax code must be in the tables of T.4 and T.6", got, this.position - CODE_BITS);
  }
}

/** A strip from which some pixels are lost, with the bit that it was read to. */
function damaged(wanted: string, got: string, position: number): RangeError {
  const remedy = "the file is damaged: copy it anew from its source, or export it without fax coding";
  return unreadable(wanted, withRemedy(`${got} at its byte ${position >>> 3}`, remedy));
}

/** The bits that a code may take, left where they are. */
function codeBits(source: Uint8Array, position: number): number {
  const at = position >>> 3;
  const window = (source[at] << 16) | (source[at + 1] << 8) | source[at + 2];
  return (window >> (24 - CODE_BITS - (position & 7))) & ((1 << CODE_BITS) - 1);
}

/** Columns of a row at which the colour changes, rising, white before the first; the last is the width. */
class Changes {
  readonly columns: Int32Array;
  count = 0;

  constructor(width: number) {
    this.columns = new Int32Array(width + 2);
  }
  /** Two changes at one column are none: a run without pixels. */
  add(column: number): void {
    if (this.count > 0 && this.columns[this.count - 1] === column) this.count--;
    else this.columns[this.count++] = column;
  }
}

/**
 * Decodes 1-bit rows of fax coding [itut4] [itut6].
 *
 * A fax machine paints damaged rows as well as it can, and libtiff does, with the rest of the row in white; pixels that nobody recorded
 * are no measurement, so that they are refused here.
 *
 * @throws RangeError on a code that is in no table, on rows of other lengths than the image's, and where rows are missing
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
  let [changes, reference] = [new Changes(width), new Changes(width)];
  reference.add(width);
  for (let y = 0; y < height; y++) {
    if (reader.isAtEnd)
      throw damaged(`the fax code must have ${height} rows`, `${y}, the end`, reader.bitCount);
    if (coding === "modified-huffman") reader.alignToByte();
    const isTwoRow = coding === "group3" ? startOfGroup3Row(reader, isTwoDimensional) : coding === "group4";
    const row = result.subarray(y * rowBytes, (y + 1) * rowBytes);
    changes.count = 0;
    const reached = isTwoRow
      ? readTwoDimensional(reader, reference, changes, width)
      : isTwoDimensional
        ? readOneDimensional(reader, changes, width)
        : paintOneDimensional(reader, row, width);
    if (reached !== width)
      throw damaged(`row ${y} of the fax code must have ${width} px`, `${reached} px`, reader.position);
    if (isTwoDimensional) paintInto(row, changes, width);
    [changes, reference] = [reference, changes];
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

/** A row that a row of two dimensions may follow. Where it ends: its width, or where codes end or lead beyond it. */
function readOneDimensional(reader: BitReader, changes: Changes, width: number): number {
  let column = 0;
  for (let isBlack = false; column < width; isBlack = !isBlack) {
    const run = reader.run(isBlack ? RUN_CODES.black : RUN_CODES.white);
    if (run === END) return column;
    column += run;
    if (column <= width) changes.add(column);
  }
  return column;
}

/** Pixels of two short runs that are put into a number of 32 bits at once, beside the 7 that may wait there. */
const MOST_AT_ONCE = 24;

/**
 * A row that no other follows from, painted as it is read: short runs by the pair, eight pixels a store, and in local variables, for a
 * row can have as many codes as pixels. Where it ends: its width, or where codes end or lead beyond it.
 */
function paintOneDimensional(reader: BitReader, row: Uint8Array, width: number): number {
  const { source, bitCount } = reader;
  const { white, black } = RUN_CODES;
  let [position, table, column, run] = [reader.position, white, 0, 0];
  // pixels that fill no byte yet are the lowest bits of `waiting`
  let [waiting, waitingCount, at] = [0, 0, 0];
  while (column < width) {
    const bits = codeBits(source, position);
    const pair = table === white && run === 0 ? RUN_PAIRS[bits] : 0;
    const blackRun = pair >> 10;
    const pairRun = ((pair >> 4) & 63) + blackRun;
    if (pair !== 0 && pairRun <= MOST_AT_ONCE && column + pairRun <= width && position < bitCount) {
      position += pair & 15;
      column += pairRun;
      waiting = (waiting << pairRun) | ((1 << blackRun) - 1);
      for (waitingCount += pairRun; waitingCount >= 8;) row[at++] = waiting >>> (waitingCount -= 8);
      continue;
    }
    const found = position < bitCount ? table[bits] : 0;
    if (found === 0) break;
    position += found & 15;
    run += found >> 4;
    if (found >> 4 >= 64) continue;
    const start = column;
    column += run;
    if (column > width) break;
    if (waitingCount > 0) row[at] = waiting << (8 - waitingCount);
    if (table === black) paintRun(row, start, column);
    [at, waitingCount] = [column >> 3, column & 7];
    waiting = waitingCount === 0 ? 0 : row[at] >> (8 - waitingCount);
    table = table === white ? black : white;
    run = 0;
  }
  if (waitingCount > 0) row[at] = waiting << (8 - waitingCount);
  reader.position = position;
  if (column < width) reader.endOfCodes();
  return column;
}

/** Where the row ends: its width, or where codes end, lead beyond it or lead back. */
function readTwoDimensional(reader: BitReader, reference: Changes, changes: Changes, width: number): number {
  // where the search for b1 goes on: one index for each colour, since a0 never goes back
  const next = { white: 0, black: 1 };
  const columnAt = (i: number) => (i < reference.count ? reference.columns[i] : width);
  let [a0, isBlack] = [-1, false];
  while (a0 < width) {
    const mode = reader.code(MODE_CODES);
    if (mode === END) return Math.max(0, a0);
    const color = isBlack ? "black" : "white";
    while (next[color] < reference.count && reference.columns[next[color]] <= a0) next[color] += 2;
    const b1 = columnAt(next[color]);
    if (mode === PASS) a0 = columnAt(next[color] + 1);
    else if (mode === HORIZONTAL) {
      for (const isRunBlack of [isBlack, !isBlack]) {
        const run = reader.run(isRunBlack ? RUN_CODES.black : RUN_CODES.white);
        if (run === END) return Math.max(0, a0);
        a0 = Math.max(0, a0) + run;
        if (a0 > width) return a0;
        changes.add(a0);
      }
    } else {
      const a1 = b1 + mode;
      if (a1 <= a0 || a1 > width) return a1;
      a0 = a1;
      changes.add(a0);
      isBlack = !isBlack;
    }
  }
  return a0;
}

function paintInto(row: Uint8Array, { columns, count }: Changes, width: number): void {
  for (let i = 0; i < count; i += 2) paintRun(row, columns[i], i + 1 < count ? columns[i + 1] : width);
}

/** Sets the bits of columns, the first included, the last not. */
function paintRun(row: Uint8Array, start: number, end: number): void {
  const [first, last] = [start >> 3, end >> 3];
  // the bits from the first on, and those before the last
  const [head, tail] = [0xff >> (start & 7), 0xff & ~(0xff >> (end & 7))];
  if (first === last) {
    row[first] |= head & tail;
    return;
  }
  row[first] |= head;
  row.fill(0xff, first + 1, last);
  if (tail !== 0) row[last] |= tail;
}
