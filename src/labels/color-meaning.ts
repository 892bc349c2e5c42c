import { unclearMasks } from "./found-masks.ts";
import type { FoundMasks, RuleOf, SymbolMeaning } from "./found-masks.ts";
import { hexOf, isColor } from "./found-symbols.ts";
import { isBackground } from "./survey-mask.ts";

/** Masks in which each class has its colour; what has none of them is background, black and transparent without a word. */
export function colorMeaning(found: FoundMasks, { colors }: RuleOf<"colors">): SymbolMeaning {
  const { symbols, classNames } = found;
  const missing = colors.findIndex((color) => !symbols.some((symbol) => isColor(symbol, color)));
  if (missing >= 0) {
    const color = colors[missing];
    const name = typeof color === "string" ? color : hexOf(color);
    const remedy = "say the colours of the masks in mask.colors";
    throw unclearMasks(found, `masks must show ${name}, the colour of ${classNames[missing + 1]}`, remedy);
  }
  return {
    areInstances: false,
    notes: [],
    classOf(symbol) {
      const place = colors.findIndex((color) => isColor(symbol, color));
      if (place >= 0) return place + 1;
      return isBackground(symbol) ? 0 : null;
    },
  };
}
