import { join } from "node:path";
import { inversionRecipeSchema, type InversionRecipe } from "../inverse/index.ts";
import type { ArgumentSpec, CommandContext } from "./command.ts";
import { readYaml } from "./config/read-yaml.ts";

/** The recipe that ships with the package and is used where none is named. */
const DEFAULT_RECIPE = "configs/tio2-wo3.yaml";

export const RECIPE_ARGUMENT = {
  help: `recipe as YAML (default: ${DEFAULT_RECIPE})`,
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
  { packageFolder }: Pick<CommandContext, "packageFolder">,
  defaultRecipe = DEFAULT_RECIPE,
): InversionRecipe {
  const config = readYaml(recipe ?? join(packageFolder, defaultRecipe), inversionRecipeSchema);
  return seed === undefined ? config : { ...config, seed };
}
