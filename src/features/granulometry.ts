import type { GrayImage } from "../core/index.ts";
import type { Feature } from "./feature.ts";
import { extremes } from "./grey-levels.ts";

type Extreme = "minimum" | "maximum";

/**
 * Grey opening by a square [serra1982]: smallest value in the square, then largest of those; bright spots narrower
 * than the square go.
 *
 * @param image the image
 * @param sidePx odd side of the square [px]
 * @returns [height, width], nowhere above the image
 */
export function openBySquare(image: GrayImage, sidePx: number): Float32Array {
  return filterSquare({ ...image, data: filterSquare(image, sidePx, "minimum") }, sidePx, "maximum");
}

/**
 * Grey closing by a square [serra1982]: dark spots narrower than the square go.
 *
 * @param image the image
 * @param sidePx odd side of the square [px]
 * @returns [height, width], nowhere below the image
 */
export function closeBySquare(image: GrayImage, sidePx: number): Float32Array {
  return filterSquare({ ...image, data: filterSquare(image, sidePx, "maximum") }, sidePx, "minimum");
}

function filterSquare(image: GrayImage, sidePx: number, extreme: Extreme): Float32Array {
  const { width, height, data } = image;
  const once = new Float32Array(data.length);
  for (let row = 0; row < height; row++) {
    slideInto(once, data, { start: row * width, step: 1, length: width }, sidePx, extreme);
  }
  const twice = new Float32Array(data.length);
  for (let column = 0; column < width; column++) {
    slideInto(twice, once, { start: column, step: width, length: height }, sidePx, extreme);
  }
  return twice;
}

interface Line {
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/** Extreme of a sliding window in three comparisons a pixel, whatever its length [vanherk1992]. */
function slideInto(
  output: Float32Array,
  input: Float32Array,
  { start, step, length }: Line,
  sidePx: number,
  extreme: Extreme,
): Float32Array {
  const reach = (sidePx - 1) / 2;
  const nothing = extreme === "minimum" ? Infinity : -Infinity;
  const better = extreme === "minimum" ? Math.min : Math.max;
  const padded = new Float64Array(Math.ceil((length + 2 * reach) / sidePx) * sidePx).fill(nothing);
  for (let i = 0; i < length; i++) padded[i + reach] = input[start + i * step];
  const forward = Float64Array.from(padded);
  const backward = Float64Array.from(padded);
  for (let i = 1; i < padded.length; i++) {
    if (i % sidePx !== 0) forward[i] = better(forward[i - 1], forward[i]);
    const j = padded.length - 1 - i;
    if ((j + 1) % sidePx !== 0) backward[j] = better(backward[j + 1], backward[j]);
  }
  for (let i = 0; i < length; i++) output[start + i * step] = better(backward[i], forward[i + sidePx - 1]);
  return output;
}

const SIDES_PX = [3, 5, 9, 17, 33];

/**
 * Granulometry [matheron1975]: the share of the image's volume that openings (bright grains) and closings (dark
 * ones) of growing squares take away, from one size to the next.
 *
 * @param image the image
 * @returns one share a size and polarity; 0 for a flat image
 */
export function granulometryFeatures(image: GrayImage): Feature[] {
  const [low, high] = extremes(image.data);
  const volume = (high - low) * image.data.length;
  const shares = (filter: typeof openBySquare): number[] => {
    let before: Float32Array = image.data;
    return SIDES_PX.map((side) => {
      const after = filter(image, side);
      const change = after.reduce((sum, value, i) => sum + Math.abs(before[i] - value), 0);
      before = after;
      return volume === 0 ? 0 : change / volume;
    });
  };
  const entries = (name: string, values: readonly number[]) =>
    values.map((value, i) => ({
      name: `granulometry ${name} ${SIDES_PX[i]} px`,
      value,
      unit: "1",
      source: "matheron1975",
    }));
  return [...entries("bright", shares(openBySquare)), ...entries("dark", shares(closeBySquare))];
}
