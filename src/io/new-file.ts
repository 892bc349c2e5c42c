import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { onNamedFile } from "./disk-error.ts";

/**
 * Writes a file of a folder that only appears when all of its files are there: no care is taken that the file is whole.
 *
 * @param path its place
 * @param bytes contents
 * @throws DiskError naming the file
 */
export function writeNewFile(path: string, bytes: Uint8Array | string): void {
  onNamedFile(path, () => writeFileSync(path, bytes));
}

/**
 * Appends to a file of such a folder.
 *
 * @throws DiskError naming the file
 */
export function appendToFile(path: string, bytes: Uint8Array | string): void {
  onNamedFile(path, () => appendFileSync(path, bytes));
}

/**
 * Makes a folder, with those above it, where it is not there yet.
 *
 * @throws DiskError naming the folder
 */
export function makeFolders(path: string): void {
  onNamedFile(path, () => mkdirSync(path, { recursive: true }));
}
