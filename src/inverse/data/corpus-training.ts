import { definedPart, type StartStage } from "../../core/index.ts";
import type { Corpus } from "../../corpus/index.ts";
import type { StreamedTraining } from "../fit/train-inversion.ts";
import { corpusStream, poolSizeOf } from "./corpus-stream.ts";
import { sliceDataSet, type GatherOptions } from "./data-set.ts";
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
  /** Samples after them that validate. */
  readonly validationCount: number;
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
  if (count - share <= poolSize) {
    return { trainCount: count - share, validationCount: share, poolSize: null };
  }
  const validationCount = Math.min(share, MOST_VALIDATION);
  return { trainCount: count - validationCount, validationCount, poolSize };
}

/**
 * How a corpus that was grown for a plan is trained on: as the recipe's counts say.
 *
 * @param plan of the inversion
 * @param poolBytes bytes of 16-bit pixels that are shuffled at once; 256 MiB by default
 */
export function useOfCounts(
  { counts, network }: Pick<InversionPlan, "counts" | "network">,
  poolBytes?: number,
): CorpusUse {
  const { trainCount, validationCount } = counts;
  const poolSize = poolSizeOf(network.widthPx, poolBytes);
  return { trainCount, validationCount, poolSize: trainCount <= poolSize ? null : poolSize };
}

/** What a training on a corpus begins with. */
export interface CorpusTrainingSets extends TrainingSets {
  /** Training images that are read while the training runs; those in memory then set scales and bounds. */
  readonly streamed?: StreamedTraining;
}

type Looker = NonNullable<GatherOptions["onSample"]>;

interface CorpusTrainingOptions {
  readonly startStage: StartStage;
  readonly use: CorpusUse;
  /** Called with every sample that validates as it passes by, and its number among them, from 1. */
  readonly look?: Looker;
}

/**
 * Reads of a corpus what a training has in memory: all of it, or of one larger than a pool the first 2,000 images and those that validate.
 *
 * @param corpus what openCorpus gave
 * @param plan of the recipe that it was made by
 * @param options progress, how the corpus is used, and what looks at those that validate as they pass by
 * @returns sets in memory, and the training images that are read later
 * @throws Error naming the file that is missing or broken
 */
export async function loadCorpusTraining(
  corpus: Corpus,
  plan: InversionPlan,
  { startStage, use, look }: CorpusTrainingOptions,
): Promise<CorpusTrainingSets> {
  const { hasCountMaps: hasAggregates, intensities: scale, lengths } = plan.network;
  const { trainCount, validationCount, poolSize } = use;
  const options = { hasAggregates, scale, lengths, startStage };
  if (poolSize === null) {
    const selection = { start: 0, count: trainCount + validationCount };
    const onlyLast: Looker | undefined =
      look && ((done, sample) => done > trainCount && look(done - trainCount, sample));
    const looked = definedPart({ look: onlyLast });
    const data = await loadCorpus(corpus, plan, { ...options, ...looked, selection });
    return {
      training: sliceDataSet(data, 0, trainCount),
      validation: sliceDataSet(data, trainCount, data.count),
    };
  }
  const first = { start: 0, count: Math.min(trainCount, REFERENCE_COUNT) };
  const last = { start: trainCount, count: validationCount };
  return {
    training: await loadCorpus(corpus, plan, { ...options, selection: first }),
    validation: await loadCorpus(corpus, plan, { ...options, ...definedPart({ look }), selection: last }),
    streamed: {
      open: (encoding) => corpusStream(plan, { corpus, trainCount, poolSize }, encoding),
      imageCount: trainCount,
    },
  };
}
