import type { CommandContext } from "./command.ts";

/** What a shell calls a program that Ctrl-C has ended: 128 and the signal's number. */
const INTERRUPTED = 130;

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
    process.exit(INTERRUPTED);
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
