import { basename } from "node:path";
import type { FoundMasks, SymbolMeaning } from "./found-masks.ts";
import { isGrey } from "./mask-symbols.ts";
import { isBackground } from "./survey-mask.ts";
import type { SurveyedMask } from "./survey-mask.ts";

/** Share of the values that must look like one object each, for masks of many values to be numbered objects. */
const OBJECT_SHARE = 0.9;
/** Fewer values may as well be classes. */
const FEWEST_OBJECTS = 3;

/** Masks of numbered or coloured objects, as Cellpose writes them: each value or colour is one object of class 1. */
export function instanceMeaning({ symbols, masks }: FoundMasks): SymbolMeaning {
  const most = Math.max(...masks.map(valueCount));
  const full = masks
    .filter((mask) => !mask.symbols.some(isBackground))
    .map(({ fileName }) => basename(fileName));
  const kind = symbols.every((symbol) => symbol.index === null && isGrey(symbol)) ? "value" : "colour";
  return {
    areInstances: true,
    classOf: (symbol) => (isBackground(symbol) ? 0 : 1),
    notes: [
      `masks are read as numbered objects, each ${kind} one object (up to ${most} in a mask)`,
      ...(full.length === 0
        ? []
        : [`no pixel is background (0, black or transparent) in ${full.join(", ")}`]),
    ],
  };
}

/** Whether masks of many values look like numbered objects: a background, and values in one piece each. */
export function areObjects({ symbols, masks }: FoundMasks): boolean {
  const telling = masks.filter((mask) => mask.symbols.length > 2);
  const values = telling.map(valueCount);
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const objects = sum(telling.map(({ objectCount }) => objectCount));
  const hasMany = values.some((count) => count >= FEWEST_OBJECTS);
  return hasMany && symbols.some(isBackground) && objects >= OBJECT_SHARE * sum(values);
}

const valueCount = ({ symbols }: SurveyedMask) => symbols.filter((symbol) => !isBackground(symbol)).length;
