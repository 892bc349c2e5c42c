import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
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
  for (;;) {
    if (isMade(path, own)) break;
    const held = textOf(path);
    // gone in between: try again
    if (held === null) continue;
    checkGone(held, { folder, path, task });
    removeStale(path, held);
  }
  const giveBack = () => {
    process.off("exit", giveBack);
    if (textOf(path) === own) rmSync(path, { force: true });
  };
  process.on("exit", giveBack);
  return giveBack;
}

/** Makes the file unless there is one. */
function isMade(path: string, text: string): boolean {
  try {
    onNamedFile(path, () => writeFileSync(path, text, { flag: "wx" }));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
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
  const alive = isAlive(writer.pid) ? writerOf(writer.pid).began : undefined;
  if (alive === undefined || alive !== writer.began) return;
  throw new UsageError(
    `${action}, got process ${writer.pid}, which is at it; wait for its end, or choose another folder with --out`,
  );
}

/**
 * Removes the lock of a writer that is gone, unless another process has put its own there in between: what was moved away is
 * looked at once more, and put back.
 */
function removeStale(path: string, held: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (textOf(aside) !== held) {
    try {
      linkSync(aside, path);
    } catch {
      // a third one has it
    }
  }
  rmSync(aside, { force: true });
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
