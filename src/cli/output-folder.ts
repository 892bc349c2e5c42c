import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { counted, UsageError } from "../core/index.ts";
import { DiskError, diskTrouble, followedPath, lockFolder, unfinishedPath } from "../io/index.ts";
import { atLast } from "./interruption.ts";
import { slurmTask } from "./jobs/engine-variables.ts";

/** Every finished run keeps its resolved settings in a file of this name: the mark that a folder is ours. */
export const RUN_FILE = "run.json";

/** Longest name that common file systems take [bytes]. */
const LONGEST_NAME = 255;
/** The longest ending of what lies beside a folder while it is made. */
const LONGEST_ENDING = ".checkpoints";

/** How a folder is written. */
export interface FolderOptions {
  /** Replace an earlier run. */
  readonly force: boolean;
  /** Where the work itself keeps what it can go on from, once there is something. */
  readonly keptIn?: string;
}

/**
 * Does work into a folder that appears only when the work has succeeded.
 *
 * Files are written beside the final place, into `<folder>.partial`, and moved there at the end: a failed or
 * interrupted run leaves no half-written results, and an earlier run in the folder stays until then.
 * Symbolic links are followed; while the work runs, no other process may write the same folder.
 *
 * @throws UsageError before any work when the folder may not be written, or another process writes it
 */
export function writeFolderAtomically<T>(
  folder: string,
  { force, keptIn }: FolderOptions,
  work: (partialFolder: string) => Promise<T>,
): Promise<T> {
  return inTurn(folder, force, async (target) => {
    const partial = unfinishedPath(target);
    const removePartial = () => rmSync(partial, { recursive: true, force: true });
    try {
      removePartial();
      return await atLast(removePartial, () => intoPlace(target, partial, work));
    } catch (error) {
      const advice =
        keptIn === undefined || isEmpty(keptIn)
          ? "nothing was kept, make room or choose another with --out"
          : `what was finished is kept in ${keptIn}: make room and go on with --resume`;
      throw withDiskAdvice(error, { folder, target, advice });
    }
  });
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
 * on with; a run that failed before it wrote a file leaves nothing.
 *
 * @throws UsageError before any work when the folder may not be written, or an unfinished run is in the way
 */
export function writeFolderResumably<T>(
  folder: string,
  { force, resume }: ResumeOptions,
  work: (partialFolder: string) => Promise<T>,
): Promise<T> {
  return inTurn(folder, force, async (target) => {
    const partial = unfinishedPath(target);
    if (!isEmpty(partial) && !resume && !force) {
      throw new UsageError(
        `Cannot write results: an unfinished run is in ${partial}; go on with it by --resume, or begin anew with --force`,
      );
    }
    try {
      if (!resume) rmSync(partial, { recursive: true, force: true });
      const removeEmptyPartial = () => {
        if (isEmpty(partial)) rmSync(partial, { recursive: true, force: true });
      };
      return await atLast(removeEmptyPartial, () => intoPlace(target, partial, work));
    } catch (error) {
      const advice = !isEmpty(partial)
        ? `what was finished is kept in ${partial}: make room and go on with --resume`
        : "nothing was kept, make room or choose another with --out";
      throw withDiskAdvice(error, { folder, target, advice });
    }
  });
}

/** Where a run is that has not finished. */
export function unfinishedFolder(folder: string): string {
  return unfinishedPath(followedPath(folder));
}

/** Checks the folder, follows its links, and does the work while no other process may. */
async function inTurn<T>(folder: string, force: boolean, work: (target: string) => Promise<T>): Promise<T> {
  checkOutputFolder(folder, force);
  const target = followedPath(folder);
  const made = missingFolders(dirname(target));
  let giveBack: () => void;
  try {
    makeFolder(dirname(target));
    giveBack = lockFolder(target, slurmTask(process.env));
  } catch (error) {
    removeEmpty(made);
    throw withDiskAdvice(error, { folder, target, advice: "nothing was done, choose another with --out" });
  }
  return atLast(
    () => {
      giveBack();
      removeEmpty(made);
    },
    () => work(target),
  );
}

async function intoPlace<T>(
  target: string,
  partial: string,
  work: (partialFolder: string) => Promise<T>,
): Promise<T> {
  makeFolder(partial);
  const result = await work(partial);
  rmSync(target, { recursive: true, force: true });
  renameSync(partial, target);
  return result;
}

/** Whether a folder holds no file, at any depth, or is not there. */
function isEmpty(folder: string): boolean {
  if (!existsSync(folder)) return true;
  return readdirSync(folder, { withFileTypes: true, recursive: true }).every((entry) => entry.isDirectory());
}

/** A folder and those above it that are not there yet, the deepest first. */
function missingFolders(folder: string): string[] {
  return existsSync(folder) ? [] : [folder, ...missingFolders(dirname(folder))];
}

/** Takes folders away that hold nothing, the deepest first. */
export function removeEmpty(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch {
      // it holds something, or was never made
    }
  }
}

/** One folder at a time: Node's recursive mkdir never ends on a file system that refuses, such as /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

interface RefusedFolder {
  /** As the user named it. */
  readonly folder: string;
  readonly target: string;
  /** What was kept and how to go on. */
  readonly advice: string;
}

/** Failures of the disk under the output folder get the house's sentence; all others pass through. */
function withDiskAdvice(error: unknown, { folder, target, advice }: RefusedFolder): unknown {
  const trouble = diskTrouble(error);
  const { path } = (error ?? {}) as NodeJS.ErrnoException;
  // a file elsewhere was to be read
  const isOurs = error instanceof DiskError || path === undefined || isAt(path, target);
  if (trouble === undefined || !isOurs) return error;
  const file = path === undefined ? "" : ` (${path})`;
  return new Error(`Cannot write results: ${folder} must take new files, got ${trouble}${file}; ${advice}`, {
    cause: error,
  });
}

/** Whether a path is the folder, what lies beside it under its name, one in it or one above it. */
function isAt(path: string, target: string): boolean {
  return path.startsWith(target) || target.startsWith(path + sep);
}

/**
 * Checks, without writing, that results may go into a folder.
 *
 * @throws UsageError naming the folder and the remedy
 */
export function checkOutputFolder(folder: string, force: boolean): void {
  if (folder === "") throw new UsageError("Cannot write results: --out must be a folder, got an empty name");
  const target = followedPath(folder);
  const longest = LONGEST_NAME - LONGEST_ENDING.length;
  const length = Buffer.byteLength(basename(target));
  if (length > longest) {
    throw new UsageError(
      `Cannot write results: the name of --out must have at most ${longest} bytes, got ${length} (${basename(target).slice(0, 40)}...); choose a shorter one`,
    );
  }
  if (!existsSync(target)) return checkParentIsWritable(target);
  if (!statSync(target).isDirectory()) {
    throw new UsageError(`Cannot write results: --out must be a folder, got the file ${folder}`);
  }
  if (statSync(target).dev !== statSync(dirname(target)).dev) {
    throw new UsageError(
      `Cannot write results: --out must be a folder on a disk, got the top of one (${folder}); name a folder in it`,
    );
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
  let parent = dirname(resolve(target));
  while (!existsSync(parent)) parent = dirname(parent);
  if (!statSync(parent).isDirectory()) {
    throw new UsageError(
      `Cannot write results: ${parent} must be a folder, got a file; choose another with --out`,
    );
  }
  try {
    accessSync(parent, constants.W_OK);
  } catch (cause) {
    const trouble = diskTrouble(cause) ?? "no permission";
    throw new UsageError(
      `Cannot write results: ${parent} must be writable, got ${trouble}; choose another with --out`,
      { cause },
    );
  }
}
