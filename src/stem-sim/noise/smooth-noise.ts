import type { RandomStream } from "../../core/index.ts";

/**
 * Gaussian noise of mean 0 and variance 1, white noise smoothed by nearly a Gaussian; periodic at the borders, so that its
 * variance is the same everywhere.
 *
 * Three running means stand for the Gaussian [kovesi2010]; their cost does not grow with its width.
 *
 * @param rng stream of the noise
 * @param width columns
 * @param height rows
 * @param sigmaPx standard deviation of the smoothing [pixels]; below 0.6 the noise stays white
 * @returns [height, width], row-major
 */
export function smoothNoise(rng: RandomStream, width: number, height: number, sigmaPx: number): Float32Array {
  const noise = new Float32Array(width * height);
  for (let i = 0; i < noise.length; i++) noise[i] = rng.normal();
  if (sigmaPx < 0.6) return noise;
  const widths = boxWidths(sigmaPx).map((w) =>
    Math.min(w, 2 * Math.floor((Math.min(width, height) - 1) / 4) + 1),
  );
  for (const boxWidth of widths) {
    for (let row = 0; row < height; row++) meanOverRowInPlace(noise, row * width, width, boxWidth);
    meanOverColumnsInPlace(noise, width, height, boxWidth);
  }
  const scale = 1 / kernelEnergy(widths);
  for (let i = 0; i < noise.length; i++) noise[i] *= scale;
  return noise;
}

/** Odd widths of three boxes whose variances, (w^2 - 1)/12 each, add up to nearly sigma^2 [kovesi2010]. */
function boxWidths(sigmaPx: number): number[] {
  const ideal = Math.sqrt((12 * sigmaPx ** 2) / 3 + 1);
  const low = Math.max(1, 2 * Math.floor((ideal - 1) / 2) + 1);
  const lowCount = Math.round((12 * sigmaPx ** 2 - 3 * low ** 2 - 12 * low - 9) / (-4 * low - 4));
  return [0, 1, 2].map((k) => (k < lowCount ? low : low + 2));
}

/** Sum of squares of the boxes' joint kernel along one axis; its square is what smoothing leaves of the variance. */
function kernelEnergy(widths: readonly number[]): number {
  const kernel = widths.reduce(
    (left, w) =>
      Array.from({ length: left.length + w - 1 }, (_, i) => {
        let sum = 0;
        for (let k = Math.max(0, i - w + 1); k <= Math.min(i, left.length - 1); k++) sum += left[k] / w;
        return sum;
      }),
    [1],
  );
  return kernel.reduce((sum, value) => sum + value * value, 0);
}

/** Periodic running mean over a row. */
function meanOverRowInPlace(data: Float32Array, start: number, length: number, boxWidth: number): void {
  const half = (boxWidth - 1) / 2;
  const line = data.slice(start, start + length);
  let sum = 0;
  for (let k = -half; k <= half; k++) sum += line[(k + length) % length];
  for (let i = 0; i < length; i++) {
    data[start + i] = sum / boxWidth;
    const enters = i + half + 1;
    const leaves = i - half;
    sum += line[enters < length ? enters : enters - length] - line[leaves < 0 ? leaves + length : leaves];
  }
}

/** Periodic running mean over all columns at once, row after row: memory is read in its order. */
function meanOverColumnsInPlace(data: Float32Array, width: number, height: number, boxWidth: number): void {
  const half = (boxWidth - 1) / 2;
  const source = data.slice();
  const sums = new Float64Array(width);
  for (let k = -half; k <= half; k++) {
    const start = ((k + height) % height) * width;
    for (let column = 0; column < width; column++) sums[column] += source[start + column];
  }
  for (let row = 0; row < height; row++) {
    const enters = ((row + half + 1) % height) * width;
    const leaves = ((row - half + height) % height) * width;
    for (let column = 0; column < width; column++) {
      data[row * width + column] = sums[column] / boxWidth;
      sums[column] += source[enters + column] - source[leaves + column];
    }
  }
}
