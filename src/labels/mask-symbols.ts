import { rangeError } from "../core/index.ts";
import { shapeOf } from "../micrograph/index.ts";
import type { Micrograph } from "../micrograph/index.ts";

/** Red, green and blue, in the values of the file (0-255, or 0-65535 for 16 bits). */
export type RgbColor = readonly [number, number, number];

/** What a pixel of a mask can be: a grey value, a colour, or an index with the colour of its palette. */
export interface MaskSymbol {
  /** As stored; three times the same for a grey value. */
  readonly rgb: RgbColor;
  /** 0 (transparent) to 255 (opaque). */
  readonly alpha: number;
  /** Null where the file has no palette. */
  readonly index: number | null;
  /** Grey or luma as it is shown: white may be zero in the file. */
  readonly brightness: number;
  readonly pixelCount: number;
}

/** A mask as numbers of its symbols. */
export interface SymbolMap {
  readonly width: number;
  readonly height: number;
  /** In the order of their first pixels. */
  readonly symbols: readonly MaskSymbol[];
  /** [height, width], row-major: which symbol each pixel is. */
  readonly places: Uint32Array;
}

/** Luma of RGB, ITU-R BT.601 [bt601]. */
const LUMA = [0.299, 0.587, 0.114] as const;
/** Key of every pixel that cannot be seen, whatever colour lies beneath. */
const TRANSPARENT = -1;

/** Whether a symbol is a grey value: then `rgb[0]` is it. */
export const isGrey = ({ rgb: [r, g, b] }: MaskSymbol) => Object.is(r, g) && Object.is(g, b);

/**
 * Takes a mask apart into the symbols that occur and the pixels that show them.
 *
 * @param micrograph read with its indices, where it has a palette
 * @throws RangeError for stacks, complex values and more than four channels
 */
export function maskSymbols(micrograph: Micrograph): SymbolMap {
  const { width, height, channelCount } = planeOf(micrograph);
  const { values } = micrograph;
  const keyOf = keyFunction(micrograph, channelCount);
  const places = new Uint32Array(width * height);
  const known = new Map<number, number>();
  const [firsts, counts]: [number[], number[]] = [[], []];
  let place = -1;
  for (let i = 0; i < places.length; i++) {
    const at = i * channelCount;
    // masks are runs of equal pixels: most are known from the one before
    if (place < 0 || !isRepeated(values, at, channelCount)) {
      const key = keyOf(at);
      place = known.get(key) ?? firsts.push(at) - 1;
      known.set(key, place);
      counts[place] ??= 0;
    }
    places[i] = place;
    counts[place]++;
  }
  const symbols = firsts.map((at, k) => symbolAt(micrograph, at, channelCount, counts[k]));
  return { width, height, places, symbols: inEightBits(micrograph, symbols, channelCount) };
}

function planeOf(micrograph: Micrograph) {
  const shape = shapeOf(micrograph);
  const x = micrograph.axes.findIndex((axis) => axis.name === "x");
  const channelCount = shape.slice(x + 1).reduce((product, size) => product * size, 1);
  const frameCount = shape.slice(0, Math.max(0, x - 1)).reduce((product, size) => product * size, 1);
  const isFit = x >= 1 && frameCount === 1 && channelCount <= 4 && !micrograph.dtype.startsWith("complex");
  if (isFit) return { width: shape[x], height: shape[x - 1], channelCount };
  const wanted = "mask must be one image: grey, indexed, RGB or RGBA";
  const got = `${micrograph.dtype} of ${shape.join(" x ")}`;
  throw rangeError({ action: "read mask", where: micrograph.fileName }, wanted, got);
}

function isRepeated(values: Micrograph["values"], at: number, channelCount: number): boolean {
  for (let channel = 0; channel < channelCount; channel++) {
    if (values[at + channel] !== values[at + channel - channelCount]) return false;
  }
  return true;
}

/** A number for each symbol, below 2^53: of four channels of 16 bits, alpha counts in 32 steps. */
function keyFunction({ values, dtype }: Micrograph, channelCount: number): (at: number) => number {
  if (channelCount === 1) return (at) => values[at];
  const base = dtype === "uint8" ? 2 ** 8 : 2 ** 16;
  const hasAlpha = channelCount % 2 === 0;
  const colorCount = hasAlpha ? channelCount - 1 : channelCount;
  const alphaStep = channelCount === 4 && base > 2 ** 8 ? 2 ** 11 : 1;
  return (at) => {
    if (hasAlpha && values[at + colorCount] === 0) return TRANSPARENT;
    let key = 0;
    for (let channel = 0; channel < colorCount; channel++) key = key * base + values[at + channel];
    return hasAlpha ? (key * base) / alphaStep + Math.floor(values[at + colorCount] / alphaStep) : key;
  };
}

function symbolAt(micrograph: Micrograph, at: number, channelCount: number, pixelCount: number): MaskSymbol {
  const { values, palette, dtype } = micrograph;
  const { offset, scale } = micrograph.intensity;
  const first = values[at];
  if (palette !== undefined) {
    const [r, g, b, alpha] = palette.subarray(4 * first, 4 * first + 4);
    return { rgb: [r, g, b], alpha, index: first, brightness: lumaOf([r, g, b]), pixelCount };
  }
  const stored = channelCount % 2 === 0 ? values[at + channelCount - 1] : 255;
  const alpha = channelCount % 2 === 0 && dtype === "uint16" ? stored / 257 : stored;
  if (alpha === 0) return { rgb: [0, 0, 0], alpha, index: null, brightness: 0, pixelCount };
  if (channelCount < 3) {
    return { rgb: [first, first, first], alpha, index: null, brightness: offset + scale * first, pixelCount };
  }
  const rgb: RgbColor = [first, values[at + 1], values[at + 2]];
  return { rgb, alpha, index: null, brightness: lumaOf(rgb), pixelCount };
}

const lumaOf = ([r, g, b]: RgbColor) => (r === g && g === b ? r : LUMA[0] * r + LUMA[1] * g + LUMA[2] * b);

/** Colours of 16 bits that are colours of 8 bits, spread: then they can be named as those. */
function inEightBits(
  { dtype }: Micrograph,
  symbols: readonly MaskSymbol[],
  channelCount: number,
): readonly MaskSymbol[] {
  const isSpread = symbols.every(({ rgb }) => rgb.every((value) => value % 257 === 0));
  if (channelCount < 3 || dtype !== "uint16" || !isSpread) return symbols;
  return symbols.map((symbol) => ({
    ...symbol,
    rgb: [symbol.rgb[0] / 257, symbol.rgb[1] / 257, symbol.rgb[2] / 257],
    brightness: symbol.brightness / 257,
  }));
}
