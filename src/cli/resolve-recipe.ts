import { join } from "node:path";
import { inversionRecipeSchema, type InversionRecipe } from "../inverse/index.ts";
import type { CommandContext, CommandInput } from "./command.ts";
import { readYaml } from "./config/read-yaml.ts";

/** The recipe that ships with the package and is used where none is named. */
const DEFAULT_RECIPE = "configs/tio2-wo3.yaml";

/**
 * The recipe a call asks for: flags over recipe file over defaults.
 *
 * @throws UsageError for an unreadable recipe, with file, line and column
 */
export function resolveRecipe(
  input: CommandInput,
  context: Pick<CommandContext, "packageFolder">,
  recipe = DEFAULT_RECIPE,
): InversionRecipe {
  const path = (input.arguments[0] as string | undefined) ?? join(context.packageFolder, recipe);
  const config = readYaml(path, inversionRecipeSchema);
  const seed = input.flags["seed"] as number | undefined;
  return seed === undefined ? config : { ...config, seed };
}
