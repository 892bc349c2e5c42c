import { quantile } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import type { Disc } from "../simulate/training-image.ts";

/** The inner part of a disc, and the ring around it that it is compared with, over its radius. */
export const INNER = 0.7;
export const RING = [1.15, 1.7] as const;
/** Parts of the ring; the second darkest counts, so that neighbours on all sides but two do not matter. */
export const SECTORS = 8;

/**
 * How far a disc stands out: its mean over that of the second darkest eighth of the ring around it, in shares of the image's range.
 *
 * @param image matter bright
 * @param range of its grey levels
 * @returns contrast; infinite where too little of the ring lies in the image
 */
export function localContrast(
  { width, height, data }: Pick<GrayImage, "width" | "height" | "data">,
  { x, y, radiusPx }: Disc,
  range: number,
): number {
  const sums = new Float64Array(SECTORS);
  const counts = new Uint32Array(SECTORS);
  let [inside, insideCount] = [0, 0];
  const reach = RING[1] * radiusPx;
  const [left, right] = [Math.max(0, Math.floor(x - reach)), Math.min(width, x + reach)];
  const bottom = Math.min(height, y + reach);
  const [inner, from, to] = [INNER, ...RING].map((rho) => (rho * radiusPx) ** 2);
  for (let row = Math.max(0, Math.floor(y - reach)); row < bottom; row++) {
    const dy = row + 0.5 - y;
    for (let column = left; column < right; column++) {
      const dx = column + 0.5 - x;
      const square = dx * dx + dy * dy;
      if (square < inner) {
        inside += data[row * width + column];
        insideCount++;
      } else if (square > from && square < to) {
        const sector = Math.floor((Math.atan2(dy, dx) / (2 * Math.PI) + 1) * SECTORS) % SECTORS;
        sums[sector] += data[row * width + column];
        counts[sector]++;
      }
    }
  }
  const means = Array.from(sums, (sum, i) => sum / counts[i]).filter((mean) => !Number.isNaN(mean));
  if (means.length < 2 || insideCount === 0) return Infinity;
  return (inside / insideCount - means.sort((a, b) => a - b)[1]) / range;
}

/** Share of the pixels beyond either end of the range of grey levels. */
const OUTLIERS = 0.005;

/**
 * The range of an image's grey levels: from half a percent of its pixels to half a percent below the top.
 *
 * @param mask not 0 where a pixel shows no specimen; null where all do
 */
export function greyRange({ data }: Pick<GrayImage, "data">, mask: ArrayLike<number> | null): number {
  const shown = mask === null ? data : data.filter((_, i) => mask[i] === 0);
  return quantile(shown, 1 - OUTLIERS) - quantile(shown, OUTLIERS);
}
