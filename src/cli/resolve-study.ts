import { join } from "node:path";
import { studySchema, type StudyConfig } from "../inverse/index.ts";
import type { CommandContext, CommandInput } from "./command.ts";
import { readYaml } from "./config/read-yaml.ts";

/** The recipe that ships with the package and is used where none is named. */
const DEFAULT_RECIPE = "configs/tio2-wo3.yaml";

/**
 * The study a call asks for: flags over recipe file over defaults.
 *
 * @throws UsageError for an unreadable recipe, with file, line and column
 */
export function resolveStudy(
  input: CommandInput,
  context: Pick<CommandContext, "packageFolder">,
  recipe = DEFAULT_RECIPE,
): StudyConfig {
  const path = (input.arguments[0] as string | undefined) ?? join(context.packageFolder, recipe);
  const config = readYaml(path, studySchema);
  const seed = input.flags["seed"] as number | undefined;
  return seed === undefined ? config : { ...config, seed };
}
