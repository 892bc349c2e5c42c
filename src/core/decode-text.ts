/**
 * The text of a file in the encodings that spreadsheets and instruments write: UTF-8, UTF-16 with its mark, else Windows-1252.
 *
 * @param bytes the whole file
 * @returns its text without a byte-order mark
 * @example
 * import { decodeText } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(decodeText(Uint8Array.of(0xb5, 0x6d))).toBe("\u00b5m");
 * expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x6e, 0, 0x6d, 0))).toBe("nm");
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
