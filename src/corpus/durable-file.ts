import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The name under which a file is written until it is whole: hidden, beside its place. */
export function unfinishedPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.unfinished`);
}

/**
 * Writes a file so that it is there whole or not at all, whatever kills the program or the machine.
 *
 * The bytes go to a temporary name, reach the disk, and are renamed; then the folder's entry reaches the disk too.
 *
 * @param path final place; a file there is replaced
 * @param bytes contents
 * @throws the file system's error, such as ENOSPC; nothing is left behind then
 */
export function writeFileDurably(path: string, bytes: Uint8Array | string): void {
  const temporary = unfinishedPath(path);
  const contents = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  try {
    onDisk(temporary, "w", (descriptor) => {
      for (let done = 0; done < contents.length;) done += writeSync(descriptor, contents, done);
    });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** Appends a line to a file and waits until it is on the disk. */
export function appendLineDurably(path: string, line: string): void {
  onDisk(path, "a", (descriptor) => writeSync(descriptor, `${line}\n`));
}

/**
 * Waits until the entries of a folder are on the disk; does nothing where folders cannot be opened (Windows).
 */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  onDisk(folder, "r", () => {});
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
