import { readFileSync } from "node:fs";
import { unreadableInput } from "../core/index.ts";

/**
 * The bytes of a file that a call names.
 *
 * @throws UsageError saying what was wanted, and why it cannot be read
 */
export function readInput(path: string, action: string, wanted: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw unreadableInput({ action, where: path }, wanted, cause);
  }
}
