import { failureText } from "../core/index.ts";
import type { Micrograph } from "../micrograph/index.ts";
import { shapeOf } from "../micrograph/index.ts";
import type { LabelMap } from "./label-map.ts";

/** How the pixels of a mask image name classes. */
export type MaskRule =
  /** Values are class ids. */
  | { readonly kind: "classIds"; readonly classNames: readonly string[] }
  /** Two values; the foreground is the bright or the dark one. */
  | {
      readonly kind: "binary";
      readonly foreground: "bright" | "dark";
      readonly classNames: readonly [string, string];
    }
  /** Exact colours; a pixel of no listed colour is background (the micrograph itself often shows there). */
  | { readonly kind: "colors"; readonly classNames: readonly string[]; readonly colors: readonly RgbColor[] };

/** Red, green and blue, in the values of the file (0-255, or 0-65535 for 16 bits). */
export type RgbColor = readonly [number, number, number];

/** A label map and what in its file no rule named. */
export interface MaskReading {
  readonly labels: LabelMap;
  /** Pixels that no class claimed and that became background. */
  readonly unmatchedPixelCount: number;
  /** The most frequent unclaimed values or colours, such as "12" or "200,10,10", with their pixels. */
  readonly unmatched: readonly { readonly value: string; readonly pixelCount: number }[];
}

const REPORTED_VALUES = 8;

/**
 * Turns a mask image into a label map.
 *
 * @param micrograph the mask as it was read; frames beyond the first are not used
 * @param rule meaning of its pixels; for "colors", `classNames[0]` is the background and `colors[i]` is class i + 1
 * @returns label map and the values that the rule did not name
 * @throws RangeError when a value is no class id, a mask is not binary, or colours are asked of a grey image
 */
export function readMaskImage(micrograph: Micrograph, rule: MaskRule): MaskReading {
  const { width, height, channelCount } = planeOf(micrograph);
  const { values } = micrograph;
  const unmatched = new Map<string, number>();
  const classOf = classifier(micrograph, rule, channelCount);
  const classIds = new Uint8Array(width * height);
  for (let i = 0; i < classIds.length; i++) {
    const at = i * channelCount;
    const classId = classOf(at);
    if (classId >= 0) classIds[i] = classId;
    else {
      const value = values.subarray(at, at + Math.min(3, channelCount)).join(",");
      unmatched.set(value, (unmatched.get(value) ?? 0) + 1);
    }
  }
  return { labels: { width, height, classIds, classNames: rule.classNames }, ...report(unmatched) };
}

function report(unmatched: ReadonlyMap<string, number>): Omit<MaskReading, "labels"> {
  const entries = [...unmatched].map(([value, pixelCount]) => ({ value, pixelCount }));
  const unmatchedPixelCount = entries.reduce((sum, { pixelCount }) => sum + pixelCount, 0);
  const frequent = entries.sort((a, b) => b.pixelCount - a.pixelCount).slice(0, REPORTED_VALUES);
  return { unmatchedPixelCount, unmatched: frequent };
}

const contextOf = (micrograph: Micrograph) => ({ action: "read mask", where: micrograph.fileName });

function planeOf(micrograph: Micrograph) {
  const x = micrograph.axes.findIndex((axis) => axis.name === "x");
  if (x < 1) throw new RangeError(failureText(contextOf(micrograph), "file must hold an image", "none"));
  const shape = shapeOf(micrograph);
  return { width: shape[x], height: shape[x - 1], channelCount: shape[x + 1] ?? 1 };
}

/** A function from the index of a pixel's first value to its class; -1 where no class claims it. */
function classifier(micrograph: Micrograph, rule: MaskRule, channelCount: number): (at: number) => number {
  const { values } = micrograph;
  if (rule.kind === "binary") return binaryClassifier(micrograph, rule.foreground, channelCount);
  if (rule.kind === "classIds") {
    return (at) => {
      const value = values[at];
      if (Number.isInteger(value) && value >= 0 && value < rule.classNames.length) return value;
      const wanted = `values must be class ids from 0 to ${rule.classNames.length - 1}`;
      throw new RangeError(failureText(contextOf(micrograph), wanted, String(value)));
    };
  }
  if (channelCount < 3) {
    throw new RangeError(
      failureText(contextOf(micrograph), "mask must be RGB or RGBA", `${channelCount} channels`),
    );
  }
  return (at) => {
    const index = rule.colors.findIndex(
      ([r, g, b]) => values[at] === r && values[at + 1] === g && values[at + 2] === b,
    );
    return index < 0 ? -1 : index + 1;
  };
}

/** Refuses a third value: it would be a resampled or a lossy mask. */
function binaryClassifier(micrograph: Micrograph, foreground: "bright" | "dark", channelCount: number) {
  const { values, intensity } = micrograph;
  const found = new Set<number>();
  for (let i = 0; i < values.length && found.size < 4; i += channelCount) found.add(values[i]);
  if (found.size > 2) {
    const got = `${[...found].slice(0, 4).join(", ")}, ...`;
    throw new RangeError(failureText(contextOf(micrograph), "binary mask must have two values", got));
  }
  // a single value is bright unless it is zero; a negative scale means that white is zero in the file
  const sorted = [...found].sort((a, b) => a - b);
  const bright = sorted.length === 2 ? sorted[1] : sorted[0] > 0 ? sorted[0] : Infinity;
  const isInverted = intensity.scale < 0;
  return (at: number) => {
    const isBright = values[at] >= bright !== isInverted;
    return isBright === (foreground === "bright") ? 1 : 0;
  };
}
