/** Run-length codes of ITU-T T.4 tables 2 and 3 [itut4]: terminating codes of 0 to 63, then make-up codes of 64, 128, ... */
const WHITE = `
00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101 101010 101011
0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010 00000011 00011010
00011011 00010010 00010011 00010100 00010101 00010110 00010111 00101000 00101001 00101010 00101011 00101100 00101101
00000100 00000101 00001010 00001011 01010010 01010011 01010100 01010101 00100100 00100101 01011000 01011001 01011010
01011011 01001010 01001011 00110010 00110011 00110100
11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 011001101 011010010
011010011 011010100 011010101 011010110 011010111 011011000 011011001 011011010 011011011 010011000 010011001
010011010 011000 010011011`;

const BLACK = `
0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111 000011000 0000010111
0000011000 0000001000 00001100111 00001101000 00001101100 00000110111 00000101000 00000010111 00000011000 000011001010
000011001011 000011001100 000011001101 000001101000 000001101001 000001101010 000001101011 000011010010 000011010011
000011010100 000011010101 000011010110 000011010111 000001101100 000001101101 000011011010 000011011011 000001010100
000001010101 000001010110 000001010111 000001100100 000001100101 000001010010 000001010011 000000100100 000000110111
000000111000 000000100111 000000101000 000001011000 000001011001 000000101011 000000101100 000001011010 000001100110
000001100111
0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100 0000001101101
0000001001010 0000001001011 0000001001100 0000001001101 0000001110010 0000001110011 0000001110100 0000001110101
0000001110110 0000001110111 0000001010010 0000001010011 0000001010100 0000001010101 0000001011010 0000001011011
0000001100100 0000001100101`;

/** Make-up codes of 1792, 1856, ... for both colours. */
const EXTENDED = `
00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110 000000010111
000000011100 000000011101 000000011110 000000011111`;

/** Longest code [bits]. */
export const CODE_BITS = 13;

/** By the next 13 bits of a stream, the code that they begin with: 16 times its value, and its length; 0 where they begin with none. */
export type CodeTable = Int32Array;

/** @param codes bits, with a one put in front so that leading zeros count, and values */
function lookup(codes: readonly (readonly [number, number])[]): CodeTable {
  const table = new Int32Array(1 << CODE_BITS);
  for (const [code, value] of codes) {
    const length = 31 - Math.clz32(code);
    const free = CODE_BITS - length;
    const first = (code ^ (1 << length)) << free;
    table.fill(16 * value + length, first, first + (1 << free));
  }
  return table;
}

function tableOf(codes: string, runOf: (index: number) => number): [number, number][] {
  return codes
    .trim()
    .split(/\s+/)
    .map((code, index) => [parseInt(`1${code}`, 2), runOf(index)]);
}

const runLength = (index: number) => (index < 64 ? index : (index - 63) * 64);
const extended = tableOf(EXTENDED, (index) => 1792 + 64 * index);

/** Run lengths of white and of black. */
export const RUN_CODES: { readonly white: CodeTable; readonly black: CodeTable } = {
  white: lookup([...tableOf(WHITE, runLength), ...extended]),
  black: lookup([...tableOf(BLACK, runLength), ...extended]),
};

/** Two-dimensional codes of ITU-T T.6 table 1: vertical offsets -3 to 3, pass and horizontal mode. */
export const PASS = 100;
export const HORIZONTAL = 101;
export const MODE_CODES: CodeTable = lookup([
  [0b11, 0],
  [0b1011, 1],
  [0b1000011, 2],
  [0b10000011, 3],
  [0b1010, -1],
  [0b1000010, -2],
  [0b10000010, -3],
  [0b10001, PASS],
  [0b1001, HORIZONTAL],
]);

/** By the next 13 bits, a run of white and one of black, both of 1 to 63 pixels, whose codes they hold: 1024 black + 16 white + bits of both. */
export const RUN_PAIRS: CodeTable = RUN_CODES.white.map((white, bits) => {
  const [whiteRun, whiteBits] = [white >> 4, white & 15];
  const black = RUN_CODES.black[(bits << whiteBits) & ((1 << CODE_BITS) - 1)];
  const [blackRun, blackBits] = [black >> 4, black & 15];
  const isPair = whiteRun > 0 && whiteRun < 64 && blackRun > 0 && blackRun < 64;
  return isPair && whiteBits + blackBits <= CODE_BITS
    ? 1024 * blackRun + 16 * whiteRun + whiteBits + blackBits
    : 0;
});
