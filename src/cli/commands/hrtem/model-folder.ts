import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MODEL_FILES, openHrtemModel, type HrtemModel, type ModelBytes } from "../../../hrtem/index.ts";
import { usageError } from "../../../core/index.ts";

/**
 * Opens the model in a folder that `hrtem study` or `hrtem train` wrote.
 *
 * @throws UsageError when a file is missing
 */
export function openModelFolder(folder: string, threads: number): Promise<HrtemModel> {
  const entries = Object.values(MODEL_FILES).map((name) => {
    const path = join(folder, name);
    if (existsSync(path)) return [name, readFileSync(path)];
    const wanted = "wanted a folder of hrtem study or hrtem train";
    throw usageError({ action: "open HRTEM model", where: folder }, wanted, `none of ${name}`);
  });
  return openHrtemModel(Object.fromEntries(entries) as ModelBytes, { threads, where: folder });
}
