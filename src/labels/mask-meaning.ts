import { binaryMeaning } from "./binary-meaning.ts";
import { classIdMeaning } from "./class-id-meaning.ts";
import { colorMeaning } from "./color-meaning.ts";
import { unclearMasks } from "./found-masks.ts";
import type { FoundMasks, SymbolMeaning } from "./found-masks.ts";
import { foundSymbols, isNamed, nameIn, percentText, pixelsOf } from "./found-symbols.ts";
import { instanceMeaning } from "./instance-meaning.ts";
import { UNLABELLED } from "./label-map.ts";
import type { MaskRule } from "./mask-rule.ts";
import type { MaskSymbol } from "./mask-symbols.ts";
import type { SurveyedMask } from "./survey-mask.ts";

/** What the symbols of a set of masks mean, and the names of the classes. */
export interface MaskMeaning extends SymbolMeaning {
  readonly classNames: readonly string[];
}

/** Index of the border that nobody labelled, in Pascal VOC's masks. */
const VOC_VOID = 255;

/**
 * Decides what the values, indices or colours of a set of masks mean. The whole set decides: one mask alone may lack a class.
 *
 * @param masks all masks of the set
 * @param rule what the user says of them
 * @param where folder or file of the masks, for the error text
 * @returns the class of each symbol
 * @throws RangeError that lists the values or colours with their shares, and says how to name them
 */
export function maskMeaning(masks: readonly SurveyedMask[], rule: MaskRule, where: string): MaskMeaning {
  const all = foundSymbols(masks);
  const isIgnored = ignoreTest(masks, rule);
  const { classNames } = rule;
  const found = { masks, symbols: all.filter((symbol) => !isIgnored(symbol)), classNames, where };
  if (found.symbols.some(({ rgb }) => !rgb.every(Number.isFinite))) {
    throw unclearMasks(found, "values must be numbers", "give pixels without a label a value of their own");
  }
  const meaning = meaningOf(found, rule);
  return {
    ...meaning,
    classNames,
    classOf: (symbol) => (isIgnored(symbol) ? UNLABELLED : meaning.classOf(symbol)),
    notes: [...meaning.notes, ...ignoredNote(all, isIgnored)],
  };
}

function meaningOf(found: FoundMasks, rule: MaskRule): SymbolMeaning {
  if (rule.kind === "classIds") return classIdMeaning(found, rule);
  if (rule.kind === "colors") return colorMeaning(found, rule);
  return rule.kind === "instances" ? instanceMeaning(found) : binaryMeaning(found, rule);
}

function ignoreTest(masks: readonly SurveyedMask[], { ignore }: MaskRule): (symbol: MaskSymbol) => boolean {
  if (ignore !== undefined) return (symbol) => isNamed(symbol, ignore);
  const isVoc = masks.every(({ hasVocPalette }) => hasVocPalette);
  return ({ index }) => isVoc && index === VOC_VOID;
}

function ignoredNote(all: readonly MaskSymbol[], isIgnored: (symbol: MaskSymbol) => boolean): string[] {
  const ignored = all.filter(isIgnored);
  if (ignored.length === 0) return [];
  const share = percentText(pixelsOf(ignored) / pixelsOf(all));
  return [`${ignored.map(nameIn(all)).join(", ")} is unlabelled: ${share} of the mask pixels`];
}
