import { readFile } from "node:fs/promises";
import type { Micrograph } from "./micrograph.ts";
import { readMicrograph } from "./read-micrograph.ts";
import type { ReadOptions } from "./read-options.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "a folder",
  EACCES: "no permission",
};

/**
 * Reads a micrograph file as it is stored: masks, and whatever else is not taken for an image of a specimen.
 *
 * @param path of the file
 * @param options which of several arrays in the file
 * @param name what errors call it
 * @returns what readMicrograph gives
 * @throws RangeError where the file cannot be read, or is no micrograph
 */
export async function readMicrographFile(
  path: string,
  options: ReadOptions = {},
  name = path,
): Promise<Micrograph> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "an error";
    const got = REASONS[code] ?? code;
    throw new RangeError(`Cannot read micrograph: file must be readable, got ${got} (${name})`, { cause });
  }
  return readMicrograph(bytes, name, options);
}
