import { join } from "node:path";
import { BENCHMARK_RECIPE, TASKS, type BenchmarkTask } from "../../../benchmark/index.ts";
import { usageError } from "../../../core/index.ts";
import { inversionRecipeSchema, type InversionRecipe } from "../../../inverse/index.ts";
import type { ArgumentSpec, CommandContext } from "../../command.ts";
import { readConfig } from "../../config/read-config.ts";

export const FOLDER_ARGUMENT = {
  help: "folder that heterostem benchmark write wrote",
} satisfies ArgumentSpec;

const TASK_NAMES = TASKS.map(({ name }) => name);

export const TASK_ARGUMENT = { help: `one of ${TASK_NAMES.join(", ")}` } satisfies ArgumentSpec;

/** The task of a name. @throws UsageError with the names that there are */
export function taskNamed(name: string): BenchmarkTask {
  const task = TASKS.find((own) => own.name === name);
  if (task !== undefined) return task;
  throw usageError({ action: "compare methods" }, `wanted a task: ${TASK_NAMES.join(", ")}`, name);
}

/** The recipe of the benchmark, as it ships. */
export function benchmarkRecipe(context: CommandContext): InversionRecipe {
  return readConfig(join(context.packageFolder, BENCHMARK_RECIPE), inversionRecipeSchema, context);
}
