import { beyondMemory, failureText, unreadableInput } from "../core/index.ts";
import { openFileBytes } from "./file-bytes.ts";
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
  const source = openFileBytes(path, name);
  let bytes: Uint8Array;
  try {
    const beyond = beyondMemory(source.byteLength);
    if (beyond !== null) {
      const text = failureText(
        { action: "read micrograph", where: name },
        `file must ${beyond.wanted}`,
        beyond.got,
      );
      throw new RangeError(`${text}; ${beyond.remedy}`);
    }
    bytes = source.read(0, source.byteLength);
  } catch (cause) {
    throw cause instanceof RangeError
      ? cause
      : unreadableInput({ action: "read micrograph", where: name }, "file must be readable", cause);
  } finally {
    source.close();
  }
  return readMicrograph(bytes, name, options);
}
