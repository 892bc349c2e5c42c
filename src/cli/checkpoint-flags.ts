import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TrainInversionOptions } from "../inverse/index.ts";
import { checkpointFolder } from "../train/index.ts";
import type { CommandContext, FlagRecord, FlagSpec, FlagValues } from "./command.ts";
import { wholeNumber } from "./flags.ts";
import { watchInterruption } from "./interruption.ts";
import { UsageError, type StartStage } from "../core/index.ts";

export const RESUME_FLAG = {
  help: "go on from the last checkpoint of an interrupted training",
} satisfies FlagSpec;

/** Flags of commands whose training can be interrupted. */
export const CHECKPOINT_FLAGS = {
  checkpointEvery: {
    value: "STEPS",
    help: "steps between two checkpoints, in OUT.checkpoints until training is done",
    parse: wholeNumber(1, 1_000_000),
    default: 200,
  },
  resume: RESUME_FLAG,
} satisfies FlagRecord;

/** Where the state of a training is kept. */
export interface OpenedCheckpoints {
  /** File of the training's metrics, beside the checkpoints. */
  readonly metrics: string;
  readonly options: NonNullable<TrainInversionOptions["checkpoints"]>;
  /** Begins a stage of the call; Ctrl-C says how to go on from the first checkpoint to the next stage. */
  readonly startStage: StartStage;
  /** Removes the state of a training that is done. */
  discard(): void;
}

/** Whether to go on or to begin anew, and how often to keep the state. */
type CheckpointChoice = FlagValues<typeof CHECKPOINT_FLAGS> & { readonly force: boolean };

const ADVICE = "the same call with --resume goes on from the last checkpoint";

/**
 * Opens the folder OUT.checkpoints; the state of an interrupted training is neither overlooked nor overwritten.
 *
 * @throws UsageError where there is a checkpoint and neither --resume nor --force, or --resume and none
 */
export function openCheckpoints(
  out: string,
  { resume: isResumed, force, checkpointEvery: everySteps }: CheckpointChoice,
  { startStage, progress }: CommandContext,
): OpenedCheckpoints {
  const folder = `${resolve(out)}.checkpoints`;
  const store = checkpointFolder(folder);
  if (force && !isResumed) rmSync(folder, { recursive: true, force: true });
  if (existsSync(store.where) !== isResumed) {
    const text = isResumed
      ? `Cannot resume training: wanted a checkpoint, got none at ${store.where}; leave --resume out`
      : `Cannot train: wanted no interrupted training, got its checkpoint at ${store.where}; ` +
        "go on with --resume or start anew with --force";
    throw new UsageError(text);
  }
  let unwatch: (() => void) | null = null;
  const write: typeof store.write = (which, bytes) => {
    store.write(which, bytes);
    unwatch ??= watchInterruption({ progress, advice: ADVICE });
  };
  const endWatch = () => {
    unwatch?.();
    unwatch = null;
  };
  return {
    metrics: join(folder, "metrics.jsonl"),
    options: { store: { ...store, write }, everySteps, isResumed },
    startStage(title, total) {
      endWatch();
      return startStage(title, total);
    },
    discard() {
      endWatch();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
