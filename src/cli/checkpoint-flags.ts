import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TrainInversionOptions } from "../inverse/index.ts";
import { checkpointFolder } from "../train/index.ts";
import type { CommandInput, FlagSpec } from "./command.ts";
import { wholeNumber } from "./flags.ts";
import { UsageError } from "../core/index.ts";

/** Flags of commands whose training can be interrupted. */
export const CHECKPOINT_FLAGS: readonly FlagSpec[] = [
  {
    name: "checkpoint-every",
    value: "STEPS",
    help: "steps between two checkpoints, in OUT.checkpoints until training is done (default: 200)",
    parse: wholeNumber(1, 1_000_000),
  },
  { name: "resume", help: "go on from the last checkpoint of an interrupted training" },
];

/** Where the state of a training is kept. */
export interface OpenedCheckpoints {
  readonly folder: string;
  readonly metrics: string;
  readonly options: NonNullable<TrainInversionOptions["checkpoints"]>;
}

/**
 * Opens the folder OUT.checkpoints; the state of an interrupted training is neither overlooked nor overwritten.
 *
 * @throws UsageError where there is a checkpoint and neither --resume nor --force, or --resume and none
 */
export function openCheckpoints(out: string, { flags }: CommandInput): OpenedCheckpoints {
  const folder = `${resolve(out)}.checkpoints`;
  const store = checkpointFolder(folder);
  const isResumed = flags["resume"] === true;
  if (flags["force"] === true && !isResumed) rmSync(folder, { recursive: true, force: true });
  if (existsSync(store.where) !== isResumed) {
    const text = isResumed
      ? `Cannot resume training: wanted a checkpoint, got none at ${store.where}; leave --resume out`
      : `Cannot train: wanted no interrupted training, got its checkpoint at ${store.where}; ` +
        "go on with --resume or start anew with --force";
    throw new UsageError(text);
  }
  const everySteps = (flags["checkpoint-every"] as number | undefined) ?? 200;
  return { folder, metrics: join(folder, "metrics.jsonl"), options: { store, everySteps, isResumed } };
}
