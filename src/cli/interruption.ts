import { WorkStopped } from "../core/index.ts";
import type { CommandContext } from "./command.ts";

/**
 * From now on Ctrl-C says how to go on with the run, and ends the program.
 *
 * Node hears a signal only between two turns of its loop: only work that waits for threads may be watched, for all
 * other work could not be stopped until its end.
 *
 * @returns gives Ctrl-C back to the system, which ends the program at once
 */
export function watchInterruption({ progress, advice }: WatchedRun): () => void {
  const stop = () => {
    progress.write(`\nheterostem: stopped; ${advice}\n`);
    // by the signal itself, once locks are given back: Node's own end would wait for networks that compute, and abort
    process.on("exit", () => void process.kill(process.pid, "SIGINT"));
    process.exit();
  };
  process.once("SIGINT", stop);
  return () => void process.off("SIGINT", stop);
}

interface WatchedRun extends Pick<CommandContext, "progress"> {
  /** How to go on, after "stopped;". */
  readonly advice: string;
}

/** Does work that a later call goes on with; Ctrl-C says so. */
export async function resumably<T>(run: WatchedRun, work: () => Promise<T>): Promise<T> {
  const unwatch = watchInterruption(run);
  try {
    return await work();
  } finally {
    unwatch();
  }
}

/**
 * Does work that can end after a piece of it: SIGTERM, by which schedulers announce the end of a task's time, asks it to.
 *
 * @param run where it is told, and how to go on
 * @param work is given what tells whether it shall end; throws WorkStopped when it has
 */
export async function stoppably<T>(
  { progress, advice }: WatchedRun,
  work: (isStopped: () => boolean) => Promise<T>,
): Promise<T> {
  let stopped = false;
  // schedulers send it to the script and to all that it started, so that it may come twice
  const stop = () => {
    if (!stopped) progress.write("\nheterostem: asked to stop (SIGTERM); finishing the file at hand\n");
    stopped = true;
  };
  process.on("SIGTERM", stop);
  try {
    return await work(() => stopped);
  } catch (error) {
    throw error instanceof WorkStopped ? new WorkStopped(`${error.message}; ${advice}`) : error;
  } finally {
    process.off("SIGTERM", stop);
  }
}
