import { extremes, type GrayImage } from "../core/index.ts";
import { checkNumber } from "../core/index.ts";

/** Which shares of the pixels lie below and above the range. */
export interface RobustRangeOptions {
  /** Share of pixels at or below `low`, 0 to 0.5; default 0.005. */
  readonly lowShare?: number;
  /** Share of pixels at or above `high`, 0 to 0.5; default 0.005. */
  readonly highShare?: number;
}

/**
 * Intensities between which all but a small share of the pixels lie: spikes and dead pixels do not move it.
 *
 * @param image finite intensities; pixels that are not finite are left out
 * @param options shares outside the range
 * @returns low and high in the image's unit; equal for a constant image, NaN for no finite pixel
 * @example
 * import { robustRange } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.from({ length: 1000 }, (_, i) => (i === 0 ? 1e9 : i));
 * const image = { width: 1000, height: 1, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * expect(robustRange(image).high).toBeLessThan(1000);
 */
export function robustRange(
  image: Pick<GrayImage, "data">,
  options: RobustRangeOptions = {},
): { readonly low: number; readonly high: number } {
  const { lowShare = 0.005, highShare = 0.005 } = options;
  const context = { action: "find robust range" };
  checkNumber("lowShare", lowShare, { min: 0, max: 0.5, ...context });
  checkNumber("highShare", highShare, { min: 0, max: 0.5, ...context });
  const finite = image.data.filter((value) => Number.isFinite(value));
  if (finite.length === 0) return { low: NaN, high: NaN };
  const last = finite.length - 1;
  const [low, high] = [Math.floor(last * lowShare), Math.ceil(last * (1 - highShare))];
  return { low: valueOfRank(finite, low), high: valueOfRank(finite, high) };
}

const BIN_COUNT = 4096;

/** The value that would stand at `rank` if the values were sorted: a histogram finds its bin, and only the bin is sorted. */
function valueOfRank(values: Float32Array, rank: number): number {
  const [least, most] = extremes(values);
  // a range beyond the largest number has no width to divide
  if (!(most > least) || !Number.isFinite(most - least)) return values.slice().sort()[rank];
  const scale = BIN_COUNT / (most - least);
  const binOf = (value: number) => Math.min(BIN_COUNT - 1, Math.floor((value - least) * scale));
  const counts = new Uint32Array(BIN_COUNT);
  for (const value of values) counts[binOf(value)]++;
  let [bin, below] = [0, 0];
  while (below + counts[bin] <= rank) below += counts[bin++];
  return values.filter((value) => binOf(value) === bin).sort()[rank - below];
}
