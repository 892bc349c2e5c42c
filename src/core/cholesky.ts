import { rangeError } from "./checks.ts";
/**
 * Cholesky factor of a symmetric positive definite matrix, A = L L^T.
 *
 * @param matrix [size, size], row-major; only the lower triangle is read
 * @param size number of rows
 * @returns lower triangular L, [size, size], row-major, zeros above the diagonal
 * @throws RangeError where the matrix is not positive definite
 * @example
 * import { choleskyFactor } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect([...choleskyFactor(Float64Array.of(4, 2, 2, 5), 2)]).toEqual([2, 0, 1, 2]);
 */
export function choleskyFactor(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * size + column];
      for (let k = 0; k < column; k++) sum -= factor[row * size + k] * factor[column * size + k];
      if (row !== column) {
        factor[row * size + column] = sum / factor[column * size + column];
        continue;
      }
      if (!(sum > 0)) {
        throw rangeError(
          { action: "factor matrix" },
          "it must be positive definite",
          `pivot ${sum} in row ${row}`,
        );
      }
      factor[row * size + row] = Math.sqrt(sum);
    }
  }
  return factor;
}

/**
 * Solves L y = b for a lower triangular L.
 *
 * @param factor L as `choleskyFactor` gives it
 * @param right b, [size]
 * @returns y, [size]; the squared length of y is b^T A^-1 b
 * @example
 * import { solveLowerTriangular } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect([...solveLowerTriangular(Float64Array.of(2, 0, 1, 2), [2, 5])]).toEqual([1, 2]);
 */
export function solveLowerTriangular(factor: ArrayLike<number>, right: ArrayLike<number>): Float64Array {
  const size = right.length;
  const solution = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    let sum = right[row];
    for (let k = 0; k < row; k++) sum -= factor[row * size + k] * solution[k];
    solution[row] = sum / factor[row * size + row];
  }
  return solution;
}

/**
 * Solves A x = b with the Cholesky factor of A.
 *
 * @param factor L with A = L L^T
 * @param right b, [size]
 * @returns x, [size]
 * @example
 * import { solveCholesky } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect([...solveCholesky(Float64Array.of(2, 0, 1, 2), [4, 2])]).toEqual([1, 0]);
 */
export function solveCholesky(factor: ArrayLike<number>, right: ArrayLike<number>): Float64Array {
  const size = right.length;
  const solution = solveLowerTriangular(factor, right);
  for (let row = size - 1; row >= 0; row--) {
    let sum = solution[row];
    for (let k = row + 1; k < size; k++) sum -= factor[k * size + row] * solution[k];
    solution[row] = sum / factor[row * size + row];
  }
  return solution;
}
