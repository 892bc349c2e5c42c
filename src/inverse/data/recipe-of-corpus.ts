import type { CorpusManifest, SampleRecipe } from "../../corpus/index.ts";
import { prepareMicroscope } from "../../stem-sim/index.ts";
import { materialsOfPrior } from "../../stochastic/index.ts";
import { inversionRecipeSchema, type InversionRecipe } from "./inversion-recipe.ts";

/**
 * What the samples of a study depend on, ready for the workers.
 *
 * @param config the study
 * @returns prior, prepared microscope and seed
 */
export function sampleRecipe(config: InversionRecipe): SampleRecipe {
  const prepared = prepareMicroscope(config.microscope, materialsOfPrior(config.aggregate));
  return { seed: config.seed, prior: config.aggregate, prepared };
}

/**
 * The recipe that a corpus was made by.
 *
 * @param manifest of the corpus
 * @param folder where it is, for the error
 * @returns the recipe
 * @throws TypeError where this version does not know its recipe
 */
export function recipeOfCorpus({ recipe }: CorpusManifest, folder: string): InversionRecipe {
  const parsed = inversionRecipeSchema.safeParse(recipe);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = `${folder}/manifest.json, recipe.${issue.path.join(".")}`;
  throw new TypeError(
    `Cannot open corpus: its recipe must be one of this version, got ${issue.message} (${where})`,
  );
}
