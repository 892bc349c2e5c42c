import { maskSymbols } from "./mask-symbols.ts";
import type { MaskSymbol, SymbolMap } from "./mask-symbols.ts";
import type { Micrograph } from "../micrograph/index.ts";

/** What a mask file holds, before anybody says what it means. */
export interface SurveyedMask {
  readonly fileName: string;
  /** The most frequent first, up to MOST_SYMBOLS. */
  readonly symbols: readonly MaskSymbol[];
  /** Whether the palette is Pascal VOC's, in which index 255 is the border that nobody labelled. */
  readonly hasVocPalette: boolean;
  /** Of more than two symbols, those that look like one object each: pixels that hang together, and not just a few. */
  readonly objectCount: number;
}

/** First entries of Pascal VOC's palette, and its void: index 255. */
const VOC_COLORS = [0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0] as const;
const VOC_VOID = [224, 224, 192] as const;

/** More symbols than these are no labels: it is a photograph or a probability map. */
const MOST_SYMBOLS = 65_536;
/** Smaller ones are the shades of an antialiased edge [px]. */
const SMALLEST_OBJECT = 4;

/** Black, transparent, or index 0 of a palette: what tools give to pixels outside all objects. */
export function isBackground({ rgb, alpha, index }: MaskSymbol): boolean {
  return index === null ? alpha === 0 || rgb.every((value) => value === 0) : index === 0;
}

/**
 * Looks at a mask: what occurs in it, how often, and whether it looks like numbered objects.
 *
 * @param micrograph the mask, read with `palette: "indices"`
 * @returns symbols with their pixel counts
 * @throws RangeError for stacks, complex values and more than four channels
 */
export function surveyMask(micrograph: Micrograph): SurveyedMask {
  const map = maskSymbols(micrograph);
  const symbols = [...map.symbols].sort((a, b) => b.pixelCount - a.pixelCount);
  return {
    fileName: micrograph.fileName,
    symbols: symbols.slice(0, MOST_SYMBOLS),
    hasVocPalette: isVocPalette(micrograph.palette),
    // two values need no look: they are object and background
    objectCount: symbols.length > 2 && symbols.length <= MOST_SYMBOLS ? countObjects(map) : 0,
  };
}

function isVocPalette(palette: Uint8Array | undefined): boolean {
  if (palette === undefined) return false;
  const rgb = (from: number, count: number) =>
    Array.from({ length: 3 * count }, (_, i) => palette[4 * (from + Math.floor(i / 3)) + (i % 3)]);
  const isVoid = rgb(255, 1).every((value, i) => value === VOC_VOID[i]);
  return isVoid && rgb(0, 4).every((value, i) => value === VOC_COLORS[i]);
}

function countObjects({ width, height, symbols, places }: SymbolMap): number {
  const isSeen = new Uint8Array(places.length);
  const isStarted = Uint8Array.from(symbols, (symbol) => (isBackground(symbol) ? 1 : 0));
  let count = 0;
  for (let at = 0; at < places.length; at++) {
    const place = places[at];
    if (isStarted[place] === 1) continue;
    isStarted[place] = 1;
    const { pixelCount } = symbols[place];
    const isWhole = floodInPlace(isSeen, places, at, { width, height }) === pixelCount;
    if (isWhole && pixelCount >= SMALLEST_OBJECT) count++;
  }
  return count;
}

/** Marks the pixels of one symbol that hang together with a first one, and counts them. */
function floodInPlace(
  isSeen: Uint8Array,
  places: Uint32Array,
  first: number,
  { width, height }: { readonly width: number; readonly height: number },
): number {
  const open = [first];
  isSeen[first] = 1;
  let count = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    count++;
    const [x, y] = [at % width, Math.floor(at / width)];
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        const next = v * width + u;
        if (isSeen[next] === 1 || places[next] !== places[first]) continue;
        isSeen[next] = 1;
        open.push(next);
      }
    }
  }
  return count;
}
