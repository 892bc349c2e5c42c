import { accessSync, constants, statSync, writeFileSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../core/index.ts";
import { diskTrouble, followedPath, writeWholeFile } from "../io/index.ts";

/**
 * Checks, without writing, that a result may become this file: a long job shall not fail at its end.
 *
 * @param path as the user named it
 * @param inputs files that the call reads: a result never takes the place of one
 * @throws UsageError naming the file and the remedy
 */
export function checkResultFile(path: string, inputs: readonly (string | undefined)[] = []): void {
  const target = followedPath(path);
  const folder = dirname(target);
  try {
    const found = statSync(target, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw refused(path, "a file", "a folder");
    // what is no file is written where it is, such as /dev/stdout
    if (found !== undefined && !found.isFile()) return;
    if (found !== undefined && inputs.some((input) => input !== undefined && isSameFile(input, found))) {
      throw refused(path, "another file than those that are read", "one of them");
    }
    if (!statSync(folder).isDirectory()) throw refused(path, "a file of a folder", "a place below a file");
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw refused(
      path,
      "a file in a folder that takes it",
      isMissing ? `no folder ${folder}` : troubleOf(cause),
      cause,
    );
  }
}

function isSameFile(path: string, { dev, ino }: Stats): boolean {
  try {
    const found = statSync(path);
    return found.dev === dev && found.ino === ino;
  } catch {
    // what cannot be read is told where it is
    return false;
  }
}

function refused(path: string, wanted: string, got: string, cause?: unknown): UsageError {
  const text = `Cannot write results: wanted ${wanted}, got ${got} (${path}); choose another place`;
  return new UsageError(text, { cause });
}

const troubleOf = (error: unknown) => diskTrouble(error) ?? (error as Error).message;

/**
 * Writes a result that is one file: there whole or not at all, links followed, an earlier file replaced at the end.
 *
 * @param path as the user named it
 * @param bytes contents
 * @throws Error saying what the disk refused, and that nothing was written
 */
export function writeResultFile(path: string, bytes: Uint8Array | string): void {
  const target = followedPath(path);
  try {
    const found = statSync(target, { throwIfNoEntry: false });
    if (found === undefined || found.isFile()) writeWholeFile(target, bytes);
    else writeFileSync(target, bytes);
  } catch (cause) {
    const kept = "nothing was written, and what was there before stays";
    throw new Error(
      `Cannot write results: ${path} must be a file that the disk takes, got ${troubleOf(cause)}; ${kept}: make room or choose another place`,
      { cause },
    );
  }
}
