import { failureText } from "../../core/index.ts";
import type { CorpusManifest } from "../../corpus/index.ts";
import { inversionRecipeSchema, type InversionRecipe } from "./inversion-recipe.ts";

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
    failureText({ action: "open corpus", where }, "its recipe must be one of this version", issue.message),
  );
}
