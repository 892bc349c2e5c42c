import { createHash } from "node:crypto";
import { constants, copyFileSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../core/index.ts";
import { onNamedFile } from "./disk-error.ts";

/** Who writes: a process of a machine. */
interface Writer {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as the system counts: tells it from a later one of the same number. Null where the system has no such count. */
  readonly began: string | null;
  /** The task of a scheduler that the process is, where it is one. */
  readonly task?: WriterTask;
}

/** A task of a scheduler that runs each task once at a time, on whatever machine. */
export interface WriterTask {
  /** The same for all runs of the task, and for no other task. */
  readonly name: string;
  /** Counts the runs of the task. */
  readonly run: number;
}

/** The place of the lock of an output folder: beside it, for the folder itself appears only at the end. */
export function lockPath(folder: string): string {
  return `${folder}.lock`;
}

/**
 * Takes an output folder for this process, so that two runs never write into one.
 *
 * The lock is a file with the number and the machine of the process, made exclusively. That of a process of this machine
 * that is gone (killed, or before a restart) is taken over; whether a process of another machine lives cannot be known, unless it was
 * an earlier run of the same task: its scheduler has ended that one.
 *
 * @param folder the output folder; need not be there
 * @param task of a scheduler that this process is
 * @returns gives the folder back
 * @throws UsageError where another process has it, or a process of another machine
 */
export function lockFolder(folder: string, task: WriterTask | null = null): () => void {
  const path = lockPath(folder);
  const own = JSON.stringify({ ...writerOf(process.pid), ...(task === null ? {} : { task }) });
  take(path, own, (held) => checkGone(held, { folder, path, task }));
  const giveBack = () => {
    process.off("exit", giveBack);
    if (textOf(path) === own) rmSync(path, { force: true });
  };
  process.on("exit", giveBack);
  return giveBack;
}

/**
 * Makes the lock this process's, where there is none or its writer is gone.
 *
 * A lock whose writer is gone is replaced only by the process that holds the lock's own lock, and after a second look at it:
 * of any number that found it stale, the first replaces it and the others find the new one. The lock's own lock is taken
 * the same way, for its holder may have been killed in turn.
 *
 * @param checkHeld throws where the writer of that text may live
 */
function take(path: string, own: string, checkHeld: (held: string) => void): void {
  // filled before it has the name: nobody ever reads half a lock
  const filled = besideOf(path, `filled ${hostname()} ${process.pid}`);
  onNamedFile(path, () => writeFileSync(filled, own));
  try {
    for (let unread = 0; !isMade(path, filled);) {
      const held = textOf(path);
      // given back in between, or nothing that can be read: try again, but not for ever
      if (held === null) {
        if (++unread > MOST_LOOKS) throw unreadableLock(path);
        continue;
      }
      checkHeld(held);
      const replacing = besideOf(path, "replacing");
      take(replacing, own, (other) => waitWhileAlive(other, replacing));
      try {
        if (textOf(path) === held) {
          renameSync(filled, path);
          return;
        }
      } finally {
        rmSync(replacing, { force: true });
      }
    }
  } finally {
    rmSync(filled, { force: true });
  }
}

/** A lock that is given back at the very moment of each look is none. */
const MOST_LOOKS = 1000;

/** A lock that stands there and cannot be read: a folder, a link to nowhere, or a file of somebody else. */
function unreadableLock(path: string): UsageError {
  return new UsageError(
    `Cannot write results: the folder's lock must be a file that can be read, got another thing or no permission (${path}); ` +
      "where no other process writes there, remove it, else choose another folder with --out",
  );
}

/** A short name for a purpose beside a lock, whose own name may be as long as the disk allows. */
function besideOf(path: string, purpose: string): string {
  const hash = createHash("sha256")
    .update(`${basename(path)} ${purpose}`)
    .digest("hex");
  return join(dirname(path), `.heterostem-${hash.slice(0, 16)}`);
}

/** Gives the filled file the lock's name, unless there is one of that name. */
function isMade(path: string, filled: string): boolean {
  try {
    onNamedFile(path, () => linkSync(filled, path));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (code === undefined || !WITHOUT_LINKS.has(code)) throw error;
  }
  try {
    onNamedFile(path, () => copyFileSync(filled, path, constants.COPYFILE_EXCL));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** What file systems say that know no second name of a file (exFAT, some network shares). */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** A process that replaces a lock needs microseconds for it: one that still does after this is stopped, in ms. */
const REPLACING_MS = 5000;

function waitWhileAlive(held: string, path: string): void {
  const writer = parsed(held);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; textOf(path) === held; waited++) {
    if (writer === null || (writer.host === hostname() && !isStillThere(writer))) return;
    if (waited > REPLACING_MS)
      throw new UsageError(
        `Cannot write results: another process (${writer.pid} of the machine ${writer.host}) has been taking over the folder for ${REPLACING_MS / 1000} s; where that one has ended, remove ${path}`,
      );
    Atomics.wait(sleeper, 0, 0, 1);
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** Refuses a folder whose writer lives, or may live. */
function checkGone(
  held: string,
  {
    folder,
    path,
    task,
  }: { readonly folder: string; readonly path: string; readonly task: WriterTask | null },
): void {
  const writer = parsed(held);
  // no writer in it: its maker was killed between making and filling it, or it is no lock of ours
  if (writer === null) return;
  const action = `Cannot write results: ${folder} must have one writer`;
  if (writer.host !== hostname()) {
    if (task !== null && writer.task?.name === task.name && writer.task.run < task.run) return;
    throw new UsageError(
      `${action}, got process ${writer.pid} of the machine ${writer.host}; where that one has ended, remove ${path}`,
    );
  }
  if (!isStillThere(writer)) return;
  throw new UsageError(
    `${action}, got process ${writer.pid}, which is at it; wait for its end, or choose another folder with --out`,
  );
}

function parsed(text: string): Writer | null {
  try {
    const { pid, host, began = null, ...rest } = JSON.parse(text) as Writer;
    return Number.isInteger(pid) && pid > 0 && typeof host === "string"
      ? { pid, host, began, ...rest }
      : null;
  } catch {
    return null;
  }
}

/** Whether the process that a lock of this machine names is running, and no later one of its number. */
function isStillThere(writer: Writer): boolean {
  return isAlive(writer.pid) && writerOf(writer.pid).began === writer.began;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is somebody else's
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function writerOf(pid: number): Writer {
  return { pid, host: hostname(), began: beginningOf(pid) };
}

/** Linux: the 22nd field of a process's status, in ticks since the machine was started; the name before it may hold spaces. */
function beginningOf(pid: number): string | null {
  const status = textOf(`/proc/${pid}/stat`);
  return status === null ? null : status.slice(status.lastIndexOf(")") + 2).split(" ")[19];
}
