import type { Work } from "../../core/index.ts";
import { drawSamples, type Sample, type SampleRecipe } from "../../corpus/index.ts";
import { gatherDataSet, sliceDataSet, type DataSet } from "./data-set.ts";
import type { InversionPlan } from "./plan-inversion.ts";

/** Images to train on, and images that choose the best weights and calibrate. */
export interface TrainingSets {
  readonly training: DataSet;
  readonly validation: DataSet;
}

/**
 * Draws the training and validation samples of a plan into memory: the samples that a corpus on the disk would begin with.
 *
 * @param plan of the inversion
 * @param options threads and progress
 * @returns both sets
 */
export async function drawTrainingSets(plan: InversionPlan, options: Work): Promise<TrainingSets> {
  const { trainCount, validationCount } = plan.counts;
  const data = await drawDataSet(
    plan,
    { samples: plan.samples, count: trainCount + validationCount },
    options,
  );
  return {
    training: sliceDataSet(data, 0, trainCount),
    validation: sliceDataSet(data, trainCount, data.count),
  };
}

/** Samples at the head of a stream that set scales and bounds, and say what is in distribution. */
export const REFERENCE_COUNT = 2000;
/** Validation samples of a stream have a seed of their own: the stream itself runs through every index. */
const VALIDATION_SEED_OFFSET = 3_000_003;

/**
 * Draws what a training on a stream of fresh samples needs beforehand.
 *
 * @param plan of the inversion
 * @param options threads and progress
 * @returns the first samples of the stream, and validation samples that are not in it
 */
export async function drawStreamSets(plan: InversionPlan, options: Work): Promise<TrainingSets> {
  const { samples, counts } = plan;
  const first = { samples, count: Math.min(counts.trainCount, REFERENCE_COUNT) };
  const others = { ...samples, seed: samples.seed + VALIDATION_SEED_OFFSET };
  return {
    training: await drawDataSet(plan, first, options),
    validation: await drawDataSet(plan, { samples: others, count: counts.validationCount }, options),
  };
}

/** Samples to be drawn, from the first on. */
interface DrawnSamples {
  readonly samples: SampleRecipe;
  readonly count: number;
  /** Called with every sample as it passes by. */
  readonly look?: (sample: Sample) => void;
}

/** Draws samples into memory as the network of a plan wants them. */
export async function drawDataSet(
  { network }: Pick<InversionPlan, "network">,
  { samples, count, look = () => {} }: DrawnSamples,
  { workers, startStage }: Work,
): Promise<DataSet> {
  const stage = startStage("Growing and imaging aggregates", count);
  const data = await gatherDataSet(drawSamples(samples, { count, workers }), {
    count,
    hasAggregates: network.hasCountMaps,
    scale: network.intensities,
    lengths: network.lengths,
    onSample: (done, sample) => {
      look(sample);
      stage.update(done);
    },
  });
  stage.finish(`${count} images`);
  return data;
}
