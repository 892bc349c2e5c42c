import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { openRandomStream, UsageError } from "../../../core/index.ts";
import { loadSet, modelPath, splitSets, trainSegmenter } from "../../../segment/index.ts";
import type { SplitSets } from "../../../segment/index.ts";
import { checkpointFolder } from "../../../train/index.ts";
import { workerCount } from "../../flags.ts";
import { metricsFile } from "../../metrics-file.ts";
import { checkOutputFolder, RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { startStage } from "../../progress.ts";
import { runRecord } from "../../run-record.ts";
import type { NamedAction } from "../../named-action.ts";
import { studyOfSet, type StudyFlags } from "./study-of-set.ts";

interface TrainFlags extends StudyFlags {
  readonly fold?: number;
  readonly epochs?: number;
  readonly images?: number;
  readonly from?: string;
  readonly resume?: true;
  readonly out?: string;
  readonly force?: true;
}

/** `segment train`: prepared set to model. */
export const trainAction: NamedAction = {
  flags: ["config", "fold", "epochs", "images", "from", "resume", "seed", "workers", "out", "force"],
  wanted: "one prepared set",
  pathCount: [1, 1],
  async run({ paths: [path], flags }, context) {
    const { fold = null, images, from, out = "runs/segment-model", ...rest } = flags as TrainFlags;
    const force = rest.force === true;
    checkOutputFolder(out, force);
    const set = await loadSet(path);
    const study = studyOfSet(set.manifest.config, rest);
    const { epochs = study.training.epochs } = rest;
    const config = { ...study, training: { ...study.training, epochs } };
    const sets = fewer(splitSets(set, fold), images);
    const checkpoints = openCheckpoints(`${resolve(out)}.checkpoints`, rest);
    const stage = startStage(context.progress, "Training the network", 0);
    const onMetrics = metricsFile(checkpoints.metrics, config.training.batchSize, context.progress.now);
    const result = await writeFolderAtomically(out, { force }, async (folder) => {
      const trained = await trainSegmenter(openRandomStream(config.seed, "segment", "train"), config, sets, {
        heterostemVersion: context.version,
        fold,
        workers: Math.min(workerCount(flags), config.training.partCount),
        threads: workerCount(flags),
        checkpoints: checkpoints.options,
        ...(from === undefined
          ? {}
          : { startFrom: { bytes: readFileSync(modelPath(from)), name: basename(resolve(from)) } }),
        onProgress(progress) {
          onMetrics(progress);
          stage.update(progress.step, `of ${progress.steps}, loss ${progress.loss.toFixed(3)}`);
        },
      });
      writeFileSync(join(folder, "model.onnx"), trained.onnx);
      const curve = trained.trained.learningCurve.map((point) => JSON.stringify(point)).join("\n");
      writeFileSync(join(folder, "learning-curve.jsonl"), `${curve}\n`);
      copyFileSync(checkpoints.metrics, join(folder, "metrics.jsonl"));
      writeFileSync(
        join(folder, RUN_FILE),
        runRecord("segment train", context.version, {
          set: path,
          fold,
          images: images ?? null,
          from: from ?? null,
          config,
        }),
      );
      return trained;
    });
    const seconds = stage.finish(`${result.metadata.steps} steps`);
    rmSync(checkpoints.folder, { recursive: true, force: true });
    const { steps, bestStep, bestValidationLoss, postProcessing } = result.metadata;
    const text =
      `${join(out, "model.onnx")}: trained on ${sets.training.length} images, ` +
      `${sets.validation.length > 0 ? "validation" : "training"} loss ${bestValidationLoss.toFixed(3)} at step ${bestStep} of ${steps}` +
      (postProcessing.validationIou === null
        ? ""
        : `, validation IoU ${postProcessing.validationIou.toFixed(3)}`);
    const json = {
      model: join(out, "model.onnx"),
      steps,
      bestStep,
      bestValidationLoss,
      postProcessing,
      seconds,
    };
    return { text, json };
  },
};

/** The first images of the training set, for a learning curve. */
function fewer(sets: SplitSets, count: number | undefined): SplitSets {
  if (count === undefined) return sets;
  if (count <= sets.training.length) return { ...sets, training: sets.training.slice(0, count) };
  throw new UsageError(`Cannot train: --images must be at most ${sets.training.length}, got ${count}`);
}

function openCheckpoints(folder: string, { resume, force }: TrainFlags) {
  const store = checkpointFolder(folder);
  const isResumed = resume === true;
  if (force === true && !isResumed) rmSync(folder, { recursive: true, force: true });
  if (existsSync(store.where) !== isResumed) {
    throw new UsageError(
      isResumed
        ? `Cannot resume training: wanted a checkpoint, got none at ${store.where}; leave --resume out`
        : `Cannot train: wanted no interrupted training, got its checkpoint at ${store.where}; go on with --resume or start anew with --force`,
    );
  }
  return { folder, metrics: join(folder, "metrics.jsonl"), options: { store, everySteps: 100, isResumed } };
}
