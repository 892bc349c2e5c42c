import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { unreadableInput } from "../core/index.ts";
import type { ByteSource } from "./byte-source.ts";
import { unreadable } from "./unreadable.ts";

/** Most bytes of one call of the system. */
const PIECE_BYTES = 2 ** 30;

/** An open file as a source of bytes; it is to be closed. */
export interface FileBytes extends ByteSource {
  close(): void;
}

/**
 * Opens a file whose bytes are read when they are asked for.
 *
 * @param path of the file
 * @param name what errors call it
 * @throws UsageError where it cannot be read
 */
export function openFileBytes(path: string, name: string): FileBytes {
  try {
    const file = openSync(path, "r");
    const byteLength = fstatSync(file).size;
    return {
      byteLength,
      read: (offset, byteCount) => bytesOf(file, offset, byteCount),
      close: () => closeSync(file),
    };
  } catch (cause) {
    throw unreadableInput({ action: "read micrograph", where: name }, "file must be readable", cause);
  }
}

function bytesOf(file: number, offset: number, byteCount: number): Uint8Array {
  const bytes = new Uint8Array(byteCount);
  for (let done = 0; done < byteCount;) {
    const count = readSync(file, bytes, done, Math.min(PIECE_BYTES, byteCount - done), offset + done);
    if (count === 0) throw unreadable(`file must have ${offset + byteCount} bytes`, offset + done);
    done += count;
  }
  return bytes;
}
