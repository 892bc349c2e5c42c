import type { StartStage } from "../core/index.ts";
import { drawSamples } from "../corpus/index.ts";
import { sampleRecipe } from "./corpus-recipe.ts";
import { gatherDataSet } from "./data-set.ts";
import type { LoadedCorpus } from "./load-corpus.ts";
import type { StudyConfig } from "./study-config.ts";

/**
 * Draws the training and validation samples of a study into memory: the samples that a corpus on the disk would begin with.
 *
 * @param config the study: recipe, seed, counts
 * @param options.workers worker threads
 * @param options.startStage progress
 * @returns images, labels and the study
 */
export async function drawCorpus(
  config: StudyConfig,
  { workers, startStage }: { readonly workers: number; readonly startStage: StartStage },
): Promise<LoadedCorpus> {
  const count = config.corpus.trainCount + config.corpus.validationCount;
  const stage = startStage("Growing and imaging aggregates", count);
  const data = await gatherDataSet(drawSamples(sampleRecipe(config), { count, workers }), {
    count,
    hasAggregates: config.training.census,
    scale: config.training.intensities,
    onSample: (done) => stage.update(done),
  });
  stage.finish(`${count} images`);
  return { config, data };
}
