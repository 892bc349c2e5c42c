import type { Micrograph } from "../micrograph/index.ts";
import { nameIn } from "./found-symbols.ts";
import { UNLABELLED } from "./label-map.ts";
import type { LabelMap } from "./label-map.ts";
import { maskMeaning } from "./mask-meaning.ts";
import type { MaskMeaning } from "./mask-meaning.ts";
import type { MaskRule } from "./mask-rule.ts";
import { maskSymbols } from "./mask-symbols.ts";
import { surveyMask } from "./survey-mask.ts";

/** A label map and what in its file no rule named. */
export interface MaskReading {
  readonly labels: LabelMap;
  /** Pixels that no class claimed and that became background. */
  readonly unmatchedPixelCount: number;
  /** The most frequent unclaimed values or colours, such as "#c80a0a", with their pixels. */
  readonly unmatched: readonly { readonly value: string; readonly pixelCount: number }[];
}

const REPORTED_VALUES = 8;

/**
 * Turns a mask image into a label map, by the meaning of the set that it belongs to.
 *
 * @param micrograph the mask, read with `palette: "indices"`
 * @param meaning from `maskMeaning`
 * @returns label map, with objects where the mask numbers them, and the values that no class claimed
 * @throws RangeError for stacks, complex values and more than four channels
 */
export function applyMaskMeaning(micrograph: Micrograph, meaning: MaskMeaning): MaskReading {
  const { width, height, symbols, places } = maskSymbols(micrograph);
  const classes = symbols.map(meaning.classOf);
  const classIds = new Uint8Array(places.length);
  for (let i = 0; i < places.length; i++) classIds[i] = classes[places[i]] ?? 0;
  const unmatched = symbols
    .filter((_, place) => classes[place] === null)
    .sort((a, b) => b.pixelCount - a.pixelCount);
  const nameOf = nameIn(symbols);
  return {
    labels: {
      width,
      height,
      classIds,
      classNames: meaning.classNames,
      instanceIds: meaning.areInstances ? numbered(classes, places) : null,
    },
    unmatchedPixelCount: unmatched.reduce((sum, { pixelCount }) => sum + pixelCount, 0),
    unmatched: unmatched
      .slice(0, REPORTED_VALUES)
      .map((symbol) => ({ value: nameOf(symbol), pixelCount: symbol.pixelCount })),
  };
}

/**
 * Turns one mask image into a label map.
 *
 * @param micrograph the mask, read with `palette: "indices"` so that a palette's indices are known
 * @param rule meaning of its pixels
 * @returns label map and the values that the rule did not name
 * @throws RangeError listing the values or colours with their shares where the rule does not fit them
 */
export function readMaskImage(micrograph: Micrograph, rule: MaskRule): MaskReading {
  return applyMaskMeaning(micrograph, maskMeaning([surveyMask(micrograph)], rule, micrograph.fileName));
}

/** Objects 1, 2, ... in the order of their first pixels. */
function numbered(classes: readonly (number | null)[], places: Uint32Array): Int32Array {
  let count = 0;
  const numbers = classes.map((id) => (id === null || id === 0 || id === UNLABELLED ? 0 : ++count));
  const instanceIds = new Int32Array(places.length);
  for (let i = 0; i < places.length; i++) instanceIds[i] = numbers[places[i]];
  return instanceIds;
}
