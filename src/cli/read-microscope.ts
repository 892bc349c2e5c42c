import { readFileSync } from "node:fs";
import { z } from "zod";
import { microscopeSchema, parseSensitivityCsv, type Microscope } from "../stem-sim/index.ts";
import type { FlagSpec } from "./command.ts";
import { parseYaml } from "./config/read-yaml.ts";
import { unreadableInput, UsageError } from "../core/index.ts";

/** A measured detector instead of the one in the file. */
export const DETECTOR_CURVE_FLAG = {
  value: "CSV",
  help: "measured sensitivity of the detector, lines of mrad and relative sensitivity, over the file's detector",
} satisfies FlagSpec;

/** A recipe may hold anything beside its microscope. */
const recipeWithMicroscope = z.looseObject({ microscope: microscopeSchema });

/**
 * Reads a microscope: a file of its keys, or a recipe that has a section `microscope:`.
 *
 * @param path undefined for all defaults
 * @param curve file of a measured detector, over the one in the file
 * @throws UsageError with file, line and column
 */
export function readMicroscope(path: string | undefined, curve?: string): Microscope {
  const microscope = path === undefined ? microscopeSchema.parse({}) : microscopeOf(readText(path), path);
  if (curve === undefined) return microscope;
  try {
    const points = parseSensitivityCsv(readText(curve), curve);
    return { ...microscope, detector: { sensitivity: points.map(([angle, relative]) => [angle, relative]) } };
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function microscopeOf(text: string, path: string): Microscope {
  if (/^microscope\s*:/m.test(text)) return parseYaml(text, recipeWithMicroscope, path).microscope;
  return parseYaml(text, microscopeSchema, path);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw unreadableInput({ action: "read microscope", where: path }, "wanted a file", cause);
  }
}
