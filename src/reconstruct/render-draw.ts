import { choleskyFactor, solveCholesky } from "../core/index.ts";
import type { FitFrame } from "../particles/index.ts";
import { projectedThickness } from "../stem-sim/index.ts";
import type { blurredSphereTable } from "../stem-sim/index.ts";
import type { Aggregate } from "../stochastic/index.ts";

/** A structure imaged again, beside the image. */
export interface RenderedDraw {
  /** What the structure explains of the signal, and what is left over the noise: [height, width] of the frame. */
  readonly model: Float32Array;
  readonly residual: Float32Array;
  /** Squared residuals over the variance of the noise, a pixel; 1 where nothing is left to explain. */
  readonly reducedChiSquare: number;
  /** Share of the signal's variance that is explained, 0 to 1. */
  readonly explained: number;
  /** Ground, and what a nanometre of either material adds to it. */
  readonly coefficients: readonly number[];
}

/** Relative size of what keeps the equations regular where one material is not there. */
const RIDGE = 1e-9;

/**
 * Images a structure as the frame of a fit sees it, and compares: the signal is a ground plus so much a nanometre of either material, with lenses of
 * necks counted once; ground and strengths are fitted.
 *
 *   S = a + b_1 t_1 + b_2 t_2
 *
 * @param aggregate as it lies under the beam of this view
 * @param frame signal and noise of the image, as fitFrame gives them
 * @param options blurred profiles, and pixel size of the image [nm]
 */
export function renderDraw(
  aggregate: Aggregate,
  { problem, ratio }: FitFrame,
  {
    table,
    pixelSizeNm,
  }: { readonly table: ReturnType<typeof blurredSphereTable>; readonly pixelSizeNm: number },
): RenderedDraw {
  const { width: widthPx, height: heightPx, signal, counts, noise, softPx } = problem;
  const grid = { widthPx, heightPx, pixelSizeNm: pixelSizeNm * ratio };
  const [first, second] = projectedThickness(aggregate, table, { grid, sigmaNm: softPx * grid.pixelSizeNm });
  const columns = [new Float32Array(signal.length).fill(1), first, second];
  const coefficients = leastSquares(columns, signal, counts);
  const model = first.map((_, p) => columns.reduce((sum, column, t) => sum + coefficients[t] * column[p], 0));
  const residual = model.map((value, p) => (counts[p] === 0 ? 0 : (signal[p] - value) / noise));
  return { model, residual, ...judge(signal, residual, counts, noise), coefficients: [...coefficients] };
}

function judge(signal: Float64Array, residual: Float32Array, counts: Uint8Array, noise: number) {
  let [count, sum, square, left] = [0, 0, 0, 0];
  for (let p = 0; p < signal.length; p++) {
    if (counts[p] === 0) continue;
    count++;
    sum += signal[p];
    square += signal[p] * signal[p];
    left += residual[p] * residual[p];
  }
  const variance = square - (sum * sum) / count;
  return {
    reducedChiSquare: left / count,
    explained: variance > 0 ? 1 - (left * noise * noise) / variance : 0,
  };
}

function leastSquares(
  columns: readonly Float32Array[],
  signal: Float64Array,
  counts: Uint8Array,
): Float64Array {
  const size = columns.length;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (let p = 0; p < signal.length; p++) {
    if (counts[p] === 0) continue;
    for (let a = 0; a < size; a++) {
      right[a] += columns[a][p] * signal[p];
      for (let b = 0; b <= a; b++) matrix[a * size + b] += columns[a][p] * columns[b][p];
    }
  }
  for (let a = 0; a < size; a++) matrix[a * size + a] += RIDGE * (1 + matrix[a * size + a]);
  return solveCholesky(choleskyFactor(matrix, size), right);
}
