import type { StartStage } from "../../core/index.ts";
import { decodePicture, openCorpus, readSamples, readSpheres, type Corpus } from "../../corpus/index.ts";
import { materialsOfPrior, type Aggregate } from "../../stochastic/index.ts";
import { recipeOfCorpus } from "./recipe-of-corpus.ts";
import { gatherDataSet, type DataSet, type GatherOptions, type LabelledImage } from "./data-set.ts";
import type { InversionRecipe } from "./inversion-recipe.ts";

/** A corpus in memory with the study that it was generated from. */
export interface LoadedCorpus {
  readonly config: InversionRecipe;
  readonly data: DataSet;
}

/**
 * Reads a corpus folder into memory.
 *
 * @param folder what `heterostem generate` wrote
 * @param startStage progress
 * @param options from the corpus's study: scale that images are brought to, and whether aggregates are kept
 * @returns images, labels and the recipe
 * @throws Error naming the file that is missing or broken
 */
export async function loadCorpus(
  folder: string,
  startStage: StartStage,
  options: (config: InversionRecipe) => Pick<GatherOptions, "scale" | "hasAggregates"> = () => ({}),
): Promise<LoadedCorpus> {
  const corpus = openCorpus(folder);
  const config = recipeOfCorpus(corpus.manifest, folder);
  const { count } = corpus;
  const stage = startStage("Reading the corpus", count);
  const onSample = (done: number) => stage.update(done);
  const data = await gatherDataSet(readImages(corpus, config), { count, onSample, ...options(config) });
  stage.finish(`${count} images`);
  return { config, data };
}

/** Images with the spheres they show: two passes over the files, side by side, of different columns. */
async function* readImages(
  corpus: Corpus,
  { aggregate }: InversionRecipe,
): AsyncGenerator<LabelledImage, void, undefined> {
  const materials = materialsOfPrior(aggregate);
  const spheres = readSpheres(corpus);
  for await (const { labels, picture } of readSamples(corpus)) {
    const particles = (await spheres.next()).value as Pick<
      Aggregate,
      "centersNm" | "radiiNm" | "materialIndices"
    >;
    const particleCount = particles.radiiNm.length;
    yield {
      image: await decodePicture(picture),
      labels,
      aggregate: { ...particles, particleCount, materials },
    };
  }
}
