import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { decodeLzw } from "../../src/micrograph/tiff/lzw.ts";

/** LZW as TIFF has it [tiff6] section 13, whose table is cleared when it holds so many entries, or never. */
function encodeLzw(values: Uint8Array, clearedAt: number): Uint8Array {
  const bytes: number[] = [];
  let [held, bits, width, next] = [0, 0, 9, 258];
  let table = new Map<string, number>();
  const put = (code: number) => {
    held = (held << width) | code;
    for (bits += width; bits >= 8; bits -= 8) bytes.push((held >> (bits - 8)) & 255);
    held &= (1 << bits) - 1;
  };
  const codeOf = (text: string) => (text.length === 1 ? text.charCodeAt(0) : table.get(text));
  put(256);
  let text = "";
  for (const value of values) {
    const longer = text + String.fromCharCode(value);
    if (codeOf(longer) !== undefined) {
      text = longer;
      continue;
    }
    put(codeOf(text) ?? NaN);
    if (next < 4096) table.set(longer, next++);
    // the decoder knows of an entry one code later, and widens one code early
    if (next > (1 << width) - 1 && width < 12) width++;
    text = String.fromCharCode(value);
    if (next < clearedAt) continue;
    put(codeOf(text) ?? NaN);
    put(256);
    [width, next, table, text] = [9, 258, new Map(), ""];
  }
  if (text !== "") {
    put(codeOf(text) ?? NaN);
    if (next < 4096 && ++next > (1 << width) - 1 && width < 12) width++;
  }
  put(257);
  bytes.push((held << (8 - bits)) & 255);
  return Uint8Array.from(bytes);
}

describe("decodeLzw() gives back", () => {
  const rng = openRandomStream(1, "lzw");
  const drawn = (count: number, greys: number) =>
    Uint8Array.from({ length: count }, () => rng.integerBelow(greys));
  test.each([
    ["noise", drawn(30_000, 256)],
    ["few greys", drawn(60_000, 3)],
    ["one grey", new Uint8Array(60_000).fill(7)],
    ["noise and runs", Uint8Array.from(drawn(40_000, 256), (value, i) => (i % 1000 < 500 ? value : 9))],
    ["a byte", drawn(1, 256)],
  ])("%s, whatever the table is cleared at", (_, values) => {
    for (const clearedAt of [300, 4093, 4095, Infinity]) {
      const found = decodeLzw(encodeLzw(values, clearedAt), values.length);
      expect(Buffer.compare(found, values)).toBe(0);
    }
  });
});

test("decodeLzw() ends with the source, and refuses codes of no entry", () => {
  const whole = encodeLzw(
    Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) & 255),
    4093,
  );
  for (const kept of [0, 1, 2, 3, 100]) {
    expect(decodeLzw(whole.subarray(0, kept), 1000).length).toBeLessThan(kept + 1);
  }
  // clear, then the code of 300
  expect(() => decodeLzw(Uint8Array.of(0x80, 0x4b, 0, 0), 10)).toThrow(
    /LZW code must be at most 258, got 300/,
  );
});
