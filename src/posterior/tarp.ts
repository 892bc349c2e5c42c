import type { RandomStream } from "../core/index.ts";

/**
 * Tests of accuracy with random points: joint calibration of posteriors over several quantities [lemos2023].
 *
 * For each posterior a reference point is drawn uniformly from a box; the share of draws that lie nearer to it than
 * the truth is uniform in [0, 1) where posteriors are exact, in every direction of the joint space at once.
 *
 * @param rng stream of the reference points
 * @param truths [count][size], on scales of comparable width
 * @param posteriors [count][drawCount][size]
 * @param box [size] lowest and highest coordinate of reference points
 * @returns [count] credibility of the region that just holds each truth
 */
export function tarpShares(
  rng: RandomStream,
  truths: readonly ArrayLike<number>[],
  posteriors: readonly (readonly ArrayLike<number>[])[],
  box: readonly (readonly [number, number])[],
): number[] {
  return truths.map((truth, i) => {
    const point = box.map(([low, high]) => low + (high - low) * rng.uniform());
    const limit = squaredDistance(point, truth);
    const nearer = posteriors[i].filter((draw) => squaredDistance(point, draw) < limit).length;
    return (nearer + rng.uniform()) / (posteriors[i].length + 1);
  });
}

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) ** 2;
  return sum;
}
