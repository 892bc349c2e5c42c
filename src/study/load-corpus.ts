import type { StartStage } from "../core/index.ts";
import { openCorpus, type Corpus } from "../corpus/index.ts";
import { gatherDataSet, type DataSet, type LabelledImage } from "./data-set.ts";
import { studySchema, type StudyConfig } from "./study-config.ts";

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
  const config = recipeOf(corpus, folder);
  const count = corpus.labels.length;
  const stage = startStage("Reading the corpus", count);
  const data = await gatherDataSet(readImages(corpus), { count, onSample: (done) => stage.update(done) });
  stage.finish(`${count} images`);
  return { config, data };
}

async function* readImages(corpus: Corpus): AsyncGenerator<LabelledImage, void, undefined> {
  for (const line of corpus.labels) yield { image: await corpus.readImage(line), labels: line };
}

function recipeOf(corpus: Corpus, folder: string): StudyConfig {
  const parsed = studySchema.safeParse(corpus.manifest.recipe);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = `${folder}/manifest.json, recipe.${issue.path.join(".")}`;
  throw new TypeError(
    `Cannot open corpus: its recipe must be one of this version, got ${issue.message} (${where})`,
  );
}
