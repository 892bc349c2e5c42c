/**
 * How results reach the disk: files that are there whole or not at all, paths with their symbolic links followed, one writer a
 * folder, and what the disk refuses in words that name the file.
 * Takes paths and bytes; knows nothing of what is in them, and reads no results back.
 */
export { appendDurably, syncFolder, writeWholeFile } from "./whole-file.ts";
export { appendToFile, makeFolders, writeNewFile } from "./new-file.ts";
export { unfinishedPath } from "./unfinished-path.ts";
export { followedPath } from "./followed-path.ts";
export { lockFolder, lockPath } from "./folder-lock.ts";
export type { WriterTask } from "./folder-lock.ts";
export { DiskError, diskTrouble } from "./disk-error.ts";
