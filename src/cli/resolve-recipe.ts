import { inversionRecipeSchema, type InversionRecipe } from "../inverse/index.ts";
import { join } from "node:path";
import type { ArgumentSpec } from "./command.ts";
import { readConfig, type ConfigContext } from "./config/read-config.ts";

/** The recipe that ships with the package and is used where none is named. */
const DEFAULT_RECIPE = "configs/tio2-wo3.yaml";

export const RECIPE_ARGUMENT = {
  help: `recipe as YAML, or the name of one that ships (default: ${DEFAULT_RECIPE})`,
  isOptional: true,
} satisfies ArgumentSpec;

/** What a call says of its recipe. */
interface RecipeChoice {
  /** Recipe file; the default where there is none. */
  readonly recipe: string | undefined;
  /** Seed over the recipe's. */
  readonly seed: number | undefined;
}

/**
 * The recipe a call asks for: flags over recipe file over defaults.
 *
 * @throws UsageError for an unreadable recipe, with file, line and column
 */
export function resolveRecipe(
  { recipe, seed }: RecipeChoice,
  context: ConfigContext,
  defaultRecipe = DEFAULT_RECIPE,
): InversionRecipe {
  const config = readConfig(
    recipe ?? join(context.packageFolder, defaultRecipe),
    inversionRecipeSchema,
    context,
  );
  return seed === undefined ? config : { ...config, seed };
}
