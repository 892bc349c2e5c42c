/**
 * Euclidean distance of every inside pixel to the nearest outside pixel, exact [felzenszwalb2012].
 *
 * The image's border is no boundary: an object that it cuts is as deep there as inside.
 *
 * @param mask [height, width]; anything but 0 is inside
 * @param frame width and height [px]
 * @returns [height, width] distances between pixel centres [px]; Infinity where nothing is outside
 * @example
 * import { distanceMap } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * expect([...distanceMap([0, 1, 1, 1, 0], { width: 5, height: 1 })]).toEqual([0, 1, 2, 1, 0]);
 */
export function distanceMap(
  mask: ArrayLike<number>,
  { width, height }: { readonly width: number; readonly height: number },
): Float64Array {
  const squares = Float64Array.from({ length: width * height }, (_, i) => (mask[i] === 0 ? 0 : Infinity));
  const longest = Math.max(width, height);
  const work = {
    line: new Float64Array(longest),
    apexes: new Int32Array(longest),
    bounds: new Float64Array(longest + 1),
  };
  for (let x = 0; x < width; x++)
    lowerEnvelopeInPlace(squares, { start: x, step: width, length: height }, work);
  for (let y = 0; y < height; y++)
    lowerEnvelopeInPlace(squares, { start: y * width, step: 1, length: width }, work);
  return squares.map(Math.sqrt);
}

interface Line {
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

interface Workspace {
  readonly line: Float64Array;
  readonly apexes: Int32Array;
  readonly bounds: Float64Array;
}

/** min over q of (p - q)^2 + f(q) along a line: the lower envelope of parabolas. */
function lowerEnvelopeInPlace(values: Float64Array, { start, step, length }: Line, work: Workspace): void {
  const { line, apexes, bounds } = work;
  let last = -1;
  for (let q = 0; q < length; q++) {
    line[q] = values[start + q * step];
    if (line[q] === Infinity) continue;
    let crossing = -Infinity;
    while (last >= 0) {
      const p = apexes[last];
      // where the parabolas over p and q meet
      crossing = (line[q] + q * q - (line[p] + p * p)) / (2 * (q - p));
      if (crossing > bounds[last]) break;
      last--;
    }
    apexes[++last] = q;
    bounds[last] = last === 0 ? -Infinity : crossing;
  }
  if (last < 0) return;
  for (let p = 0, k = 0; p < length; p++) {
    while (k < last && bounds[k + 1] < p) k++;
    values[start + p * step] = (p - apexes[k]) ** 2 + line[apexes[k]];
  }
}
