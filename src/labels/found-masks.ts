import { counted, failureText } from "../core/index.ts";
import { symbolsText } from "./found-symbols.ts";
import type { MaskRule } from "./mask-rule.ts";
import type { MaskSymbol } from "./mask-symbols.ts";
import type { SurveyedMask } from "./survey-mask.ts";

/** The masks of a set as they were found, and the classes that they should show. */
export interface FoundMasks {
  readonly masks: readonly SurveyedMask[];
  /** Of all masks together, without those that are ignored, the most frequent first. */
  readonly symbols: readonly MaskSymbol[];
  /** Background first. */
  readonly classNames: readonly string[];
  /** Folder or file, for error texts. */
  readonly where: string;
}

/** What the symbols of a set of masks mean. */
export interface SymbolMeaning {
  /** Class id, UNLABELLED, or null where no class claims it: then it is background, and counted. */
  readonly classOf: (symbol: MaskSymbol) => number | null;
  /** Whether each symbol of class 1 is one object. */
  readonly areInstances: boolean;
  /** What a careful reader should know: how colours, palettes and values were taken. */
  readonly notes: readonly string[];
}

/** A rule of the mask section of a study, by the name of its kind. */
export type RuleOf<Kind extends MaskRule["kind"]> = Extract<MaskRule, { readonly kind: Kind }>;

/** The error of masks that do not say their classes: what was found, with shares, and how to name it. */
export function unclearMasks(
  { symbols, masks, where }: FoundMasks,
  wanted: string,
  remedy: string,
): RangeError {
  const got = `${symbolsText(symbols)} in ${counted(masks.length, "mask")}`;
  return new RangeError(`${failureText({ action: "read masks", where }, wanted, got)}; ${remedy}`);
}
