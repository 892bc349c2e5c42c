import { availableParallelism } from "node:os";
import type { CommandInput, FlagSpec } from "./command.ts";

/** A parser of whole numbers in a range, for a flag. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new RangeError(`wanted a whole number from ${min} to ${max}, got ${text}`);
  };
}

/** A parser of positive numbers with a unit, for a flag. */
export function positiveNumber(unit: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isFinite(value) && value > 0) return value;
    throw new RangeError(`wanted a number above 0 in ${unit}, got ${text}`);
  };
}

export const OUT_FLAG: FlagSpec = {
  name: "out",
  value: "FOLDER",
  help: "folder for the results; must be empty or absent",
};

export const FORCE_FLAG: FlagSpec = {
  name: "force",
  help: "replace the results of an earlier heterostem run in that folder",
};

export const SEED_FLAG: FlagSpec = {
  name: "seed",
  value: "N",
  help: "seed of all random streams (over the one in the recipe)",
  parse: wholeNumber(0, Number.MAX_SAFE_INTEGER),
};

export const WORKERS_FLAG: FlagSpec = {
  name: "workers",
  value: "N",
  help: "worker threads; the results do not depend on it (default: one per core)",
  parse: wholeNumber(1, 256),
};

export const PIXEL_SIZE_FLAG: FlagSpec = {
  name: "pixel-size",
  value: "NM",
  help: "pixel size of the images in nm, over the one in the files",
  parse: positiveNumber("nm"),
};

/** The number of worker threads a call asks for: the flag, else one per core. */
export function workerCount(flags: CommandInput["flags"]): number {
  return (flags["workers"] as number | undefined) ?? availableParallelism();
}
