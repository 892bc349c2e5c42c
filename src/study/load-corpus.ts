import type { StartStage } from "../core/index.ts";
import { decodePicture, openCorpus, readSamples, type Corpus } from "../corpus/index.ts";
import { recipeOfCorpus } from "./corpus-recipe.ts";
import { gatherDataSet, type DataSet, type LabelledImage } from "./data-set.ts";
import type { StudyConfig } from "./study-config.ts";

/** A corpus in memory with the study that it was generated from. */
export interface LoadedCorpus {
  readonly config: StudyConfig;
  readonly data: DataSet;
}

/**
 * Reads a corpus folder into memory.
 *
 * @param folder what `heterostem generate` wrote
 * @param startStage progress
 * @returns images, labels and the recipe
 * @throws Error naming the file that is missing or broken
 */
export async function loadCorpus(folder: string, startStage: StartStage): Promise<LoadedCorpus> {
  const corpus = openCorpus(folder);
  const config = recipeOfCorpus(corpus.manifest, folder);
  const { count } = corpus;
  const stage = startStage("Reading the corpus", count);
  const data = await gatherDataSet(readImages(corpus), { count, onSample: (done) => stage.update(done) });
  stage.finish(`${count} images`);
  return { config, data };
}

async function* readImages(corpus: Corpus): AsyncGenerator<LabelledImage, void, undefined> {
  for await (const { labels, picture } of readSamples(corpus)) {
    yield { image: await decodePicture(picture), labels };
  }
}
