import type { StartStage } from "../../core/index.ts";
import type { Corpus } from "../../corpus/index.ts";
import type { StreamedTraining } from "../fit/train-inversion.ts";
import { corpusStream, poolSizeOf } from "./corpus-stream.ts";
import { sliceDataSet } from "./data-set.ts";
import { REFERENCE_COUNT, type TrainingSets } from "./draw-data-sets.ts";
import { loadCorpus } from "./load-corpus.ts";
import type { InversionPlan } from "./plan-inversion.ts";

/** Share of a corpus that chooses the best weights and calibrates the intervals: its last samples, these at most of one that is not held in memory. */
const VALIDATION_SHARE = 0.1;
const MOST_VALIDATION = 2000;

/** How the samples of a corpus are used. */
export interface CorpusUse {
  /** Samples at its head that are trained on. */
  readonly trainCount: number;
  /** Images that are shuffled at once, where training images are read while they are trained on; null where they fit one such pool and stay in memory. */
  readonly poolSize: number | null;
}

/**
 * Plans how a corpus is trained on; by its size alone, so that every machine trains alike.
 *
 * @param corpus what openCorpus gave
 * @param plan of its network
 * @param poolBytes bytes of 16-bit pixels that are shuffled at once; 256 MiB by default
 */
export function planCorpusUse(
  { count }: Pick<Corpus, "count">,
  { network }: Pick<InversionPlan, "network">,
  poolBytes?: number,
): CorpusUse {
  const share = Math.max(1, Math.round(VALIDATION_SHARE * count));
  const poolSize = poolSizeOf(network.widthPx, poolBytes);
  if (count - share <= poolSize) return { trainCount: count - share, poolSize: null };
  return { trainCount: count - Math.min(share, MOST_VALIDATION), poolSize };
}

/** What a training on a corpus begins with. */
export interface CorpusTrainingSets extends TrainingSets {
  /** Training images that are read while the training runs; those in memory then set scales and bounds. */
  readonly streamed?: StreamedTraining;
}

/**
 * Reads of a corpus what a training has in memory: all of it, or of one larger than a pool the first 2,000 images and those that validate.
 *
 * @param corpus what openCorpus gave
 * @param plan of the recipe that it was made by
 * @param options progress, and how the corpus is used
 * @returns sets in memory, and the training images that are read later
 * @throws Error naming the file that is missing or broken
 */
export async function loadCorpusTraining(
  corpus: Corpus,
  plan: InversionPlan,
  { startStage, use }: { readonly startStage: StartStage; readonly use: CorpusUse },
): Promise<CorpusTrainingSets> {
  const { hasCountMaps: hasAggregates, intensities: scale, lengths } = plan.network;
  const { trainCount, poolSize } = use;
  const { count } = corpus;
  const options = { hasAggregates, scale, lengths, startStage };
  if (poolSize === null) {
    const data = await loadCorpus(corpus, plan, options);
    return {
      training: sliceDataSet(data, 0, trainCount),
      validation: sliceDataSet(data, trainCount, count),
    };
  }
  const first = { start: 0, count: Math.min(trainCount, REFERENCE_COUNT) };
  const last = { start: trainCount, count: count - trainCount };
  return {
    training: await loadCorpus(corpus, plan, { ...options, selection: first }),
    validation: await loadCorpus(corpus, plan, { ...options, selection: last }),
    streamed: {
      open: (encoding) => corpusStream(plan, { corpus, trainCount, poolSize }, encoding),
      imageCount: trainCount,
    },
  };
}
