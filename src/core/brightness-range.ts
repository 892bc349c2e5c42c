import { extremes } from "./extremes.ts";

/** Shares of the pixels that lie below and above the range. */
const DARKEST_SHARE = 0.01;
const BRIGHTEST_SHARE = 0.001;
const HISTOGRAM_BINS = 4096;

/**
 * The range of grey levels to which an operator sets brightness and contrast, from a histogram.
 *
 * @param signal pixels in any unit; at least one
 * @returns levels below which lie 1 % of the pixels, and above which lie 0.1 %
 * @example
 * import { brightnessRange } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const ramp = Float32Array.from({ length: 10_000 }, (_, i) => i);
 * const [dark, bright] = brightnessRange(ramp);
 * // to two bins of the histogram, 10 000 / 4096 each
 * expect(Math.abs(dark - 100)).toBeLessThan(5);
 * expect(Math.abs(bright - 9990)).toBeLessThan(5);
 */
export function brightnessRange(signal: Float32Array): readonly [number, number] {
  const [low, high] = extremes(signal);
  if (low === high) return [low, high + 1];
  const scale = (HISTOGRAM_BINS - 1) / (high - low);
  const histogram = new Uint32Array(HISTOGRAM_BINS);
  for (const value of signal) histogram[Math.floor((value - low) * scale)]++;
  const levelAt = (share: number) => {
    let bin = 0;
    for (let seen = 0; bin < HISTOGRAM_BINS; bin++) {
      seen += histogram[bin];
      if (seen >= share * signal.length) break;
    }
    return low + bin / scale;
  };
  return [levelAt(DARKEST_SHARE), levelAt(1 - BRIGHTEST_SHARE)];
}
