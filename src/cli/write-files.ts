import { join } from "node:path";
import { writeNewFile } from "../io/index.ts";

/** Text or bytes as they are; anything else as JSON. */
type FileContent = string | Uint8Array | object;

/** Writes files into a folder, by name. */
export function writeFiles(folder: string, files: Readonly<Record<string, FileContent>>): void {
  for (const [name, content] of Object.entries(files)) {
    const isRaw = typeof content === "string" || content instanceof Uint8Array;
    writeNewFile(join(folder, name), isRaw ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
}

/** One JSON document a line. */
export function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}
