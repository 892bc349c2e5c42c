import { extremes } from "../core/index.ts";
const BIN_COUNT = 256;

/**
 * Otsu's threshold: the grey that splits the pixels into two classes with the largest variance between them [otsu1979].
 *
 * @param values intensities
 * @returns the threshold, in their unit, on 256 bins between the extremes; brighter pixels are above it
 * @example
 * import { otsuThreshold } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * expect(otsuThreshold([0, 1, 1, 9, 10])).toBeCloseTo(1 + 1 / 25.6, 1);
 */
export function otsuThreshold(values: ArrayLike<number>): number {
  const [low, high] = extremes(values);
  if (!(high > low)) return low;
  const binWidth = (high - low) / BIN_COUNT;
  const counts = new Float64Array(BIN_COUNT);
  for (let i = 0; i < values.length; i++)
    counts[Math.min(BIN_COUNT - 1, Math.floor((values[i] - low) / binWidth))]++;
  return low + (otsuBin(counts) + 1) * binWidth;
}

/**
 * Otsu's threshold of a histogram [otsu1979].
 *
 * @param counts pixels by grey level
 * @returns the highest level of the darker class; the first of equals
 * @example
 * import { otsuBin } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * expect(otsuBin([0, 4, 0, 0, 4, 0])).toBe(1);
 */
export function otsuBin(counts: ArrayLike<number>): number {
  let [total, totalSum] = [0, 0];
  for (let bin = 0; bin < counts.length; bin++) {
    total += counts[bin];
    totalSum += bin * counts[bin];
  }
  let [below, belowSum, best, bestBin] = [0, 0, -1, 0];
  for (let bin = 0; bin < counts.length - 1; bin++) {
    below += counts[bin];
    belowSum += bin * counts[bin];
    const above = total - below;
    if (below === 0 || above === 0) continue;
    // variance between the classes: w0 w1 (mu0 - mu1)^2
    const difference = belowSum / below - (totalSum - belowSum) / above;
    const between = below * above * difference * difference;
    if (between > best) [best, bestBin] = [between, bin];
  }
  return bestBin;
}
