import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { counted, mean, openRandomStream, UsageError } from "../../../core/index.ts";
import { writeNewFile, writeWholeFile } from "../../../io/index.ts";
import {
  checkSplitSets,
  evaluateImages,
  jointSegmenter,
  loadSet,
  openSegmenter,
  planSweep,
  readSegmenterMetadata,
  imageScoreTable,
  scoreTable,
  splitSets,
  summarise,
  sweepTable,
  sweepReport,
  trainSegmenter,
} from "../../../segment/index.ts";
import type {
  ImageEvaluation,
  LabelledSet,
  SegmentConfig,
  SplitSets,
  SweepPoint,
  SweepVariant,
} from "../../../segment/index.ts";
import { checkpointFolder } from "../../../train/index.ts";
import { RESUME_FLAG } from "../../checkpoint-flags.ts";
import { defineCommand, type CommandContext } from "../../command.ts";
import { resumably } from "../../interruption.ts";
import { outputFlags, WORKERS_FLAG } from "../../flags.ts";
import { finishedRun } from "../../finished-run.ts";
import { runInto } from "../../run-into.ts";
import { writeFiles } from "../../write-files.ts";
import { tableCsv, tableText } from "../../../report/index.ts";
import { RULES, SET_ARGUMENT, STUDY_FLAGS, studyOfSet } from "./study-of-set.ts";

interface VariantResult {
  readonly variant: SweepVariant;
  readonly trainedOn: number;
  readonly evaluations: readonly ImageEvaluation[];
}

const ADVICE = "the same call with --resume goes on from the last checkpoint";

/** `heterostem segment sweep`: many trainings, one table. It may be killed at any time and resumed. */
export const segmentSweep = defineCommand({
  name: "sweep",
  summary: "Train many models on one set: learning curves, cross-validation",
  arguments: { set: SET_ARGUMENT },
  flags: {
    ...STUDY_FLAGS,
    resume: RESUME_FLAG,
    workers: WORKERS_FLAG,
    ...outputFlags("runs/segment-sweep"),
  },
  example: "segment sweep runs/spheroidite --out runs/segment-sweep",
  async run({ arguments: { set: path }, flags }, context) {
    const { out, force, resume, workers: threads } = flags;
    const set = await loadSet(path);
    const config = studyOfSet(set.manifest.config, flags, context);
    const variants = planSweep(config, set.manifest.entries);
    // before anything is trained or written
    for (const variant of variants) checkSplitSets(setsOf(set, variant), config.data.classNames);
    const settings = { set: path, config, variants };
    const done = finishedRun(out, { force, resume, context, settings });
    if (done !== null) return done;
    const points = await runInto(out, { force, resume, context, settings }, async (folder) => {
      const results: VariantResult[] = [];
      for (const variant of variants) {
        const job = { set, config, variant, folder, threads };
        results.push(await resumably({ ...context, advice: ADVICE }, () => runVariant(job, context)));
      }
      return writeSweep(folder, { results, config, set });
    });
    const blocks = points.map(
      ({ imageCount, epochs, summaries }) =>
        `${counted(imageCount, "training image")}, ${counted(epochs, "epoch")}, measured on ${counted(summaries[0].imageCount, "image")}:\n${tableText(scoreTable(summaries))}`,
    );
    return { text: [...blocks, `Report: ${join(out, "sweep.html")}`].join("\n\n"), json: { out, points } };
  },
});

interface Swept extends Pick<VariantJob, "set" | "config"> {
  readonly results: readonly VariantResult[];
}

/** Writes tables and report; gives the points of the learning curve. */
function writeSweep(folder: string, { results, config, set }: Swept): SweepPoint[] {
  const points = pointsOf(results, config);
  const all = results.flatMap(({ evaluations }) => evaluations);
  const page = { config, points, evaluations: lastPoint(results), items: set.items };
  writeFiles(folder, {
    ...(config.sweep.folds ? { "scores.csv": tableCsv(imageScoreTable(all, config.data.classNames)) } : {}),
    "sweep.csv": tableCsv(sweepTable(points)),
    "sweep.html": sweepReport(page),
  });
  return points;
}

interface VariantJob {
  readonly set: LabelledSet;
  readonly config: SegmentConfig;
  readonly variant: SweepVariant;
  readonly folder: string;
  readonly threads: number;
}

async function runVariant(
  { set, config, variant, folder, threads }: VariantJob,
  context: CommandContext,
): Promise<VariantResult> {
  const sets = setsOf(set, variant);
  const { training } = sets;
  const path = join(folder, `${variant.name}.onnx`);
  const study = { ...config, training: { ...config.training, epochs: variant.epochs } };
  const onnx = existsSync(path)
    ? finishedModel(path, study, training)
    : await trainVariant({ sets, study, variant, path, threads }, context);
  const segmenter = openSegmenter(onnx, { threads });
  const joint = jointSegmenter([segmenter], config.postProcessing.views);
  const evaluations = await evaluateImages({ ...segmenter, ...joint }, sets.test, context.startStage);
  await segmenter.dispose();
  writeNewFile(
    join(folder, `${variant.name}.csv`),
    tableCsv(imageScoreTable(evaluations, config.data.classNames)),
  );
  return { variant, trainedOn: training.length, evaluations };
}

/** The images of a variant by what they are for. */
function setsOf(set: LabelledSet, { fold, imageCount }: SweepVariant): SplitSets {
  const sets = splitSets(set, fold);
  return imageCount === null ? sets : { ...sets, training: sets.training.slice(0, imageCount) };
}

/** A model that an earlier run of the same sweep has finished. */
function finishedModel(path: string, study: SegmentConfig, training: SplitSets["training"]): Uint8Array {
  const onnx = readFileSync(path);
  const { config, trainingNames } = readSegmenterMetadata(onnx, path);
  const names = training.map(({ name }) => name);
  if (isDeepStrictEqual([config, trainingNames], [study, names])) return onnx;
  const wanted = "models of the unfinished run must be of this study and set";
  throw new UsageError(`Cannot resume sweep: ${wanted}, got another at ${path}; begin anew with --force`);
}

interface TrainingJob extends Pick<VariantJob, "variant" | "threads"> {
  readonly sets: SplitSets;
  readonly study: SegmentConfig;
  readonly path: string;
}

async function trainVariant(
  { sets, study, variant, path, threads }: TrainingJob,
  context: CommandContext,
): Promise<Uint8Array> {
  const store = checkpointFolder(`${path}.checkpoints`);
  const stage = context.startStage(`Training ${variant.name}`, 0);
  const { onnx } = await trainSegmenter(openRandomStream(study.seed, "segment", "train"), study, sets, {
    heterostemVersion: context.version,
    fold: variant.fold,
    workers: Math.min(threads, study.training.partCount),
    threads,
    checkpoints: { store, everySteps: 100, isResumed: existsSync(store.where) },
    onProgress: ({ step, steps, loss }) => stage.update(step, `of ${steps}, loss ${loss.toFixed(3)}`),
  });
  stage.finish();
  writeWholeFile(path, onnx);
  rmSync(`${path}.checkpoints`, { recursive: true, force: true });
  return onnx;
}

/** Images as the largest point answered them, all folds together. */
function lastPoint(results: readonly VariantResult[]): ImageEvaluation[] {
  const { imageCount, epochs } = results[results.length - 1].variant;
  return results
    .filter(({ variant }) => variant.imageCount === imageCount && variant.epochs === epochs)
    .flatMap(({ evaluations }) => evaluations);
}

/** Folds of one setting together make one point, whose intervals draw groups over all folds. */
function pointsOf(results: readonly VariantResult[], config: SegmentConfig): SweepPoint[] {
  const byKey = new Map<string, VariantResult[]>();
  for (const result of results) {
    const key = `${result.variant.imageCount} ${result.variant.epochs}`;
    byKey.set(key, [...(byKey.get(key) ?? []), result]);
  }
  return [...byKey.values()].map((list) => {
    const rng = openRandomStream(config.seed, "segment", "bootstrap");
    const evaluations = list.flatMap((result) => result.evaluations);
    const summaries = RULES.map((rule) => summarise(rng, evaluations, rule, config.data.classNames));
    return {
      imageCount: Math.round(mean(list.map(({ trainedOn }) => trainedOn))),
      epochs: list[0].variant.epochs,
      summaries,
    };
  });
}
