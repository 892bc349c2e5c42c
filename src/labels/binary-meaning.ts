import { extremes } from "../core/index.ts";
import { unclearMasks } from "./found-masks.ts";
import type { FoundMasks, RuleOf, SymbolMeaning } from "./found-masks.ts";
import {
  areInAlpha,
  brightnessIn,
  hexOf,
  isNamed,
  lookOf,
  mergedBy,
  nameIn,
  percentText,
  pixelsOf,
  symbolsText,
} from "./found-symbols.ts";
import { areObjects, instanceMeaning } from "./instance-meaning.ts";
import { isGrey } from "./mask-symbols.ts";
import type { MaskSymbol } from "./mask-symbols.ts";
import { isBackground } from "./survey-mask.ts";

/** More values than these are the shades of blurred edges, not classes. */
const MOST_CLASSES = 12;
/** Probability above which a pixel of a probability map is object. */
const EVEN_ODDS = 0.5;

/**
 * Masks of two values or colours; class 1 is the bright or the dark one, or the one that is named. What an editor erased (alpha 0)
 * is background. Masks of many values that look like numbered objects are read as those, and fractions as probabilities.
 */
export function binaryMeaning(found: FoundMasks, rule: RuleOf<"binary">): SymbolMeaning {
  const { foreground, threshold } = rule;
  if (foreground !== "bright" && foreground !== "dark") return foregroundMeaning(found, foreground);
  if (threshold !== undefined) return thresholdMeaning(found, foreground, threshold);
  if (areFractions(found.symbols)) return thresholdMeaning(found, foreground, EVEN_ODDS);
  const looks = distinctLooks(found.symbols);
  const opaque = looks.filter(({ alpha }) => alpha === 255);
  const isErased = looks.length === opaque.length + 1 && looks.some(({ alpha }) => alpha === 0);
  if (isErased && opaque.length > 0 && opaque.length <= 2) return erasedMeaning(found, opaque, foreground);
  if (looks.length > 2) {
    if (foreground === "bright" && areObjects(found)) {
      const objects = instanceMeaning(found);
      const remedy = "if they are classes, name them: classNames and mask: { kind: classIds }";
      return { ...objects, notes: objects.notes.map((note) => `${note}; ${remedy}`) };
    }
    throw tooManyValues(found, looks);
  }
  const bright = looks.length === 2 ? brighterOf(looks, found, foreground) : soleBright(looks);
  const keyOf = groupKey(found.symbols);
  const brightKey = bright === undefined ? null : keyOf(bright);
  const isObject = (symbol: MaskSymbol) => (keyOf(symbol) === brightKey) === (foreground === "bright");
  return {
    areInstances: false,
    classOf: (symbol) => (isObject(symbol) ? 1 : 0),
    notes: colorNote(found, looks, isObject),
  };
}

/** Whether masks hold probabilities: numbers from 0 to 1, and some between. */
function areFractions(symbols: readonly MaskSymbol[]): boolean {
  const isFraction = ({ index, rgb: [value], alpha }: MaskSymbol) =>
    index === null && alpha === 255 && value >= 0 && value <= 1;
  return (
    symbols.every((symbol) => isGrey(symbol) && isFraction(symbol)) &&
    symbols.some(({ rgb: [value] }) => !Number.isInteger(value))
  );
}

/** Masks whose background, or a part of it, was erased: of what is left, one look is the object. */
function erasedMeaning(
  found: FoundMasks,
  opaque: readonly MaskSymbol[],
  foreground: "bright" | "dark",
): SymbolMeaning {
  const bright = opaque.length === 2 ? brighterOf(opaque, found, foreground) : null;
  const object = opaque.find((look) => bright === null || (look === bright) === (foreground === "bright"));
  const isObject = (symbol: MaskSymbol) => object !== undefined && lookOf(symbol) === lookOf(object);
  return {
    areInstances: false,
    classOf: (symbol) => (isObject(symbol) ? 1 : 0),
    notes: colorNote(found, distinctLooks(found.symbols), isObject),
  };
}

/** By what is seen; by the index where a palette shows all its indices alike. */
function groupKey(symbols: readonly MaskSymbol[]): (symbol: MaskSymbol) => string {
  const isOneLook = new Set(symbols.map(lookOf)).size === 1;
  return isOneLook ? ({ index }) => String(index) : lookOf;
}

const distinctLooks = (symbols: readonly MaskSymbol[]) => mergedBy(symbols, groupKey(symbols));

/** A mask of one value is bright unless that is zero. */
function soleBright([only]: readonly MaskSymbol[]): MaskSymbol | undefined {
  return only === undefined || isBackground(only) || only.brightness === 0 ? undefined : only;
}

/** Which of two symbols is bright; black, white and greys decide that, two colours do not. */
function brighterOf(
  looks: readonly MaskSymbol[],
  found: FoundMasks,
  foreground: "bright" | "dark",
): MaskSymbol {
  const brightness = brightnessIn(looks);
  const [dark, bright] = [...looks].sort(
    (a, b) => brightness(a) - brightness(b) || a.alpha - b.alpha || (a.index ?? 0) - (b.index ?? 0),
  );
  const isBelow = dark.rgb.every((value, channel) => value <= bright.rgb[channel]);
  // coloured objects on white: whoever says nothing means the colour, and the bright one is the other
  const isColorOnWhite = foreground === "bright" && !isGrey(dark);
  const isClear =
    lookOf(dark) === lookOf(bright) ||
    areInAlpha(looks) ||
    dark.alpha === 0 ||
    looks.every(isGrey) ||
    (isBelow && !isColorOnWhite);
  if (isClear) return bright;
  const [, rarer] = looks;
  const remedy = `name it, such as mask: { kind: binary, foreground: "${hexOf(rarer.rgb)}" }`;
  throw unclearMasks(found, `one of two colours must be ${found.classNames[1]}`, remedy);
}

/** Plain greys need no word where 0 is among them. */
function colorNote(
  { symbols, classNames }: FoundMasks,
  looks: readonly MaskSymbol[],
  isObject: (symbol: MaskSymbol) => boolean,
): string[] {
  const isPlain = symbols.every((symbol) => symbol.index === null && symbol.alpha === 255 && isGrey(symbol));
  if (isPlain && symbols.some(isBackground)) return [];
  const nameOf = nameIn(symbols);
  const parts = looks.map((symbol) => `${nameOf(symbol)} is ${classNames[isObject(symbol) ? 1 : 0]}`);
  const how = areInAlpha(symbols) ? "masks are read by their alpha" : "masks are read by colour";
  return [`${isPlain ? "no mask has the value 0" : how}: ${parts.join(", ")}`];
}

function foregroundMeaning(found: FoundMasks, foreground: number | string): SymbolMeaning {
  const { symbols, classNames } = found;
  const isObject = (symbol: MaskSymbol) => isNamed(symbol, foreground);
  if (!symbols.some(isObject)) {
    throw unclearMasks(
      found,
      `masks must show ${foreground}, the ${classNames[1]}`,
      "say the value or colour of the masks in mask.foreground",
    );
  }
  const others = symbols.filter((symbol) => !isObject(symbol));
  return {
    areInstances: false,
    classOf: (symbol) => (isObject(symbol) ? 1 : 0),
    notes: others.length > 1 ? [`mask pixels became ${classNames[0]}: ${symbolsText(others)}`] : [],
  };
}

/** Masks whose edges were blurred: parted at a value, with the share of the pixels that are neither black nor white. */
function thresholdMeaning(
  { symbols }: FoundMasks,
  foreground: "bright" | "dark",
  threshold: number,
): SymbolMeaning {
  const brightness = brightnessIn(symbols);
  const [low, high] = brightnessRange(symbols);
  const between = symbols.filter((symbol) => brightness(symbol) > low && brightness(symbol) < high);
  const share = percentText(pixelsOf(between) / pixelsOf(symbols));
  return {
    areInstances: false,
    classOf: (symbol) => (brightness(symbol) > threshold === (foreground === "bright") ? 1 : 0),
    notes:
      between.length === 0
        ? []
        : [`${share} of the mask pixels lie between the two values and were parted at ${threshold}`],
  };
}

/** Darkest and brightest. */
const brightnessRange = (symbols: readonly MaskSymbol[]) => extremes(symbols.map(brightnessIn(symbols)));

function tooManyValues(found: FoundMasks, looks: readonly MaskSymbol[]): RangeError {
  const { classNames } = found;
  const [low, high] = brightnessRange(looks);
  const middle = Math.floor((low + high) / 2);
  const part = `part blurred or lossy edges, mask: { kind: binary, threshold: ${middle} }`;
  const remedy =
    looks.length > MOST_CLASSES || areShades(looks)
      ? part
      : `give each its class (${classesRemedy(looks)}, with as many classNames), leave one out (ignore: ${ignoreName(looks)}), ` +
        `or ${part}; numbered objects are mask: { kind: instances }`;
  return unclearMasks(found, `masks of ${classNames[0]} and ${classNames[1]} must have two values`, remedy);
}

/** Whether coloured or transparent looks are all mixtures of the first two: edges between them, not classes. */
function areShades(looks: readonly MaskSymbol[]): boolean {
  if (areInAlpha(looks)) return true;
  if (looks.every(isGrey)) return false;
  const [a, b] = looks.map(({ rgb, alpha }) => rgb.map((value) => (value * alpha) / 255));
  const direction = b.map((value, channel) => value - a[channel]);
  const length = Math.hypot(...direction);
  return looks.every(({ rgb, alpha }) => {
    const offset = rgb.map((value, channel) => (value * alpha) / 255 - a[channel]);
    const along = offset.reduce((sum, value, channel) => sum + value * direction[channel], 0) / length;
    // one step of 8 bits is what rounding may do in each channel
    return Math.hypot(...offset.map((value, channel) => value - (along * direction[channel]) / length)) < 2;
  });
}

function classesRemedy(looks: readonly MaskSymbol[]): string {
  const isIndexed = looks.every(({ index }) => index !== null);
  if (!isIndexed && !looks.every(isGrey)) {
    const colors = looks.filter((symbol) => !isBackground(symbol)).map(({ rgb }) => `"${hexOf(rgb)}"`);
    return `mask: { kind: colors, colors: [${colors.join(", ")}] }`;
  }
  const values = looks.map(({ index, rgb }) => index ?? rgb[0]).sort((a, b) => a - b);
  return `mask: { kind: classIds, values: [${values.join(", ")}] }`;
}

function ignoreName(looks: readonly MaskSymbol[]): string {
  const rarest = looks[looks.length - 1];
  if (rarest.index !== null) return String(rarest.index);
  return isGrey(rarest) ? String(rarest.rgb[0]) : `"${hexOf(rarest.rgb)}"`;
}
