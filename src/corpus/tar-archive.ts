import { checkNumber, rangeError } from "../core/index.ts";

/** Bytes of a header, and what a file is filled up to. */
const BLOCK = 512;
/** Longest name of the plain format [bytes]. */
const LONGEST_NAME = 100;
/** Largest size in eleven octal digits [bytes]. */
const MOST_BYTES = 8 ** 11 - 1;

/** What an archive ends on: two empty blocks. */
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK);

/**
 * A file as it stands in a tar archive (POSIX ustar): header and contents, filled up to whole blocks. An archive is its files one
 * after the other and TAR_END; it holds no time and no owner, so that the same files give the same bytes.
 *
 * @param name of ASCII characters, at most 100
 * @param bytes contents
 * @returns a multiple of 512 bytes
 * @throws RangeError for a name that the format cannot hold
 * @example
 * import { tarEntry } from "../src/corpus/index.ts";
 * import { expect } from "vitest";
 * const entry = tarEntry("a.txt", new TextEncoder().encode("hi"));
 * expect(entry.length).toBe(1024);
 * expect(new TextDecoder().decode(entry.subarray(512, 514))).toBe("hi");
 */
export function tarEntry(name: string, bytes: Uint8Array): Uint8Array {
  const action = "write tar archive";
  if (!/^[\x21-\x7e]+$/.test(name) || name.length > LONGEST_NAME) {
    throw rangeError({ action }, `name must be 1 to ${LONGEST_NAME} ASCII characters`, JSON.stringify(name));
  }
  checkNumber("bytes", bytes.length, { max: MOST_BYTES, action });
  const entry = new Uint8Array(BLOCK + Math.ceil(bytes.length / BLOCK) * BLOCK);
  const put = (at: number, text: string) => entry.set(new TextEncoder().encode(text), at);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  put(0, name);
  put(100, `${octal(0o644, 7)}\0`);
  // owner, group
  put(108, `${octal(0, 7)}\0`);
  put(116, `${octal(0, 7)}\0`);
  put(124, `${octal(bytes.length, 11)}\0`);
  // time: 1 January 1970
  put(136, `${octal(0, 11)}\0`);
  // the checksum is that of a header with blanks in its place
  put(148, " ".repeat(8));
  put(156, "0");
  put(257, "ustar\x0000");
  const sum = entry.subarray(0, BLOCK).reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)}\0 `);
  entry.set(bytes, BLOCK);
  return entry;
}
