import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { onNamedFile } from "./disk-error.ts";

/**
 * The name under which a file is written until it is whole: hidden, beside its place, short whatever the place is called,
 * and another one for every process.
 */
function unfinishedPath(path: string): string {
  return join(dirname(path), `.${process.pid}.unfinished`);
}

/**
 * Writes a file so that it is there whole or not at all, whatever kills the program or the machine.
 *
 * The bytes go to a temporary name, reach the disk, and are renamed; then the folder's entry reaches the disk too.
 *
 * @param path final place; a file there is replaced
 * @param bytes contents
 * @throws DiskError naming the file, such as for a full disk; nothing is left behind then, and an earlier file stays
 */
export function writeWholeFile(path: string, bytes: Uint8Array | string): void {
  const temporary = unfinishedPath(path);
  onNamedFile(path, () => {
    try {
      onDisk(temporary, "w", (descriptor) => writeAll(descriptor, bytes));
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    syncFolder(dirname(path));
  });
}

/**
 * Appends text to a file and waits until it is on the disk.
 *
 * @param path the file; made when missing
 * @param text what comes behind its end
 * @throws DiskError naming the file
 */
export function appendDurably(path: string, text: string): void {
  onNamedFile(path, () => onDisk(path, "a", (descriptor) => writeAll(descriptor, text)));
}

/** Waits until the entries of a folder are on the disk; does nothing where folders cannot be opened (Windows). */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  onDisk(folder, "r", () => {});
}

function writeAll(descriptor: number, bytes: Uint8Array | string): void {
  const contents = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  for (let done = 0; done < contents.length;) done += writeSync(descriptor, contents, done);
}

function onDisk(path: string, flags: string, write: (descriptor: number) => void): void {
  const descriptor = openSync(path, flags);
  try {
    write(descriptor);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
