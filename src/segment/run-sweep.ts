import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { failureText, mean, openRandomStream, shuffled, UsageError, type StartStage } from "../core/index.ts";
import { writeNewFile, writeWholeFile } from "../io/index.ts";
import { tableCsv } from "../report/index.ts";
import { checkpointFolder } from "../train/index.ts";
import { openSegmenter, readSegmenterMetadata } from "./apply/open-segmenter.ts";
import { jointSegmenter } from "./apply/symmetries.ts";
import type { LabelledSet } from "./data/labelled-set.ts";
import { splitSets, type SplitSets } from "./data/load-set.ts";
import { evaluateImages, RULES, summarise, type ImageEvaluation } from "./evaluate-segmenter.ts";
import { imageScoreTable } from "./score-tables.ts";
import type { SegmentConfig } from "./segment-config.ts";
import type { SweepPoint, SweepVariant } from "./sweep.ts";
import { trainSegmenter } from "./train/train-segmenter.ts";

/** What one training of a sweep gave. */
export interface VariantResult {
  readonly variant: SweepVariant;
  /** Images that it was trained on. */
  readonly trainedOn: number;
  readonly evaluations: readonly ImageEvaluation[];
}

/** A training of a sweep, and where its files go. */
export interface VariantJob {
  readonly set: LabelledSet;
  readonly config: SegmentConfig;
  readonly variant: SweepVariant;
  readonly folder: string;
  readonly threads: number;
  readonly heterostemVersion: string;
  readonly startStage: StartStage;
}

/**
 * Trains and measures one variant of a sweep; a model that an earlier run has finished is measured, an unfinished one goes on from
 * its last checkpoint. Leaves NAME.onnx and NAME.csv in the folder.
 *
 * @throws UsageError where the folder holds a model of another study or set
 */
export async function runVariant(job: VariantJob): Promise<VariantResult> {
  const { set, config, variant, folder, threads } = job;
  const sets = variantSets(set, variant);
  const path = join(folder, `${variant.name}.onnx`);
  const study = studyOf(config, variant);
  const onnx = existsSync(path)
    ? finishedVariant(set, { config, variant, path }, RESUMING)
    : await trainVariant(job, { sets, study, path });
  const segmenter = openSegmenter(onnx, { threads });
  const joint = jointSegmenter([segmenter], config.postProcessing.views);
  const evaluations = await evaluateImages({ ...segmenter, ...joint }, sets.test, job.startStage);
  await segmenter.dispose();
  const scores = tableCsv(imageScoreTable(evaluations, config.data.classNames));
  writeNewFile(join(folder, `${variant.name}.csv`), scores);
  return { variant, trainedOn: sets.training.length, evaluations };
}

/** The images of a variant by what they are for. */
export function variantSets(set: LabelledSet, { fold, imageCount, isRandom }: SweepVariant): SplitSets {
  const sets = splitSets(isRandom ? onRandomSides(set) : set, fold);
  return imageCount === null ? sets : { ...sets, training: sets.training.slice(0, imageCount) };
}

/** The same images with as many on each side, drawn without a look at their groups; every variant draws the same. */
function onRandomSides({ manifest, items }: LabelledSet): LabelledSet {
  const used = items.filter(({ split }) => split !== "unused");
  const drawn = shuffled(openRandomStream(manifest.config.seed, "segment", "random split"), used);
  return { manifest, items: drawn.map((item, i) => ({ ...item, split: used[i].split })) };
}

const RESUMING = {
  action: "resume sweep",
  models: "models of the unfinished run",
  remedy: "begin anew with --force",
};

/** The study by which a variant is trained. */
const studyOf = (config: SegmentConfig, { epochs }: SweepVariant): SegmentConfig => ({
  ...config,
  training: { ...config.training, epochs },
});

/**
 * The model of a variant that an earlier run of the same sweep, or a part of it, has finished.
 *
 * @param set that it was trained on
 * @param finished the study, the variant, and the path of its model
 * @param words what is done, which models are meant, and what to do, for the error
 * @returns the file
 * @throws UsageError where it is of another study or set
 */
export function finishedVariant(
  set: LabelledSet,
  { config, variant, path }: { readonly path: string } & Pick<VariantJob, "config" | "variant">,
  { action, models = "models of the parts", remedy }: { action: string; models?: string; remedy: string },
): Uint8Array {
  const onnx = readFileSync(path);
  const found = readSegmenterMetadata(onnx, path);
  const names = variantSets(set, variant).training.map(({ name }) => name);
  if (isDeepStrictEqual([found.config, found.trainingNames], [studyOf(config, variant), names])) return onnx;
  const text = failureText({ action, where: path }, `${models} must be of this study and set`, "another");
  throw new UsageError(`${text}; ${remedy}`);
}

async function trainVariant(
  { variant, threads, heterostemVersion, startStage }: VariantJob,
  { sets, study, path }: { readonly sets: SplitSets; readonly study: SegmentConfig; readonly path: string },
): Promise<Uint8Array> {
  const store = checkpointFolder(`${path}.checkpoints`);
  const stage = startStage(`Training ${variant.name}`, 0);
  const { onnx } = await trainSegmenter(openRandomStream(study.seed, "segment", "train"), study, sets, {
    heterostemVersion,
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

/** Images as the largest point on the set's own split answered them, all folds together. */
export function lastPoint(results: readonly VariantResult[]): ImageEvaluation[] {
  const { imageCount, epochs } = results[results.length - 1].variant;
  return results
    .filter(
      ({ variant }) => !variant.isRandom && variant.imageCount === imageCount && variant.epochs === epochs,
    )
    .flatMap(({ evaluations }) => evaluations);
}

/** Folds of one setting together make one point, whose intervals draw groups over all folds. */
export function sweepPoints(results: readonly VariantResult[], config: SegmentConfig): SweepPoint[] {
  const byKey = new Map<string, VariantResult[]>();
  for (const result of results) {
    const { imageCount, epochs, isRandom } = result.variant;
    const key = `${imageCount} ${epochs} ${isRandom}`;
    byKey.set(key, [...(byKey.get(key) ?? []), result]);
  }
  return [...byKey.values()].map((list) => {
    const rng = openRandomStream(config.seed, "segment", "bootstrap");
    const evaluations = list.flatMap((result) => result.evaluations);
    const summaries = RULES.map((rule) => summarise(rng, evaluations, rule, config.data.classNames));
    return {
      imageCount: Math.round(mean(list.map(({ trainedOn }) => trainedOn))),
      epochs: list[0].variant.epochs,
      isRandom: list[0].variant.isRandom,
      summaries,
    };
  });
}
