import { availableParallelism } from "node:os";
import { definedPart } from "../core/index.ts";
import { MODALITIES, type PixelRegion } from "../image/index.ts";
import type { ImageRequest } from "../micrograph/index.ts";
import type { FlagRecord, FlagSpec, FlagValues } from "./command.ts";

/** A flag's name as it is typed, without the dashes. */
export function flagName(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

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

/** A parser of numbers of a range, for a flag. */
export function numberFrom(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= min && value <= max) return value;
    throw new RangeError(`wanted a number from ${min} to ${max}, got ${text}`);
  };
}

/** A parser of one of several names, for a flag. */
export function oneOf(names: readonly string[]): (text: string) => string {
  return (text) => {
    if (names.includes(text)) return text;
    throw new RangeError(`wanted one of ${names.join(", ")}, got ${text}`);
  };
}

export const OUT_FLAG = {
  value: "FOLDER",
  help: "folder for the results; must be empty or absent",
} satisfies FlagSpec;

export const FORCE_FLAG = {
  help: "replace the results of an earlier heterostem run in that folder",
} satisfies FlagSpec;

const MODALITY_NAMES = ["auto", ...MODALITIES] as const;

export const MODALITY_FLAG = {
  value: "NAME",
  help: "how the images were taken; auto looks at the grey levels",
  choices: MODALITY_NAMES,
  default: "auto",
} satisfies FlagSpec;

/** Flags of a command that writes its results, by default into the folder. */
export function outputFlags(folder: string) {
  return { out: { ...OUT_FLAG, default: folder }, force: FORCE_FLAG } satisfies FlagRecord;
}

export const SEED_FLAG = {
  value: "N",
  help: "seed of all random streams (over the one in the recipe)",
  parse: wholeNumber(0, Number.MAX_SAFE_INTEGER),
} satisfies FlagSpec;

export const WORKERS_FLAG = {
  value: "N",
  help: "worker threads, without effect on results",
  parse: wholeNumber(1, 256),
  default: availableParallelism(),
  defaultText: "one per core",
} satisfies FlagSpec;

export const PORT_FLAG = {
  value: "N",
  help: "port of the studio on 127.0.0.1; 0 takes a free one",
  parse: wholeNumber(0, 65_535),
  default: 4180,
} satisfies FlagSpec;

export const PIXEL_SIZE_FLAG = {
  value: "NM",
  help: "pixel size of the images in nm, over the one in the files",
  parse: positiveNumber("nm"),
} satisfies FlagSpec;

export const QUICK_FLAG = {
  help: "the recipe's small training budget: minutes in place of hours",
} satisfies FlagSpec;

/** Read by the parser itself: the command runs under this budget. */
export const MAX_MEMORY_FLAG = {
  value: "GB",
  help: "memory that one image or table may take",
  parse: positiveNumber("GB"),
  defaultText: "a quarter of all",
} satisfies FlagSpec;

/** What can be asked of every image that a command reads. */
export const IMAGE_FLAGS = {
  series: {
    value: "N|NAME",
    help: "of several images in a file: 0, 1, ..., or name (default: specimen's)",
    parse: (text: string) => (/^\d+$/.test(text) ? Number(text) : text),
  },
  frame: {
    value: "N|all",
    help: "frame of a stack, 0 first, or all of them (default: the first)",
    parse: (text: string) => (text === "all" ? text : wholeNumber(0, 1e9)(text)),
  },
  pixelSize: PIXEL_SIZE_FLAG,
  resample: {
    value: "NM",
    help: "bring the images to square pixels of this size in nm",
    parse: positiveNumber("nm"),
  },
  crop: {
    value: "X,Y,WIDTH,HEIGHT",
    help: "use this part of the images only, in pixels from the upper left corner",
    parse: parseCrop,
  },
  keepBar: { help: "take data bars, scale bars and text for specimen" },
  maxMemory: MAX_MEMORY_FLAG,
} satisfies FlagRecord;

/** Reads two angles, the inner one first. */
export function anglePair(text: string): readonly [number, number] {
  const [inner, outer] = twoNumbers(text);
  if (inner >= 0 && outer > inner) return [inner, outer];
  throw new RangeError(`wanted two angles in mrad such as 60,200, got ${text}`);
}

/** Makes what reads two numbers above 0, the smaller first. */
export function numberPair(what: string): (text: string) => readonly [number, number] {
  return (text) => {
    const [low, high] = twoNumbers(text);
    if (low > 0 && high > low) return [low, high];
    throw new RangeError(`wanted two ${what}, the smaller first, such as 3,12, got ${text}`);
  };
}

/** Two finite numbers with a comma between them; NaN where there are not. */
function twoNumbers(text: string): readonly [number, number] {
  const [first, second, ...more] = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  const isPair = more.length === 0 && Number.isFinite(first) && Number.isFinite(second);
  return isPair ? [first, second] : [NaN, NaN];
}

function parseCrop(text: string): PixelRegion {
  const [x, y, width, height, ...more] = text
    .split(",")
    .map((part) => (part.trim() === "" ? NaN : Number(part)));
  const isWhole = [x, y, width, height].every((value) => Number.isInteger(value) && value >= 0);
  if (isWhole && width > 0 && height > 0 && more.length === 0) return { x, y, width, height };
  throw new RangeError(`wanted four whole numbers such as 0,0,1024,884, got ${text}`);
}

/** What the flags of a call ask of an image. */
export function imageRequest({
  series,
  frame,
  pixelSize: pixelSizeNm,
  resample: resampleNm,
  crop,
  keepBar,
}: FlagValues<typeof IMAGE_FLAGS>): ImageRequest {
  return definedPart({ series, frame, pixelSizeNm, resampleNm, crop, keepBar: keepBar || undefined });
}
