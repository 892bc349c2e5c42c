import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../core/index.ts";

/** As many symbolic links in a row as Linux follows. */
const LONGEST_CHAIN = 40;

/**
 * Longest path that results may lie at [bytes]: what Linux opens, less the longest name in it. A longer one, a component at a time, would
 * be followed for minutes before the disk refuses it.
 */
const LONGEST_PATH = 4095 - 256;

/**
 * Where a path leads, with all symbolic links followed, also those to what is not there yet.
 *
 * @param path of a file or folder that will be written; need not be there
 * @returns the absolute path without a symbolic link
 * @throws UsageError for a loop of links, and for a path too long to be opened
 */
export function followedPath(path: string): string {
  const length = Buffer.byteLength(resolve(path));
  if (length > LONGEST_PATH) throw lengthError(path, length);
  return followed(path, resolve(path), LONGEST_CHAIN);
}

function followed(asked: string, path: string, linksLeft: number): string {
  if (linksLeft === 0) throw loopError(asked);
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ELOOP") throw loopError(asked);
    // what is not there yet: perhaps the end of a link, perhaps below one
  }
  const folder = dirname(path);
  if (folder === path) return path;
  const target = linkTarget(path);
  if (target !== null) return followed(asked, resolve(folder, target), linksLeft - 1);
  return join(followed(asked, folder, linksLeft), basename(path));
}

function linkTarget(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
  } catch {
    return null;
  }
}

function lengthError(path: string, length: number): UsageError {
  const wanted = `the whole path of --out must have at most ${LONGEST_PATH} bytes`;
  return new UsageError(
    `Cannot write results: ${wanted}, got ${length} (${path.slice(0, 40)}...); choose a shorter one`,
  );
}

function loopError(path: string): UsageError {
  return new UsageError(
    `Cannot write results: --out must lead somewhere, got a loop of symbolic links (${path}); choose another with --out`,
  );
}
