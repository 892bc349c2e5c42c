import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StartStage, Work } from "../../core/index.ts";
import { writeWholeFile } from "../../io/index.ts";
import {
  beginCorpus,
  datasetCard,
  encodeRow,
  encodeShard,
  endCorpus,
  MANIFEST_FILE,
  manifestOf,
  mergeParts,
  openSampleDrawer,
  planCorpus,
  readManifest,
  shardsOfPlan,
  writeManifest,
  writeShards,
  type CorpusManifest,
  type CorpusPlan,
  type CorpusRow,
  type PlanOptions,
  type SampleRecipe,
  type ShardRecord,
} from "../../corpus/index.ts";
import { leavesChoice, type InversionPlan } from "./plan-inversion.ts";
import { namesOf } from "./plan-targets.ts";
import { recipeOfCorpus } from "./recipe-of-corpus.ts";

/** Where a corpus goes and with how many threads it is made. */
export interface GenerateOptions extends Work {
  readonly folder: string;
  /** Asked after each shard; once true, that shard was the last of this call. */
  readonly isStopped?: () => boolean;
}

/** A corpus to be made: the plan, and what its samples are drawn from. */
export interface CorpusJob {
  readonly plan: CorpusPlan;
  readonly samples: SampleRecipe;
}

/**
 * The corpus of an inversion, to be made.
 *
 * @param inversion its plan
 * @param options number of samples, version, part
 * @returns the plan of the corpus: plain data, to be printed, compared and carried out
 */
export function corpusJob(
  { samples, recipe }: InversionPlan,
  options: Omit<PlanOptions, "recipe">,
): CorpusJob {
  return { plan: planCorpus(samples, { ...options, recipe }), samples };
}

/** What a corpus will cost, from a few samples that were drawn for it. */
export interface CorpusCost {
  readonly samples: number;
  readonly shards: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Samples drawn to warm the code up, and samples measured. */
const WARM_UP_SAMPLES = 6;
const MEASURED_SAMPLES = 16;

/**
 * Estimates a plan's bytes and seconds by drawing a few of its samples, spread over it.
 *
 * @param job from corpusJob
 * @param options.workers worker threads; each is taken to be as fast as this one
 * @param options.now milliseconds on any steady clock
 * @returns samples, shards, bytes, seconds
 */
export async function estimateCost(
  { plan, samples: recipe }: CorpusJob,
  { workers, now }: { readonly workers: number; readonly now: () => number },
): Promise<CorpusCost> {
  const shards = shardsOfPlan(plan);
  const samples = shards.reduce((sum, { start, end }) => sum + end - start, 0);
  const spread = (i: number) => Math.floor(((i + 0.5) * plan.sampleCount) / MEASURED_SAMPLES);
  const draw = await openSampleDrawer(recipe);
  const drawRows = async (indices: readonly number[]) => (await draw(indices)).map(encodeRow);
  await drawRows(Array.from({ length: WARM_UP_SAMPLES }, (_, i) => i));
  const started = now();
  const rows = await drawRows(Array.from({ length: MEASURED_SAMPLES }, (_, i) => spread(i)));
  const secondsPerSample = (now() - started) / 1000 / MEASURED_SAMPLES;
  return {
    samples,
    shards: shards.length,
    bytes: Math.round(estimateBytes(plan, rows)),
    seconds: (secondsPerSample * samples) / workers,
  };
}

/** Bytes of a plan's files from three trials: what a file, a row group and a row take. */
function estimateBytes(plan: CorpusPlan, rows: readonly CorpusRow[]): number {
  const half = rows.length / 2;
  const sizeOf = (count: number, samplesPerRowGroup: number) =>
    encodeShard({ ...plan, samplesPerRowGroup }, rows.slice(0, count)).length;
  const [first, both, twoGroups] = [
    sizeOf(half, rows.length),
    sizeOf(rows.length, rows.length),
    sizeOf(rows.length, half),
  ];
  const perRow = (both - first) / half;
  const perGroup = twoGroups - both;
  const perFile = first - perGroup - half * perRow;
  return shardsOfPlan(plan).reduce((sum, { start, end }) => {
    const groups = Math.ceil((end - start) / plan.samplesPerRowGroup);
    return sum + perFile + groups * perGroup + (end - start) * perRow;
  }, 0);
}

/**
 * Grows aggregates, images them and writes the pairs with their labels into a folder; goes on with what an earlier call
 * for the same plan left there.
 *
 * @param job from corpusJob
 * @param options folder, threads, progress
 * @returns the manifest
 * @throws RangeError where the folder holds an unfinished corpus of another plan; WorkStopped where it was asked to stop
 */
export async function generateCorpus(
  { plan, samples }: CorpusJob,
  { folder, workers, startStage, isStopped = () => false }: GenerateOptions,
): Promise<CorpusManifest> {
  beginCorpus(folder, plan);
  if (existsSync(join(folder, MANIFEST_FILE))) return sealCorpus(folder, readManifest(folder));
  const count = shardsOfPlan(plan).reduce((sum, { start, end }) => sum + end - start, 0);
  const stage = startStage("Growing and imaging aggregates", count);
  const onProgress = (done: number) => stage.update(done);
  const shards = await writeShards(samples, plan, { folder, workers, onProgress, isStopped });
  stage.finish(`${count} images`);
  return finishCorpus(folder, plan, shards);
}

/**
 * Joins the parts of a corpus to the whole that one run would have made.
 *
 * @param folder where the whole goes; empty
 * @param parts folders of all parts
 * @param startStage progress
 * @returns the manifest of the whole
 */
export async function mergeCorpora(
  folder: string,
  parts: readonly string[],
  startStage: StartStage,
): Promise<CorpusManifest> {
  const stage = startStage("Joining parts", 0);
  const { plan, shards } = await mergeParts(folder, parts, (done) => stage.update(done));
  stage.finish(`${shards.length} shards`);
  return finishCorpus(folder, plan, shards);
}

/** Card and manifest; the manifest last, as the mark that the corpus is complete. */
function finishCorpus(folder: string, plan: CorpusPlan, shards: readonly ShardRecord[]): CorpusManifest {
  const manifest = manifestOf(plan, shards);
  const recipe = recipeOfCorpus(manifest, folder);
  const { name, aggregate, microscope } = recipe;
  const { widthPx, heightPx } = microscope;
  const card = datasetCard(manifest, {
    name,
    materials: namesOf(aggregate),
    leavesChoice: leavesChoice(recipe),
    widthPx,
    heightPx,
  });
  writeWholeFile(join(folder, "README.md"), card);
  writeManifest(folder, manifest);
  return sealCorpus(folder, manifest);
}

function sealCorpus(folder: string, manifest: CorpusManifest): CorpusManifest {
  endCorpus(folder);
  return manifest;
}
