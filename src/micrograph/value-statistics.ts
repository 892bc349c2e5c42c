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
  return combinedStatistics([sumsOf(micrograph)]);
}

/** Sums over some values, from which the statistics of several parts follow. */
export interface ValueSums extends Omit<ValueStatistics, "mean"> {
  readonly sum: number;
  /** Finite values. */
  readonly count: number;
}

/** Sums over the stored values of a micrograph, or of a part of one. */
export function sumsOf({ values, dtype }: Pick<DecodedMicrograph, "values" | "dtype">): ValueSums {
  if (!dtype.startsWith("complex") && !(values instanceof Float32Array || values instanceof Float64Array)) {
    return sumsOfIntegers(values);
  }
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
  return { min, max, sum, count, nanCount, infiniteCount: values.length / step - count - nanCount };
}

/** All are finite. */
function sumsOfIntegers(values: ArrayLike<number>): ValueSums {
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  return { min, max, sum, count: values.length, nanCount: 0, infiniteCount: 0 };
}

/** The statistics of several parts together. */
export function combinedStatistics(parts: readonly ValueSums[]): ValueStatistics {
  const total = (key: keyof ValueSums) => parts.reduce((all, part) => all + part[key], 0);
  const [count, nanCount, infiniteCount] = [total("count"), total("nanCount"), total("infiniteCount")];
  if (count === 0) return { min: NaN, max: NaN, mean: NaN, nanCount, infiniteCount };
  const min = parts.reduce((least, part) => Math.min(least, part.min), Infinity);
  const max = parts.reduce((most, part) => Math.max(most, part.max), -Infinity);
  return { min, max, mean: total("sum") / count, nanCount, infiniteCount };
}
