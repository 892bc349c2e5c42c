import { extremes, median, type GrayImage } from "../core/index.ts";
import { pixelNoise } from "./noise-by-level.ts";
import { otsuThreshold } from "./otsu.ts";

/**
 * How the noise of an image grows with its signal: the exponent e of variance ~ level^e between the darker half and the bright pixels.
 *
 * Counted electrons give e = 1 above their zero level; after a gamma g, level = signal^g, it is 2 - 1/g, so 0 for the square root. Levels are
 * counted from the darkest pixel, which an export makes its black and which lies above the detector's zero: that lowers e of images without a gamma.
 *
 * @param image any image whose pixels were recorded one by one, before it is resampled
 * @returns the exponent; null where the noise of the dark half is below half a grey level of 256 or there is no bright part
 * @example
 * import { noiseExponent } from "../src/image/index.ts";
 * import { openRandomStream } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const rng = openRandomStream(1);
 * const counts = Float32Array.from({ length: 128 * 128 }, (_, i) => rng.poisson(i % 128 < 70 ? 20 : 400));
 * const image = { width: 128, height: 128, data: counts, intensityUnit: "arbitrary", pixelSizeNm: 1 } as const;
 * expect(noiseExponent({ ...image })).toBeCloseTo(0.9, 1);
 * expect(noiseExponent({ ...image, data: counts.map(Math.sqrt) })).toBeLessThan(0.1);
 */
export function noiseExponent(image: GrayImage): number | null {
  const { levels: means, residuals } = pixelNoise(image);
  if (means.length === 0) return null;
  const [black, white] = extremes(image.data);
  const range = white - black;
  const levels = means.map((level) => level - black);
  const middle = median(levels);
  const threshold = otsuThreshold(levels);
  const dark = meanOver(levels, residuals, (level) => level <= middle);
  const bright = meanOver(levels, residuals, (level) => level > Math.max(middle, threshold));
  // 256 grey levels round the noise of a dark half away; dark.level is 0 where black was cut off there
  if (!(dark.deviation >= (0.5 * range) / GREY_LEVELS) || dark.level <= 0 || bright.count === 0) return null;
  return (2 * Math.log(bright.deviation / dark.deviation)) / Math.log(bright.level / dark.level);
}

const GREY_LEVELS = 256;
/** Mean absolute value over the standard deviation of a normal distribution. */
const MEAN_PER_DEVIATION = Math.sqrt(2 / Math.PI);
function meanOver(levels: Float32Array, residuals: Float32Array, isMeant: (level: number) => boolean) {
  const sums = { level: 0, residual: 0, count: 0 };
  levels.forEach((level, k) => {
    if (!isMeant(level)) return;
    sums.level += level;
    sums.residual += residuals[k];
    sums.count++;
  });
  const { level, residual, count } = sums;
  return { level: level / count, deviation: residual / count / MEAN_PER_DEVIATION, count };
}
