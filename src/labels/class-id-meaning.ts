import { unclearMasks } from "./found-masks.ts";
import type { FoundMasks, RuleOf, SymbolMeaning } from "./found-masks.ts";
import { hexOf } from "./found-symbols.ts";
import { areObjects } from "./instance-meaning.ts";
import { isGrey } from "./mask-symbols.ts";
import type { MaskSymbol } from "./mask-symbols.ts";
import { isBackground } from "./survey-mask.ts";

type NumberOf = (symbol: MaskSymbol) => number;

/**
 * Masks whose grey values, or indices of a palette, are class ids.
 *
 * Greys go before indices: a palette of the greys 0, 1, 2 comes from a tool that shrinks files, in any order. Values 1 to n without
 * a 0 are numbered from 1 on, as ilastik does.
 */
export function classIdMeaning(found: FoundMasks, { values }: RuleOf<"classIds">): SymbolMeaning {
  const { symbols, classNames } = found;
  const ids = values ?? classNames.map((_, id) => id);
  const numbers: NumberOf[] = [];
  if (symbols.every(isGrey)) numbers.push(({ rgb }) => rgb[0]);
  if (symbols.every(({ index }) => index !== null)) numbers.push(({ index }) => index ?? NaN);
  const idsBy = (shift: number) =>
    numbers.find((numberOf) => symbols.every((symbol) => ids.includes(numberOf(symbol) - shift)));
  const plain = idsBy(0);
  if (plain !== undefined) {
    return { areInstances: false, notes: [], classOf: (symbol) => ids.indexOf(plain(symbol)) };
  }
  const fromOne = values === undefined ? idsBy(1) : undefined;
  if (fromOne === undefined) throw noClassIds(found, ids, numbers[0]);
  const note = `mask values 1 to ${classNames.length} are ${classNames.join(", ")}, in this order`;
  return { areInstances: false, notes: [note], classOf: (symbol) => fromOne(symbol) - 1 };
}

function noClassIds(found: FoundMasks, ids: readonly number[], numberOf: NumberOf | undefined): RangeError {
  const { symbols, classNames } = found;
  if (numberOf === undefined) {
    const colors = symbols.filter((symbol) => !isBackground(symbol)).slice(0, classNames.length - 1);
    const list = colors.map(({ rgb }) => `"${hexOf(rgb)}"`).join(", ");
    const classes = classNames.slice(1).join(", ");
    const remedy = `name the colours of ${classes}, such as mask: { kind: colors, colors: [${list}] }`;
    return unclearMasks(found, "class ids must be grey values or indices of a palette", remedy);
  }
  const areIds = ids.every((value, id) => value === id);
  const range = areIds ? `class ids from 0 to ${ids.length - 1}` : ids.join(", ");
  const wanted = `values must be ${range} (${classNames.join(", ")})`;
  return unclearMasks(found, wanted, valuesRemedy(found, ids, symbols.map(numberOf)));
}

function valuesRemedy(found: FoundMasks, ids: readonly number[], values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === found.classNames.length) {
    return `say the value of each class, such as mask: { kind: classIds, values: [${sorted.join(", ")}] }`;
  }
  if (areObjects(found)) return "numbered objects are mask: { kind: instances }, with two classNames";
  const stray = sorted.findLast((value) => !ids.includes(value));
  return `name as many classes as there are values, or leave one out, such as mask: { kind: classIds, ignore: ${stray} }`;
}
