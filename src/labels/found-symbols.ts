import { isGrey } from "./mask-symbols.ts";
import type { MaskSymbol, RgbColor } from "./mask-symbols.ts";
import type { ColorName } from "./mask-rule.ts";
import type { SurveyedMask } from "./survey-mask.ts";

/** Symbols that a text names one by one. */
const NAMED_COUNT = 6;

/** The symbols of many masks, each once, the most frequent first. */
export function foundSymbols(masks: readonly SurveyedMask[]): MaskSymbol[] {
  return mergedBy(
    masks.flatMap(({ symbols }) => symbols),
    ({ index, rgb, alpha }) => `${index} ${rgb.join()} ${alpha}`,
  );
}

/** Symbols with the same key as one, the most frequent first. */
export function mergedBy(
  symbols: readonly MaskSymbol[],
  keyOf: (symbol: MaskSymbol) => string,
): MaskSymbol[] {
  const merged = new Map<string, MaskSymbol>();
  for (const symbol of symbols) {
    const known = merged.get(keyOf(symbol));
    const pixelCount = symbol.pixelCount + (known?.pixelCount ?? 0);
    merged.set(keyOf(symbol), { ...(known ?? symbol), pixelCount });
  }
  return [...merged.values()].sort((a, b) => b.pixelCount - a.pixelCount);
}

/** What is seen of a symbol, whatever its index. */
export const lookOf = ({ rgb, alpha }: MaskSymbol) =>
  alpha === 0 ? "transparent" : `${rgb.join()} ${alpha}`;

/** Whether the classes lie in the alpha alone: all colours that can be seen are one. */
export function areInAlpha(symbols: readonly MaskSymbol[]): boolean {
  const colors = new Set(symbols.filter(({ alpha }) => alpha > 0).map(({ rgb }) => rgb.join()));
  return colors.size <= 1 && new Set(symbols.map(({ alpha }) => alpha)).size > 1;
}

/** Grey, luma over black, or alpha where classes lie in it alone. */
export function brightnessIn(symbols: readonly MaskSymbol[]): (symbol: MaskSymbol) => number {
  if (areInAlpha(symbols)) return ({ alpha }) => alpha;
  return ({ brightness, alpha }) => (alpha === 255 ? brightness : (brightness * alpha) / 255);
}

/** The name of a symbol among others: 255, #00ff00, "index 1 (#800000)", transparent. */
export function nameIn(symbols: readonly MaskSymbol[]): (symbol: MaskSymbol) => string {
  const areGrey = symbols.every((symbol) => symbol.index === null && isGrey(symbol) && symbol.alpha === 255);
  return (symbol) => {
    if (areGrey) return String(symbol.rgb[0]);
    const look = symbol.alpha === 0 ? "transparent" : `${hexOf(symbol.rgb)}${alphaText(symbol.alpha)}`;
    return symbol.index === null ? look : `index ${symbol.index} (${look})`;
  };
}

const alphaText = (alpha: number) => (alpha === 255 ? "" : ` at alpha ${Math.round(alpha)}`);

/** "#rrggbb"; colours of more than 8 bits as numbers. */
export function hexOf(rgb: RgbColor): string {
  const isByte = rgb.every((value) => Number.isInteger(value) && value >= 0 && value < 256);
  return isByte ? `#${rgb.map((value) => value.toString(16).padStart(2, "0")).join("")}` : rgb.join(",");
}

/** Whether a symbol shows a colour; one of 8 bits is meant in files of 16 bits, too. */
export function isColor(symbol: MaskSymbol, color: ColorName): boolean {
  const rgb =
    typeof color === "string" ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) : color;
  const isSame = (own: number, named: number) =>
    symbol.rgb.every((value, i) => value * own === rgb[i] * named);
  return symbol.alpha > 0 && (isSame(1, 1) || isSame(1, 257) || isSame(257, 1));
}

/** A number names an index where there is a palette, else a grey value; a text names a colour. */
export function isNamed(symbol: MaskSymbol, name: number | string): boolean {
  if (typeof name === "string") return isColor(symbol, name);
  return symbol.index === null ? isGrey(symbol) && symbol.rgb[0] === name : symbol.index === name;
}

/** "0 (61 %), 255 (38 %) and 12 others (1 %)". */
export function symbolsText(symbols: readonly MaskSymbol[]): string {
  const nameOf = nameIn(symbols);
  const all = pixelsOf(symbols);
  const named = symbols.slice(0, NAMED_COUNT);
  const text = named
    .map((symbol) => `${nameOf(symbol)} (${percentText(symbol.pixelCount / all)})`)
    .join(", ");
  const rest = symbols.slice(NAMED_COUNT);
  if (rest.length === 0) return text;
  return `${text} and ${rest.length} others (${percentText(pixelsOf(rest) / all)})`;
}

export const pixelsOf = (symbols: readonly MaskSymbol[]) =>
  symbols.reduce((sum, { pixelCount }) => sum + pixelCount, 0);

/** Two digits, as 61 % or 0.031 %. */
export function percentText(share: number): string {
  const percent = 100 * share;
  return `${percent >= 10 ? Math.round(percent) : Number(percent.toPrecision(2))} %`;
}
