import { nthSmallestInPlace } from "./nth-smallest.ts";

/**
 * Arithmetic mean.
 *
 * @param values any unit; at least one
 * @returns the mean in the same unit; NaN for no values
 * @example
 * import { mean } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(mean([1, 2, 6])).toBe(3);
 */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/**
 * Sample standard deviation, with n - 1 in the denominator.
 *
 * @param values any unit; at least two
 * @returns the standard deviation in the same unit; NaN for fewer than two values
 * @example
 * import { standardDeviation } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(standardDeviation([1, 3])).toBe(Math.SQRT2);
 */
export function standardDeviation(values: ArrayLike<number>): number {
  const center = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - center) ** 2;
  return values.length < 2 ? NaN : Math.sqrt(sum / (values.length - 1));
}

/**
 * Quantile by linear interpolation between order statistics (type 7 of [hyndman1996], NumPy's default).
 *
 * @param values any unit, any order; left as they are
 * @param probability 0 (minimum) to 1 (maximum)
 * @returns the quantile in the same unit; NaN for no values
 * @example
 * import { quantile } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(quantile([4, 1, 2, 3], 0.5)).toBe(2.5);
 */
export function quantile(values: ArrayLike<number>, probability: number): number {
  const own = new Float64Array(values);
  if (own.length < LARGE_COUNT || hasHole(own)) return quantileOfSorted(own.sort(), probability);
  const position = (own.length - 1) * probability;
  const below = Math.floor(position);
  const low = nthSmallestInPlace(own, below);
  // what lies to the right is larger; only its smallest counts
  let high = below === own.length - 1 ? low : Infinity;
  for (let i = below + 1; i < own.length; i++) if (own[i] < high) high = own[i];
  return low + (position - below) * (high - low);
}

/** From so many values on they are not sorted for one quantile. */
const LARGE_COUNT = 256;

function hasHole(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true;
  return false;
}

/**
 * Quantile of values that are in ascending order already: for several quantiles of one sample.
 *
 * @param sorted any unit, ascending
 * @param probability 0 to 1
 * @returns the quantile in the same unit; NaN for no values
 * @example
 * import { quantileOfSorted } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(quantileOfSorted([1, 2, 3, 4], 0.5)).toBe(2.5);
 */
export function quantileOfSorted(sorted: ArrayLike<number>, probability: number): number {
  if (sorted.length === 0) return NaN;
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/**
 * Median: the quantile at one half.
 *
 * @param values any unit, any order
 * @returns the median in the same unit; NaN for no values
 * @example
 * import { median } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(median([3, 1, 2])).toBe(2);
 */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/**
 * Root mean square of predicted minus true.
 *
 * @param predicted any unit
 * @param truth same unit and length
 * @returns the error in the same unit
 * @example
 * import { rootMeanSquareError } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(rootMeanSquareError([1, 2], [1, 4])).toBe(Math.SQRT2);
 */
export function rootMeanSquareError(predicted: ArrayLike<number>, truth: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) sum += (predicted[i] - truth[i]) ** 2;
  return Math.sqrt(sum / truth.length);
}

/**
 * Coefficient of determination, R2 = 1 - SS_residual / SS_total: 0 for the constant mean, negative for worse.
 *
 * @param predicted any unit
 * @param truth same unit and length, not all equal
 * @returns R2, 1 at most; NaN where the truth does not vary
 * @example
 * import { coefficientOfDetermination } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(coefficientOfDetermination([2, 2, 2], [1, 2, 3])).toBe(0);
 * expect(coefficientOfDetermination([0.1, 0.2, 0.1], [0.1, 0.1, 0.1])).toBeNaN();
 */
export function coefficientOfDetermination(predicted: ArrayLike<number>, truth: ArrayLike<number>): number {
  const center = mean(truth);
  let residual = 0;
  let total = 0;
  for (let i = 0; i < truth.length; i++) {
    residual += (truth[i] - predicted[i]) ** 2;
    total += (truth[i] - center) ** 2;
  }
  // equal numbers leave what rounding leaves of them
  const rounding = truth.length * (1e-12 * center) ** 2;
  return total <= rounding ? NaN : 1 - residual / total;
}
