import type { DecodedMicrograph } from "./micrograph.ts";

/** Extremes and mean of the values of a micrograph. */
export interface ValueStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/**
 * Extremes and mean of the stored values of all frames and channels, before any intensity scale.
 *
 * Complex values count by their modulus; values that are not numbers are left out.
 *
 * @param micrograph what was read
 * @returns statistics; NaN where there is no number
 * @example
 * import { encodeNpy, readMicrograph, valueStatistics } from "../src/micrograph/index.ts";
 * import { expect } from "vitest";
 * const bytes = encodeNpy({ data: Float32Array.of(1, NaN, 3, 5), shape: [2, 2] });
 * expect(valueStatistics(await readMicrograph(bytes, "a.npy"))).toEqual({ min: 1, max: 5, mean: 3 });
 */
export function valueStatistics(micrograph: Pick<DecodedMicrograph, "values" | "dtype">): ValueStatistics {
  const { values, dtype } = micrograph;
  const isComplex = dtype.startsWith("complex");
  const step = isComplex ? 2 : 1;
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0];
  for (let i = 0; i < values.length; i += step) {
    const value = isComplex ? Math.hypot(values[i], values[i + 1]) : values[i];
    if (Number.isNaN(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count++;
  }
  return count === 0 ? { min: NaN, max: NaN, mean: NaN } : { min, max, mean: sum / count };
}
