import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UsageError, type StartStage } from "../core/index.ts";
import { followedPath } from "../io/index.ts";
import { checkpointFolder, type Checkpoints, type KeptTrainings } from "../train/index.ts";
import type { CommandContext, FlagRecord, FlagSpec, FlagValues } from "./command.ts";
import { wholeNumber } from "./flags.ts";
import { watchInterruption } from "./interruption.ts";
import { runInto, type RunIntoOptions } from "./run-into.ts";

export const RESUME_FLAG = {
  help: "go on from the last checkpoint; begin where there is none",
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
  /** Of a command that trains once. */
  readonly options: Checkpoints;
  /** Of a command that trains several times: each training by its name. */
  readonly optionsOf: KeptTrainings;
  /** Begins a stage of the call; Ctrl-C says how to go on from the first checkpoint to the next stage. */
  readonly startStage: StartStage;
}

/** Whether to go on or to begin anew, and how often to keep the state. */
type CheckpointChoice = FlagValues<typeof CHECKPOINT_FLAGS> & { readonly force: boolean };

const ADVICE = "the same call with --resume goes on from the last checkpoint";

/** How a command trains into a folder. */
interface TrainIntoOptions extends Pick<RunIntoOptions<unknown>, "context"> {
  readonly flags: CheckpointChoice;
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Trains into a folder that appears only when the training has succeeded; its state is kept in OUT.checkpoints until then, and
 * neither overlooked nor overwritten.
 *
 * @throws UsageError where the folder may not be written, or there is a checkpoint and neither --resume nor --force
 */
export async function trainInto<Result>(
  out: string,
  { flags, context, settings }: TrainIntoOptions,
  work: (folder: string, checkpoints: OpenedCheckpoints) => Promise<Result>,
): Promise<Result> {
  const keptIn = `${followedPath(out)}.checkpoints`;
  const watch = openWatch(context);
  try {
    const options = { force: flags.force, keptIn, context, settings };
    const result = await runInto(out, options, (folder) => {
      checkInterrupted(keptIn, flags);
      return work(folder, openCheckpoints(keptIn, flags, { context, watch }));
    });
    rmSync(keptIn, { recursive: true, force: true });
    return result;
  } finally {
    watch.end();
  }
}

function checkInterrupted(folder: string, { resume, force }: CheckpointChoice): void {
  if (resume) return;
  if (force) rmSync(folder, { recursive: true, force: true });
  // with file types: without them Node would follow symbolic links, and two that lead back for ever
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  const kept = entries.find(({ name }) => name.endsWith(".checkpoint"));
  if (kept === undefined) return;
  throw new UsageError(
    `Cannot train: wanted no interrupted training, got its checkpoint at ${join(kept.parentPath, kept.name)}; ` +
      "go on with --resume or start anew with --force",
  );
}

/** Ctrl-C says how to go on, from the first checkpoint on. */
function openWatch({ progress }: Pick<CommandContext, "progress">) {
  let unwatch: (() => void) | null = null;
  return {
    begin() {
      unwatch ??= watchInterruption({ progress, advice: ADVICE });
    },
    end() {
      unwatch?.();
      unwatch = null;
    },
  };
}

function openCheckpoints(
  folder: string,
  { resume: isResumed, checkpointEvery: everySteps }: CheckpointChoice,
  { context, watch }: { readonly context: CommandContext; readonly watch: ReturnType<typeof openWatch> },
): OpenedCheckpoints {
  const optionsAt = (place: string): Checkpoints => {
    const store = checkpointFolder(place);
    const write: typeof store.write = (which, bytes) => {
      // before, not after: who sees the file may press Ctrl-C at once; it is heard when the file is whole, for writing does not wait
      watch.begin();
      store.write(which, bytes);
    };
    return { store: { ...store, write }, everySteps, isResumed };
  };
  return {
    metrics: join(folder, "metrics.jsonl"),
    options: optionsAt(folder),
    optionsOf: (name) => optionsAt(join(folder, name)),
    startStage(title, total) {
      watch.end();
      return context.startStage(title, total);
    },
  };
}
