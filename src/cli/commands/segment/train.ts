import { copyFileSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { counted, openRandomStream, usageError } from "../../../core/index.ts";
import { loadSet, modelPath, splitSets, trainSegmenter } from "../../../segment/index.ts";
import type { SegmentConfig, SplitSets } from "../../../segment/index.ts";
import type { Device } from "../../../graph/index.ts";
import { RESUME_FLAG, trainInto, type OpenedCheckpoints } from "../../checkpoint-flags.ts";
import { defineCommand, type CommandContext, type CommandResult, type FlagValues } from "../../command.ts";
import { chooseEngine, engineSettings, ENGINE_FLAG } from "../../engine-flag.ts";
import { MAX_MEMORY_FLAG, outputFlags, wholeNumber, WORKERS_FLAG } from "../../flags.ts";
import { finishedRun } from "../../finished-run.ts";
import { metricsFile } from "../../metrics-file.ts";
import { jsonLines, writeFiles } from "../../write-files.ts";
import { EPOCHS_FLAG, SET_ARGUMENT, STUDY_FLAGS, studyOfSet } from "./study-of-set.ts";

/** Steps between two checkpoints. */
const CHECKPOINT_EVERY = 100;

/** `heterostem segment train`: prepared set to model. */
export const segmentTrain = defineCommand({
  name: "train",
  summary: "Train a U-Net on a prepared set",
  arguments: { set: SET_ARGUMENT },
  flags: {
    ...STUDY_FLAGS,
    fold: { value: "K", help: "fold that is left out, 0 first", parse: wholeNumber(0, 99) },
    epochs: EPOCHS_FLAG,
    images: { value: "N", help: "only the first N training images", parse: wholeNumber(1, 1e7) },
    from: { value: "MODEL", help: "start from this model's weights" },
    resume: RESUME_FLAG,
    engine: ENGINE_FLAG,
    workers: WORKERS_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
    ...outputFlags("runs/segment-model"),
  },
  example: "segment train runs/spheroidite --fold 0 --out runs/segment-model",
  async run({ arguments: { set: path }, flags }, context) {
    const { out, force, resume, workers, fold = null, images = null, from = null } = flags;
    const set = await loadSet(path);
    const config = configOf(set.manifest.config, flags, context);
    const sets = fewer(splitSets(set, fold), images);
    const settings = { set: path, fold, images, from, config, ...engineSettings(flags.engine) };
    const done = finishedRun(out, { force, resume, context, settings });
    if (done !== null) return done;
    const job = { flags: { force, resume, checkpointEvery: CHECKPOINT_EVERY }, context, settings };
    const trained = await trainInto(out, job, async (folder, checkpoints) => {
      const device = await chooseEngine(flags, context.progress);
      const result = await train({ config, sets, fold, from, workers, device, checkpoints }, context);
      writeModel(folder, result);
      copyFileSync(checkpoints.metrics, join(folder, "metrics.jsonl"));
      return result;
    });
    return resultOf(trained, sets, join(out, "model.onnx"));
  },
});

interface TrainingPlan {
  readonly config: SegmentConfig;
  readonly sets: SplitSets;
  readonly fold: number | null;
  /** Model whose weights are the first. */
  readonly from: string | null;
  readonly workers: number;
  readonly device: Device;
  readonly checkpoints: OpenedCheckpoints;
}

type Trained = Awaited<ReturnType<typeof trainSegmenter>> & { readonly seconds: number };

/** Trains, with metrics beside the checkpoints. */
async function train(plan: TrainingPlan, { progress, version }: CommandContext): Promise<Trained> {
  const { config, sets, fold, from, workers, device, checkpoints } = plan;
  const stage = checkpoints.startStage("Training the network", 0);
  const onMetrics = metricsFile(checkpoints.metrics, config.training.batchSize, progress.now);
  const rng = openRandomStream(config.seed, "segment", "train");
  const result = await trainSegmenter(rng, config, sets, {
    heterostemVersion: version,
    fold,
    workers: Math.min(workers, config.training.partCount),
    threads: workers,
    device,
    checkpoints: checkpoints.options,
    ...(from === null ? {} : { startFrom: startOf(from) }),
    onProgress(step) {
      onMetrics(step);
      stage.update(step.step, `loss ${step.loss.toFixed(3)}`, step.steps);
    },
  });
  return { ...result, seconds: stage.finish(counted(result.metadata.steps, "step")) };
}

const startOf = (model: string) => ({
  bytes: readFileSync(modelPath(model)),
  name: basename(resolve(model)),
});

function writeModel(folder: string, { onnx, trained }: Trained): void {
  writeFiles(folder, { "model.onnx": onnx, "learning-curve.jsonl": jsonLines(trained.learningCurve) });
}

/** The training's figures for a terminal and as JSON. */
function resultOf({ metadata, seconds }: Trained, sets: SplitSets, model: string): CommandResult {
  const { steps, bestStep, bestValidationLoss, postProcessing } = metadata;
  const { validationIou } = postProcessing;
  const text =
    `${model}: trained on ${counted(sets.training.length, "image")}, ` +
    `${sets.validation.length > 0 ? "validation" : "training"} loss ${bestValidationLoss.toFixed(3)} at step ${bestStep} of ${steps}` +
    (validationIou === null ? "" : `, validation IoU ${validationIou.toFixed(3)}`);
  return { text, json: { model, steps, bestStep, bestValidationLoss, postProcessing, seconds } };
}

interface StudyChoice extends FlagValues<typeof STUDY_FLAGS> {
  readonly epochs: number | undefined;
}

function configOf(prepared: SegmentConfig, flags: StudyChoice, context: CommandContext): SegmentConfig {
  const study = studyOfSet(prepared, flags, context);
  const { epochs = study.training.epochs } = flags;
  return { ...study, training: { ...study.training, epochs } };
}

/** The first images of the training set, for a learning curve. */
function fewer(sets: SplitSets, count: number | null): SplitSets {
  if (count === null) return sets;
  if (count <= sets.training.length) return { ...sets, training: sets.training.slice(0, count) };
  throw usageError({ action: "train" }, `--images must be at most ${sets.training.length}`, String(count));
}
