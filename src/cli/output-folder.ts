import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { counted, UsageError } from "../core/index.ts";

/** Every finished run keeps its resolved settings in a file of this name: the mark that a folder is ours. */
export const RUN_FILE = "run.json";

/**
 * Does work into a folder that appears only when the work has succeeded.
 *
 * Files are written beside the final place, into `<folder>.partial`, and moved there at the end: a failed or
 * interrupted run leaves no half-written results, and an earlier run in the folder stays until then.
 *
 * @throws UsageError before any work when the folder may not be written
 */
export async function writeFolderAtomically<T>(
  folder: string,
  { force }: { readonly force: boolean },
  work: (partialFolder: string) => Promise<T>,
): Promise<T> {
  const target = resolve(folder);
  checkOutputFolder(target, force);
  const partial = `${target}.partial`;
  try {
    rmSync(partial, { recursive: true, force: true });
    makeFolder(partial);
    const result = await work(partial);
    rmSync(target, { recursive: true, force: true });
    renameSync(partial, target);
    return result;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw withDiskAdvice(error, folder, "nothing was kept, choose another with --out");
  }
}

/** How a job deals with what is in its place already. */
export interface ResumeOptions {
  /** Replace an earlier run; without resume, an unfinished one too. */
  readonly force: boolean;
  /** Go on with the unfinished run beside the folder, where there is one. */
  readonly resume: boolean;
}

/**
 * Does long work into a folder that appears only when the work has succeeded, and that may be interrupted.
 *
 * As writeFolderAtomically, but what a failed or killed run has written stays in `<folder>.partial`, for the work to go
 * on with.
 *
 * @throws UsageError before any work when the folder may not be written, or an unfinished run is in the way
 */
export async function writeFolderResumably<T>(
  folder: string,
  { force, resume }: ResumeOptions,
  work: (partialFolder: string) => Promise<T>,
): Promise<T> {
  const target = resolve(folder);
  checkOutputFolder(target, force);
  const partial = unfinishedFolder(folder);
  if (existsSync(partial) && !resume && !force) {
    throw new UsageError(
      `Cannot write results: an unfinished run is in ${partial}; go on with it by --resume, or begin anew with --force`,
    );
  }
  try {
    if (!resume) rmSync(partial, { recursive: true, force: true });
    makeFolder(partial);
    const result = await work(partial);
    rmSync(target, { recursive: true, force: true });
    renameSync(partial, target);
    return result;
  } catch (error) {
    throw withDiskAdvice(
      error,
      folder,
      `what was finished is kept in ${partial}: make room and go on with --resume`,
    );
  }
}

/** Where a run is that has not finished. */
export function unfinishedFolder(folder: string): string {
  return `${resolve(folder)}.partial`;
}

/** One folder at a time: Node's recursive mkdir never ends on a file system that refuses, such as /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** What the disk says, by its code, in words. */
const DISK_TROUBLE: Readonly<Record<string, string>> = {
  ENOSPC: "a full disk",
  EDQUOT: "a used-up quota",
  EROFS: "a read-only disk",
  EACCES: "no permission",
  EPERM: "no permission",
  ENOENT: "a place where no folder can be made",
  ENOTDIR: "a place below a file",
  EIO: "a disk error",
};

/** Failures of the disk under the output folder get the house's sentence; all others pass through. */
function withDiskAdvice(error: unknown, folder: string, advice: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  const trouble = syscall === "open" && code === "ENOENT" ? undefined : DISK_TROUBLE[code ?? ""];
  if (trouble === undefined) return error;
  return new Error(`Cannot write results: ${folder} must take new files, got ${trouble}; ${advice}`, {
    cause: error,
  });
}

/**
 * Checks, without writing, that results may go into a folder.
 *
 * @throws UsageError naming the folder and the remedy
 */
export function checkOutputFolder(folder: string, force: boolean): void {
  const target = resolve(folder);
  if (!existsSync(target)) return checkParentIsWritable(target);
  if (!statSync(target).isDirectory()) {
    throw new UsageError(`Cannot write results: --out must be a folder, got the file ${folder}`);
  }
  const files = readdirSync(target);
  if (files.length === 0) return checkParentIsWritable(target);
  if (!force) {
    throw new UsageError(
      `Cannot write results: the output folder must be empty, got ${counted(files.length, "entry", "entries")} in ${folder}; ` +
        "choose another with --out or replace an earlier run with --force",
    );
  }
  if (!existsSync(join(target, RUN_FILE))) {
    throw new UsageError(
      `Cannot write results: --force replaces only folders of earlier runs, got no ${RUN_FILE} in ${folder}; ` +
        "empty the folder yourself or choose another with --out",
    );
  }
  checkParentIsWritable(target);
}

/** The nearest existing folder above must take new entries. */
function checkParentIsWritable(target: string): void {
  let parent = dirname(target);
  while (!existsSync(parent)) parent = dirname(parent);
  if (!statSync(parent).isDirectory()) {
    throw new UsageError(
      `Cannot write results: ${parent} must be a folder, got a file; choose another with --out`,
    );
  }
  try {
    accessSync(parent, constants.W_OK);
  } catch (cause) {
    throw new UsageError(
      `Cannot write results: ${parent} must be writable, got no permission; choose another with --out`,
      {
        cause,
      },
    );
  }
}
