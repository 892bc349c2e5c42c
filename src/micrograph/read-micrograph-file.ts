import { readFileSync } from "node:fs";
import { unreadableInput } from "../core/index.ts";
import type { Micrograph } from "./micrograph.ts";
import { readMicrograph } from "./read-micrograph.ts";
import type { ReadOptions } from "./read-options.ts";

/**
 * Reads a micrograph file as it is stored: masks, and whatever else is not taken for an image of a specimen.
 *
 * @param path of the file
 * @param options which of several arrays in the file
 * @param name what errors call it
 * @returns what readMicrograph gives
 * @throws UsageError where the file cannot be read, RangeError where it is no micrograph
 */
export async function readMicrographFile(
  path: string,
  options: ReadOptions = {},
  name = path,
): Promise<Micrograph> {
  let bytes: Uint8Array;
  try {
    // not the promise: it collects pieces, and holds the file twice when it joins them
    bytes = readFileSync(path);
  } catch (cause) {
    throw unreadableInput({ action: "read micrograph", where: name }, "file must be readable", cause);
  }
  return readMicrograph(bytes, name, options);
}
