import type { DecodedMicrograph } from "./micrograph.ts";

/** Extremes and mean of the finite values of a micrograph, and how many others there are. */
export interface ValueStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Values that are not numbers. */
  readonly nanCount: number;
  readonly infiniteCount: number;
}

/**
 * Extremes and mean of the stored values of all frames and channels, before any intensity scale.
 *
 * Complex values count by their modulus.
 *
 * @param micrograph what was read
 * @returns statistics; extremes and mean are NaN where no value is finite
 * @example
 * import { encodeNpy, readMicrograph, valueStatistics } from "../src/micrograph/index.ts";
 * import { expect } from "vitest";
 * const bytes = encodeNpy({ data: Float32Array.of(1, NaN, 3, 5), shape: [2, 2] });
 * expect(valueStatistics(await readMicrograph(bytes, "a.npy"))).toEqual({
 *   min: 1, max: 5, mean: 3, nanCount: 1, infiniteCount: 0 });
 */
export function valueStatistics(micrograph: Pick<DecodedMicrograph, "values" | "dtype">): ValueStatistics {
  const { values, dtype } = micrograph;
  const isComplex = dtype.startsWith("complex");
  const step = isComplex ? 2 : 1;
  let [min, max, sum, count, nanCount] = [Infinity, -Infinity, 0, 0, 0];
  for (let i = 0; i < values.length; i += step) {
    const value = isComplex ? Math.hypot(values[i], values[i + 1]) : values[i];
    if (Number.isNaN(value)) nanCount++;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count++;
  }
  const infiniteCount = values.length / step - count - nanCount;
  if (count === 0) return { min: NaN, max: NaN, mean: NaN, nanCount, infiniteCount };
  return { min, max, mean: sum / count, nanCount, infiniteCount };
}
