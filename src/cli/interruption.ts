import { WorkStopped, type StartStage } from "../core/index.ts";
import type { CommandContext } from "./command.ts";

/** Work that may be interrupted: where it is told, and what was kept and how to go on, asked at that moment. */
interface WatchedRun extends Pick<CommandContext, "progress"> {
  readonly advice: () => string;
}

/**
 * Does work that a later call goes on with or begins anew; Ctrl-C ends the program at once, and says which.
 *
 * Node hears a signal only between two turns of its loop: the work must wait for threads, or for nextTurn() after each piece.
 */
export async function resumably<T>({ progress, advice }: WatchedRun, work: () => Promise<T>): Promise<T> {
  const stop = () => {
    progress.write(`\nheterostem: stopped; ${advice()}\n`);
    // by the signal itself, once locks are given back: Node's own end would wait for networks that compute, and abort
    process.on("exit", () => void process.kill(process.pid, "SIGINT"));
    process.exit();
  };
  process.once("SIGINT", stop);
  try {
    return await work();
  } finally {
    process.off("SIGINT", stop);
  }
}

/**
 * Does work that can end after a piece of it: SIGTERM, by which schedulers announce the end of a task's time, asks it to.
 *
 * @param run where it is told, what its pieces are called, what was kept and how to go on
 * @param work is given what tells whether it shall end; throws WorkStopped when it has
 */
export async function stoppably<T>(
  { progress, advice, piece }: WatchedRun & { readonly piece: string },
  work: (isStopped: () => boolean) => Promise<T>,
): Promise<T> {
  let stopped = false;
  // schedulers send it to the script and to all that it started, so that it may come twice
  const stop = () => {
    if (!stopped) progress.write(`\nheterostem: asked to stop (SIGTERM); finishing the ${piece} at hand\n`);
    stopped = true;
  };
  process.on("SIGTERM", stop);
  try {
    return await work(() => stopped);
  } catch (error) {
    throw error instanceof WorkStopped ? new WorkStopped(`${error.message}; ${advice()}`) : error;
  } finally {
    process.off("SIGTERM", stop);
  }
}

/**
 * Does work in stages that a signal may end between any two of their steps: Ctrl-C at once, SIGTERM after the step at hand. Both
 * say what was kept and how to go on.
 *
 * @param context where it is told, and its stages
 * @param advice what was kept and how to go on, asked when the signal comes
 * @param work is given the stages to use
 * @throws WorkStopped after SIGTERM
 */
export function interruptibly<T>(
  { progress, startStage }: Pick<CommandContext, "progress" | "startStage">,
  advice: () => string,
  work: (startStage: StartStage) => Promise<T>,
): Promise<T> {
  return stoppably({ progress, advice, piece: "step" }, (isStopped) =>
    resumably({ progress, advice }, () => work(stoppedStages(startStage, isStopped))),
  );
}

/** Does work, and tidies up after it, also where the program is ended in the middle of it: that what lies deeper goes first. */
export async function atLast<T>(tidy: () => void, work: () => T | Promise<T>): Promise<T> {
  process.prependListener("exit", tidy);
  try {
    return await work();
  } finally {
    process.off("exit", tidy);
    tidy();
  }
}

/** Stages that end the work where it shall end. */
function stoppedStages(startStage: StartStage, isStopped: () => boolean): StartStage {
  const check = (title: string) => {
    if (isStopped()) throw new WorkStopped(`stopped in the stage "${title}"`);
  };
  return (title, total) => {
    check(title);
    const stage = startStage(title, total);
    return {
      ...stage,
      update(...step) {
        stage.update(...step);
        check(title);
      },
    };
  };
}
