import { openRandomStream, rangeError, shuffled } from "../../core/index.ts";
import type { RandomStream } from "../../core/index.ts";
import { cropRegion } from "../../image/index.ts";
import { UNLABELLED } from "../../labels/index.ts";
import { classify } from "../apply/classify.ts";
import { openSegmenter } from "../apply/open-segmenter.ts";
import type { Segmenter } from "../apply/open-segmenter.ts";
import { sharesOf } from "../data/labelled-set.ts";
import type { LabelledMicrograph } from "../data/labelled-set.ts";
import { withoutEdgeObjects } from "../data/unlabelled-edge.ts";
import { addConfusions, classCounts, confusionMatrix } from "../metrics/confusion.ts";
import { classScores, definedMean } from "../metrics/scores.ts";
import type { SegmentConfig } from "../segment-config.ts";
import { trainSegmenter } from "../train/train-segmenter.ts";
import { chooseTiles, SUGGEST_BY } from "./choose-tiles.ts";
import { scoreTiles, uncertaintyOf } from "./score-tiles.ts";
import type { ScoredTile, UncertaintyMeasure } from "./score-tiles.ts";
import { tileBoxes } from "./tile-boxes.ts";

/** Ways to choose that are compared; "random" is what they must beat. */
export const REPLAYED = ["random", ...SUGGEST_BY] as const;
export type Replayed = (typeof REPLAYED)[number];

/** What a replay runs through. */
export interface ReplaySettings {
  /** Numbers of labelled tiles, rising. */
  readonly budgets: readonly number[];
  readonly seeds: number;
  /** Steps of every training, however many tiles there are. */
  readonly steps: number;
  /** Edge of a tile [px]. */
  readonly tilePx: number;
  readonly measure: UncertaintyMeasure | undefined;
}

/** One training of a replay. */
export interface ReplayStep {
  readonly name: string;
  readonly seed: number;
  /** "start" trains on the first tiles, from which all go on. */
  readonly by: Replayed | "start";
  /** Labelled tiles. */
  readonly count: number;
  /** Tiles that are added after it; 0 at the end. */
  readonly added: number;
}

/** What came of one training. */
export interface ReplayRecord extends Pick<ReplayStep, "seed" | "by" | "count"> {
  readonly tiles: readonly string[];
  /** Of each class but the background, over the pixels of all held-out images. */
  readonly iou: readonly number[];
  readonly meanIou: number;
  /** Tiles that each way adds next. */
  readonly next: Partial<Readonly<Record<Replayed, readonly string[]>>>;
}

/** A tile that plays one that nobody has labelled, until it is chosen. */
export interface PoolTile extends LabelledMicrograph {
  /** Place of its image among those of the pool. */
  readonly imageIndex: number;
  readonly box: ReturnType<typeof tileBoxes>[number];
}

/**
 * The trainings of a replay, in an order in which each follows those that it needs.
 *
 * @example
 * import { planReplay } from "../src/segment/index.ts";
 * import { expect } from "vitest";
 * const plan = planReplay({ budgets: [1, 4], seeds: 1 });
 * expect(plan.map(({ name }) => name)).toEqual([
 *   "seed-0-start-1", "seed-0-random-4", "seed-0-uncertainty-4", "seed-0-diversity-4", "seed-0-both-4",
 * ]);
 */
export function planReplay({ budgets, seeds }: Pick<ReplaySettings, "budgets" | "seeds">): ReplayStep[] {
  const step = (seed: number, by: ReplayStep["by"], place: number): ReplayStep => {
    const count = budgets[place];
    const added = (budgets[place + 1] ?? count) - count;
    return { name: `seed-${seed}-${by}-${count}`, seed, by, count, added };
  };
  return Array.from({ length: seeds }, (_, seed) => [
    step(seed, "start", 0),
    ...REPLAYED.flatMap((by) => budgets.slice(1).map((__, i) => step(seed, by, i + 1))),
  ]).flat();
}

/** Cuts labelled images into the tiles of a pool; those that are mostly unlabelled are left out. */
export function replayPool(items: readonly LabelledMicrograph[], tilePx: number): PoolTile[] {
  return items.flatMap((item, imageIndex) =>
    tileBoxes(item, tilePx).flatMap((box) => {
      const classIds = new Uint8Array(box.width * box.height);
      for (let y = 0; y < box.height; y++) {
        const start = (box.y + y) * item.width + box.x;
        classIds.set(item.classIds.subarray(start, start + box.width), y * box.width);
      }
      if (classIds.filter((id) => id === UNLABELLED).length > classIds.length / 2) return [];
      const { width, height } = box;
      const name = `${item.name}_x${box.x}_y${box.y}`;
      const image = cropRegion(item.image, box);
      return [{ ...item, name, width, height, image, classIds, instanceIds: null, imageIndex, box }];
    }),
  );
}

/**
 * The tiles that a replay begins with: at random, but the first shows every class, as whoever labels one tile would take care of.
 *
 * @throws RangeError when no tile shows every class, or there are fewer tiles than are wanted
 */
export function replayStart(
  rng: RandomStream,
  pool: readonly PoolTile[],
  { count, classCount }: { readonly count: number; readonly classCount: number },
): string[] {
  const order = shuffled(rng, pool);
  const first = order.find(({ classIds }) => sharesOf(classIds, classCount).every((share) => share > 0));
  const action = "replay labelling";
  if (first === undefined)
    throw rangeError({ action }, "a tile must show every class (a larger --tile may)", "none that does");
  return [first, ...order.filter((tile) => tile !== first)].slice(0, count).map(({ name }) => name);
}

/** A training of a replay with all that it needs. */
export interface ReplayJob {
  readonly config: SegmentConfig;
  readonly settings: ReplaySettings;
  readonly step: ReplayStep;
  /** Names of the labelled tiles. */
  readonly tiles: readonly string[];
  readonly pool: readonly PoolTile[];
  /** The images that the pool was cut from. */
  readonly images: readonly LabelledMicrograph[];
  /** Held-out images. */
  readonly test: readonly LabelledMicrograph[];
  readonly threads: number;
  readonly heterostemVersion: string;
}

/**
 * Trains on the labelled tiles, measures on the held-out images, and chooses the next tiles in each way that goes on from here.
 *
 * Trainings of one seed and one number of tiles begin with the same weights and draw the same random numbers, so that they differ by their tiles.
 */
export async function replayTraining(job: ReplayJob): Promise<ReplayRecord> {
  const { config, step, tiles, pool, threads } = job;
  const { seed, by, count, added } = step;
  const labelled = pool.filter(({ name }) => tiles.includes(name));
  const { steps } = job.settings;
  const cropsPerImage = Math.ceil((steps * config.training.batchSize) / labelled.length);
  const study = { ...config, training: { ...config.training, epochs: 1, cropsPerImage } };
  const sets = { training: labelled, validation: [], test: job.test };
  const rng = openRandomStream(seed, "segment", "replay");
  const { onnx } = await trainSegmenter(rng.fork("train", count), study, sets, {
    heterostemVersion: job.heterostemVersion,
    fold: null,
    threads,
    workers: Math.min(threads, config.training.partCount),
  });
  const segmenter = openSegmenter(onnx, { threads });
  try {
    const iou = await heldOutIou(segmenter, job.test, config);
    const next = added === 0 ? {} : await nextTiles(rng.fork("next", count), segmenter, job);
    return { seed, by, count, tiles, iou, meanIou: definedMean(iou), next };
  } finally {
    await segmenter.dispose();
  }
}

/** IoU of each class over the pixels of all images together: images without the class have none of their own. */
async function heldOutIou(
  segmenter: Segmenter,
  test: readonly LabelledMicrograph[],
  { data }: SegmentConfig,
): Promise<number[]> {
  const classCount = data.classNames.length;
  const matrices = [];
  for (const item of test) {
    const map = await segmenter.probabilities(item.image);
    const answer = classify(map, "plain", segmenter.metadata.postProcessing);
    const found = data.unlabelledEdgePx > 0 ? withoutEdgeObjects(answer, item) : answer;
    matrices.push(confusionMatrix(item.classIds, found, classCount));
  }
  const pooled = addConfusions(matrices);
  return data.classNames.slice(1).map((_, i) => classScores(classCounts(pooled, i + 1)).iou);
}

async function nextTiles(
  rng: RandomStream,
  segmenter: Segmenter,
  { step, settings, tiles, pool, images }: ReplayJob,
): Promise<ReplayRecord["next"]> {
  const ways = step.by === "start" ? REPLAYED : [step.by];
  const open = pool.filter(({ name }) => !tiles.includes(name));
  const isAsked = ways.some((by) => by !== "random");
  const scores = isAsked ? await poolScores(segmenter, pool, images) : new Map<string, ScoredTile>();
  const scoreOf = ({ name }: PoolTile) => scores.get(name) as ScoredTile;
  const chosenBy = (by: Replayed): string[] => {
    if (by === "random")
      return shuffled(rng, open)
        .slice(0, step.added)
        .map(({ name }) => name);
    const candidates = open.map((tile) => {
      const score = scoreOf(tile);
      return { embedding: score.embedding, uncertainty: uncertaintyOf(score, settings.measure) };
    });
    const labelled = pool.filter(({ name }) => tiles.includes(name)).map((tile) => scoreOf(tile).embedding);
    return chooseTiles(candidates, { by, count: step.added, labelled }).map(({ index }) => open[index].name);
  };
  return Object.fromEntries(ways.map((by) => [by, chosenBy(by)]));
}

/** Scores of all tiles, from answers to their whole images, as `segment suggest` takes them. */
async function poolScores(
  segmenter: Segmenter,
  pool: readonly PoolTile[],
  images: readonly LabelledMicrograph[],
): Promise<Map<string, ScoredTile>> {
  const scores = new Map<string, ScoredTile>();
  for (const [index, { image }] of images.entries()) {
    const own = pool.filter(({ imageIndex }) => imageIndex === index);
    const boxes = own.map(({ box }) => box);
    const found = await scoreTiles([segmenter], image, { boxes, mask: null });
    found.forEach((score, i) => scores.set(own[i].name, score));
  }
  return scores;
}
