import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { CODE_BITS, RUN_CODES } from "../../src/micrograph/tiff/ccitt-codes.ts";
import { decodeCcitt } from "../../src/micrograph/tiff/ccitt.ts";

/** The bits of a run's code, from the table that codes are looked up in. */
function codeOf(table: Int32Array, run: number): string {
  const bits = table.findIndex((found) => found !== 0 && found >> 4 === run);
  const length = table[bits] & 15;
  return (bits >> (CODE_BITS - length)).toString(2).padStart(length, "0");
}

function bitsOfRun(run: number, isBlack: boolean): string {
  const table = isBlack ? RUN_CODES.black : RUN_CODES.white;
  const longest = codeOf(table, 2560).repeat(Math.floor(run / 2560));
  const rest = run % 2560;
  return longest + (rest >= 64 ? codeOf(table, rest & ~63) : "") + codeOf(table, rest % 64);
}

describe("decodeCcitt()", () => {
  const rng = openRandomStream(1, "ccitt");

  test("gives the runs that rows were coded from, short, long and without pixels", () => {
    for (let trial = 0; trial < 300; trial++) {
      const width = 1 + rng.integerBelow(trial % 10 === 0 ? 6000 : 200);
      const pixels: number[] = [];
      let bits = "";
      for (let isBlack = false; pixels.length < width; isBlack = !isBlack) {
        const longest = rng.integerBelow(2) === 0 ? 4 : 3000;
        const run = Math.min(width - pixels.length, rng.integerBelow(longest));
        bits += bitsOfRun(run, isBlack);
        for (let i = 0; i < run; i++) pixels.push(isBlack ? 1 : 0);
      }
      const bytes = Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
        parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, "0"), 2),
      );
      const row = decodeCcitt(bytes, width, 1, "modified-huffman");
      const got = Array.from({ length: width }, (_, x) => (row[x >> 3] >> (7 - (x & 7))) & 1);
      expect(got).toEqual(pixels);
    }
  });

  /** White 2 and black 3, then zeros or nothing; white 2, black 6, white 2, black 7; a vertical code of one to the right; one row of two. */
  test.each([
    [
      "ends early",
      [0b01111000, 0b00000000, 0b00000000],
      "modified-huffman",
      "row 0 of the fax code must have 16 px, got 5 px at its byte ",
    ],
    [
      "ends with the bytes",
      [0b01111000],
      "modified-huffman",
      "row 0 of the fax code must have 16 px, got 5 px at its byte ",
    ],
    [
      "is too long",
      [0b01110010, 0b01110001, 0b10000000],
      "modified-huffman",
      "row 0 of the fax code must have 16 px, got 17 px at its byte ",
    ],
    [
      "leads beyond the image",
      [0b01110000],
      "group4",
      "row 0 of the fax code must have 16 px, got 17 px at its byte ",
    ],
    [
      "is missing, with all behind it",
      [],
      "group4",
      "the fax code must have 2 rows, got 0, the end at its byte 0\nthe file is damaged: copy it anew from its source, or export it without fax coding",
    ],
    ["is missing", [0b10000000], "group4", "row 1 of the fax code must have 16 px, got 0 px at its byte "],
  ] as const)("refuses a row that %s, which has pixels that nobody recorded", (_, bytes, coding, words) => {
    expect(() => decodeCcitt(Uint8Array.from(bytes), 16, 2, coding)).toThrow(words);
  });

  test("refuses a code that is in no table", () => {
    expect(() => decodeCcitt(Uint8Array.of(0b00000001, 0b00000000), 8, 1, "group4")).toThrow(
      "each fax code must be in the tables of T.4 and T.6, got 0000000100000 at its byte 0",
    );
  });
});
