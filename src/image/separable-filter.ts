/** What lies beyond the border: the edge pixel again, zero, or the opposite side. */
export type Border = "edge" | "zero" | "periodic";

/** A kernel along one axis. */
export interface LineKernel {
  /** An odd number of weights; the middle one is that of the pixel itself. */
  readonly weights: Float64Array;
  /** What the weighted sum is divided by. */
  readonly divisor: number;
  readonly border: Border;
}

/** Width and height [px]. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

type Values = Float32Array | Float64Array;

/** Weighted sums along rows, [height, width] into another image. */
export function filterRowsInto(target: Values, source: Values, size: Size, kernel: LineKernel): void {
  const { weights, divisor, border } = kernel;
  const { width, height } = size;
  const reach = (weights.length - 1) / 2;
  // a line that goes on beyond the border, so that no pixel is a special case
  const line = new Float64Array(width + 2 * reach);
  const places = Array.from(line, (_, x) => placeInside(x - reach, width, border));
  for (let start = 0; start < width * height; start += width) {
    for (let x = 0; x < line.length; x++) line[x] = places[x] < 0 ? 0 : source[start + places[x]];
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * line[x + k];
      target[start + x] = sum / divisor;
    }
  }
}

/** Weighted sums along columns, [height, width] into another image. */
export function filterColumnsInto(target: Values, source: Values, size: Size, kernel: LineKernel): void {
  const { weights, divisor, border } = kernel;
  const { width, height } = size;
  const reach = (weights.length - 1) / 2;
  // row upon row, in the order in which they lie in memory
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let k = 0; k < weights.length; k++) {
      const row = placeInside(y + k - reach, height, border);
      if (row < 0) continue;
      for (let x = 0; x < width; x++) sums[x] += weights[k] * source[row * width + x];
    }
    for (let x = 0; x < width; x++) target[y * width + x] = sums[x] / divisor;
  }
}

/** Where on a line the value of a place comes from that may lie beyond its ends; -1 for nowhere. */
function placeInside(place: number, length: number, border: Border): number {
  if (border === "periodic") return ((place % length) + length) % length;
  if (place >= 0 && place < length) return place;
  return border === "zero" ? -1 : place < 0 ? 0 : length - 1;
}
