import { choleskyFactor, solveCholesky } from "../core/index.ts";

/**
 * Least squares with a ridge on all coefficients but the first, which is the intercept: solves (X^T X + n ridge) b = X^T y.
 *
 * @param rows [n][size] of X, 1 first
 * @param responses each [n], a y of its own
 * @returns [responses.length][size] coefficients
 * @example
 * import { fitRidge } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const [[intercept, slope]] = fitRidge([[1, 0], [1, 1], [1, 2]], [[1, 3, 5]], 0);
 * expect([intercept, slope]).toEqual([expect.closeTo(1), expect.closeTo(2)]);
 */
export function fitRidge(
  rows: readonly (readonly number[])[],
  responses: readonly ArrayLike<number>[],
  ridge: number,
): number[][] {
  const size = rows[0].length;
  const gram = new Float64Array(size * size);
  for (const row of rows) {
    for (let a = 0; a < size; a++) for (let b = 0; b <= a; b++) gram[a * size + b] += row[a] * row[b];
  }
  for (let a = 1; a < size; a++) gram[a * size + a] += ridge * rows.length;
  const factor = choleskyFactor(gram, size);
  return responses.map((values) => {
    const right = new Float64Array(size);
    rows.forEach((row, i) => row.forEach((value, j) => (right[j] += value * values[i])));
    return [...solveCholesky(factor, right)];
  });
}
