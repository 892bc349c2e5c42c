import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UsageError, type StartStage } from "../core/index.ts";
import { followedPath } from "../io/index.ts";
import { checkpointFolder, type Checkpoints, type KeptTrainings } from "../train/index.ts";
import type { FlagRecord, FlagSpec, FlagValues } from "./command.ts";
import { wholeNumber } from "./flags.ts";
import { atLast, interruptibly } from "./interruption.ts";
import { removeEmpty } from "./output-folder.ts";
import { runInto, type RunIntoOptions } from "./run-into.ts";

export const RESUME_FLAG = {
  help: "go on from the last checkpoint; begin where there is none",
} satisfies FlagSpec;

const METRICS_FILE = "metrics.jsonl";
const SAMPLES_FOLDER = "corpus";

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
  /** Folder of the samples that a training grows for itself. */
  readonly samples: string;
  /** Begins a stage of the call, which SIGTERM ends after a step. */
  readonly startStage: StartStage;
}

/** Whether to go on or to begin anew, and how often to keep the state. */
type CheckpointChoice = FlagValues<typeof CHECKPOINT_FLAGS> & { readonly force: boolean };

/** What an interrupted call says: before the first file of samples and the first checkpoint there is nothing to go on from. */
const ADVICE = {
  checkpoint: "the same call with --resume goes on from the last checkpoint",
  samples: "the images that were grown are kept; the same call with --resume goes on with them",
  lost: "nothing was kept, for there was no checkpoint yet; the same call begins anew, with --resume or without",
} as const;

/** How a command trains into a folder. */
interface TrainIntoOptions extends Pick<RunIntoOptions<unknown>, "context"> {
  readonly flags: CheckpointChoice;
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Trains into a folder that appears only when the training has succeeded; its state is kept in OUT.checkpoints until then, and
 * neither overlooked nor overwritten. Ctrl-C and SIGTERM say what was kept and how to go on.
 *
 * @throws UsageError where the folder may not be written, or there is a checkpoint and neither --resume nor --force
 */
export async function trainInto<Result>(
  out: string,
  { flags, context, settings }: TrainIntoOptions,
  work: (folder: string, checkpoints: OpenedCheckpoints) => Promise<Result>,
): Promise<Result> {
  const keptIn = `${followedPath(out)}.checkpoints`;
  const advice = () => ADVICE[workKeptIn(keptIn)?.what ?? "lost"];
  const result = await interruptibly(context, advice, (startStage) =>
    runInto(out, { force: flags.force, keptIn, context, settings }, (folder) => {
      checkInterrupted(keptIn, flags);
      return atLast(
        () => removeUseless(keptIn),
        () => work(folder, openCheckpoints(keptIn, flags, startStage)),
      );
    }),
  );
  rmSync(keptIn, { recursive: true, force: true });
  return result;
}

/** Metrics of steps that nothing goes on from, where there is no checkpoint, and samples without a whole file. */
function removeUseless(folder: string): void {
  const kept = workKeptIn(folder);
  if (kept?.what !== "checkpoint") rmSync(join(folder, METRICS_FILE), { force: true });
  if (kept === null) rmSync(join(folder, SAMPLES_FOLDER), { recursive: true, force: true });
  removeEmpty([folder]);
}

function checkInterrupted(folder: string, { resume, force }: CheckpointChoice): void {
  if (resume) return;
  if (force) rmSync(folder, { recursive: true, force: true });
  const kept = workKeptIn(folder);
  if (kept === null) return;
  throw new UsageError(
    `Cannot train: wanted no interrupted training, got its ${kept.what} at ${kept.path}; ` +
      "go on with --resume or start anew with --force",
  );
}

/** What an interrupted call has kept, and where. */
interface KeptWork {
  readonly what: "checkpoint" | "samples";
  readonly path: string;
}

/** The first checkpoint in a folder, at any depth; where there is none, the samples that it was to be trained on. */
function workKeptIn(folder: string): KeptWork | null {
  // with file types: without them Node would follow symbolic links, and two that lead back for ever
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  const checkpoint = entries.find(({ name }) => name.endsWith(".checkpoint"));
  if (checkpoint !== undefined) {
    return { what: "checkpoint", path: join(checkpoint.parentPath, checkpoint.name) };
  }
  const hasSamples = entries.some(({ name }) => name.endsWith(".parquet") && !name.startsWith("."));
  return hasSamples ? { what: "samples", path: join(folder, SAMPLES_FOLDER) } : null;
}

function openCheckpoints(
  folder: string,
  { resume: isResumed, checkpointEvery: everySteps }: CheckpointChoice,
  startStage: StartStage,
): OpenedCheckpoints {
  const optionsAt = (place: string): Checkpoints => ({
    store: checkpointFolder(place),
    everySteps,
    isResumed,
  });
  return {
    metrics: join(folder, METRICS_FILE),
    samples: join(folder, SAMPLES_FOLDER),
    options: optionsAt(folder),
    optionsOf: (name) => optionsAt(join(folder, name)),
    startStage,
  };
}
