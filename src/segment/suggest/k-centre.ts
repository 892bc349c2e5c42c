/** A point that was taken, and how far it lay from all that were there before. */
export interface Centre {
  /** Its place among the points. */
  readonly index: number;
  /** Euclidean distance to the nearest centre before it; null for the first where there was none. */
  readonly distance: number | null;
}

/** What the choice begins with. */
export interface KCentreStart {
  /** Points that are covered already, such as those of labelled tiles. */
  readonly centres?: readonly Float32Array[];
  /** The point that is taken first where nothing is covered; without it, the one nearest to the mean of all. */
  readonly first?: number;
}

/**
 * Chooses points that cover all others: each is the one farthest from every centre before it, the greedy answer to the k-centre
 * problem, whose largest gap is at most twice the least possible [sener2018]. Of equal distances the first is taken.
 *
 * @param points of one length
 * @param count points to take; all where there are fewer
 * @param start what is covered already
 * @returns the points taken, in their order
 * @example
 * import { kCentreGreedy } from "../src/segment/suggest/k-centre.ts";
 * import { expect } from "vitest";
 * const points = [0, 1, 10, 11].map((x) => Float32Array.of(x));
 * const chosen = kCentreGreedy(points, 2, { centres: [Float32Array.of(0)] });
 * expect(chosen).toEqual([{ index: 3, distance: 11 }, { index: 1, distance: 1 }]);
 */
export function kCentreGreedy(
  points: readonly Float32Array[],
  count: number,
  { centres = [], first }: KCentreStart = {},
): Centre[] {
  const nearest = points.map((point) =>
    centres.reduce((least, centre) => Math.min(least, squaredDistance(point, centre)), Infinity),
  );
  const isTaken = points.map(() => false);
  const chosen: Centre[] = [];
  while (chosen.length < Math.min(count, points.length)) {
    const isUncovered = chosen.length === 0 && centres.length === 0;
    const index = isUncovered ? (first ?? mostCentral(points)) : largest(nearest, isTaken);
    chosen.push({ index, distance: isUncovered ? null : Math.sqrt(nearest[index]) });
    isTaken[index] = true;
    points.forEach((point, i) => {
      nearest[i] = Math.min(nearest[i], squaredDistance(point, points[index]));
    });
  }
  return chosen;
}

/** The first of the largest numbers that are not taken. */
function largest(values: readonly number[], isTaken: readonly boolean[]): number {
  let best = isTaken.indexOf(false);
  for (let i = best + 1; i < values.length; i++) {
    if (!isTaken[i] && values[i] > values[best]) best = i;
  }
  return best;
}

/** The point nearest to the mean of all: an outlier would be no start. */
function mostCentral(points: readonly Float32Array[]): number {
  const mean = new Float32Array(points[0].length);
  for (const point of points) point.forEach((value, i) => (mean[i] += value / points.length));
  const nearness = points.map((point) => -squaredDistance(point, mean));
  return largest(
    nearness,
    points.map(() => false),
  );
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}
