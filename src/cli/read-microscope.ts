import { readFileSync } from "node:fs";
import { z } from "zod";
import { UsageError } from "../core/index.ts";
import { microscopeSchema, parseSensitivityCsv, type Microscope } from "../stem-sim/index.ts";
import { aggregatePriorSchema, type AggregatePrior } from "../stochastic/index.ts";
import type { FlagSpec } from "./command.ts";
import { findConfig, type ConfigContext } from "./config/read-config.ts";
import { parseYaml } from "./config/read-yaml.ts";
import { readInput } from "./read-input.ts";

/** A measured detector instead of the one in the file. */
export const DETECTOR_CURVE_FLAG = {
  value: "CSV",
  help: "measured sensitivity of the detector, lines of mrad and relative sensitivity, over the file's detector",
} satisfies FlagSpec;

/** A recipe may hold anything beside its microscope and its aggregates. */
const recipeSchema = z.looseObject({
  seed: z.int().min(0).default(1),
  microscope: microscopeSchema.prefault({}),
  aggregate: aggregatePriorSchema.optional(),
});

/** A microscope, and what a recipe says of the aggregates that it is for. */
export interface MicroscopeFile {
  readonly microscope: Microscope;
  /** The recipe's aggregates; undefined in a file of a microscope alone. */
  readonly aggregate?: AggregatePrior | undefined;
  readonly seed: number;
}

/** Where a microscope is read from. */
export interface MicroscopeChoice {
  /** A file of its keys, or a recipe that has a section `microscope:`; undefined for all defaults. */
  readonly file: string | undefined;
  /** File of a measured detector, over the one in the file. */
  readonly detectorCurve?: string | undefined;
}

/**
 * Reads a microscope with the aggregates of its recipe.
 *
 * @throws UsageError with file, line and column
 */
export function readMicroscope(
  { file, detectorCurve }: MicroscopeChoice,
  context: ConfigContext,
): MicroscopeFile {
  const read = file === undefined ? recipeSchema.parse({}) : fileOf(findConfig(file, context, recipeSchema));
  if (detectorCurve === undefined) return read;
  try {
    const text = readInput(detectorCurve, "read sensitivity curve", "wanted a file").toString("utf8");
    const points = parseSensitivityCsv(text, detectorCurve);
    const detector = { sensitivity: points.map(([angle, relative]): [number, number] => [angle, relative]) };
    return { ...read, microscope: { ...read.microscope, detector } };
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function fileOf(path: string): MicroscopeFile {
  const text = readFileSync(path, "utf8");
  if (/^\s*"?(?:microscope|aggregate)"?\s*:/m.test(text)) return parseYaml(text, recipeSchema, path);
  return { ...recipeSchema.parse({}), microscope: parseYaml(text, microscopeSchema, path) };
}
