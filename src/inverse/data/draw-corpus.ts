import type { Work } from "../../core/index.ts";
import { drawSamples } from "../../corpus/index.ts";
import { sampleRecipe } from "./recipe-of-corpus.ts";
import { gatherDataSet, sliceDataSet, type DataSet } from "./data-set.ts";
import type { InversionRecipe } from "./inversion-recipe.ts";

/** Images to train on, and images that choose the best weights and calibrate. */
export interface TrainingSets {
  readonly training: DataSet;
  readonly validation: DataSet;
}

/**
 * Draws the training and validation samples of a study into memory: the samples that a corpus on the disk would begin with.
 *
 * @param config the study: recipe, seed, counts
 * @param options threads and progress
 * @returns both sets
 */
export async function drawTrainingSets(config: InversionRecipe, options: Work): Promise<TrainingSets> {
  const { trainCount, validationCount } = config.corpus;
  const data = await drawSet(config, trainCount + validationCount, options);
  return {
    training: sliceDataSet(data, 0, trainCount),
    validation: sliceDataSet(data, trainCount, data.count),
  };
}

/** Samples at the head of a stream that set scales and bounds, and say what is familiar. */
const REFERENCE_COUNT = 2000;
/** Validation samples of a stream have a seed of their own: the stream itself runs through every index. */
const VALIDATION_SEED_OFFSET = 3_000_003;

/**
 * Draws what a training on a stream of fresh samples needs beforehand.
 *
 * @param config the study: recipe, seed, counts
 * @param options threads and progress
 * @returns the first samples of the stream, and validation samples that are not in it
 */
export async function drawStreamSets(config: InversionRecipe, options: Work): Promise<TrainingSets> {
  const { trainCount, validationCount } = config.corpus;
  const own = { ...config, seed: config.seed + VALIDATION_SEED_OFFSET };
  return {
    training: await drawSet(config, Math.min(trainCount, REFERENCE_COUNT), options),
    validation: await drawSet(own, validationCount, options),
  };
}

async function drawSet(
  config: InversionRecipe,
  count: number,
  { workers, startStage }: Work,
): Promise<DataSet> {
  const stage = startStage("Growing and imaging aggregates", count);
  const data = await gatherDataSet(drawSamples(sampleRecipe(config), { count, workers }), {
    count,
    hasAggregates: config.training.census,
    scale: config.training.intensities,
    onSample: (done) => stage.update(done),
  });
  stage.finish(`${count} images`);
  return data;
}
