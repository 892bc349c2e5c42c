/** A plane of numbers, row-major. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array;
}

/**
 * Gaussian blur cut at four standard deviations; outside the plane lies 0.
 *
 * @param sigmaPx standard deviation [px]
 * @returns [height, width]
 */
export function blurPlane({ width, height, data }: Plane, sigmaPx: number): Float64Array {
  const reach = Math.floor(4 * sigmaPx + 0.5);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - reach) / sigmaPx) ** 2),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const across = new Float64Array(data.length);
  const both = new Float64Array(data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const first = Math.max(-reach, -column);
      const last = Math.min(reach, width - 1 - column);
      let sum = 0;
      for (let k = first; k <= last; k++) sum += weights[k + reach] * data[row * width + column + k];
      across[row * width + column] = sum / total;
    }
  }
  for (let row = 0; row < height; row++) {
    const first = Math.max(-reach, -row);
    const last = Math.min(reach, height - 1 - row);
    for (let k = first; k <= last; k++) {
      const weight = weights[k + reach] / total;
      const source = (row + k) * width;
      for (let column = 0; column < width; column++) {
        both[row * width + column] += weight * across[source + column];
      }
    }
  }
  return both;
}
