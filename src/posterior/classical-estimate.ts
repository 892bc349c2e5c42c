import { mean } from "../core/index.ts";
import { fitRidge } from "./ridge.ts";

/** A linear map from image measures to standardised targets: the classical estimate beside the network. */
export interface ClassicalEstimate {
  /** [measureCount] mean of each measure over the training images. */
  readonly centers: readonly number[];
  /** [measureCount] standard deviation of each measure over the training images. */
  readonly deviations: readonly number[];
  /** [targetCount][1 + measureCount]: intercept first. */
  readonly coefficients: readonly (readonly number[])[];
}

/** Ridge on standardised measures: small enough to bias nothing, large enough for two measures that move together. */
const RIDGE = 1e-3;

/**
 * Fits the classical estimate by least squares: each target is a linear function of the image's measures.
 *
 * @param measures one vector per training image, as `measureImage` gives it
 * @param codes one vector of standardised targets per training image
 * @returns centres, scales and coefficients
 */
export function fitClassicalEstimate(
  measures: readonly ArrayLike<number>[],
  codes: readonly ArrayLike<number>[],
): ClassicalEstimate {
  const measureCount = measures[0].length;
  const columns = Array.from({ length: measureCount }, (_, j) => measures.map((row) => row[j]));
  const centers = columns.map(mean);
  const deviations = columns.map(
    (column, j) => Math.sqrt(mean(column.map((v) => (v - centers[j]) ** 2))) || 1,
  );
  const rows = measures.map((row) => standardised(row, { centers, deviations }));
  const responses = Array.from(codes[0], (_, target) => codes.map((row) => row[target]));
  const coefficients = fitRidge(rows, responses, RIDGE);
  return { centers, deviations, coefficients };
}

/**
 * The classical estimate for one image.
 *
 * @param estimate a fitted estimate
 * @param measures the image's measures
 * @returns [targetCount] standardised targets
 */
export function estimateClassically(estimate: ClassicalEstimate, measures: ArrayLike<number>): Float64Array {
  const row = standardised(measures, estimate);
  return Float64Array.from(estimate.coefficients, (weights) =>
    weights.reduce((sum, weight, j) => sum + weight * row[j], 0),
  );
}

function standardised(
  measures: ArrayLike<number>,
  { centers, deviations }: Pick<ClassicalEstimate, "centers" | "deviations">,
): number[] {
  return [1, ...centers.map((center, j) => (measures[j] - center) / deviations[j])];
}
