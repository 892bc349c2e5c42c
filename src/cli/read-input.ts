import { readFileSync, statSync } from "node:fs";
import { unreadableInput } from "../core/index.ts";

/**
 * The bytes of a file that a call names; of a pipe, too, but of no device, some of which have no end.
 *
 * @throws UsageError saying what was wanted, and why it cannot be read
 */
export function readInput(path: string, action: string, wanted: string): Buffer {
  try {
    const stat = statSync(path);
    if (stat.isCharacterDevice() || stat.isBlockDevice()) throw new Error("a device");
    return readFileSync(path);
  } catch (cause) {
    throw unreadableInput({ action, where: path }, wanted, cause);
  }
}
