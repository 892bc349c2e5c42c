import { shuffled } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import type { Cluster } from "./cluster.ts";
import {
  canReach,
  scalingLawDistanceByCountNm,
  scalingLawDistanceNm,
  mergeNear,
  mergeOnLaw,
} from "./cluster-merging.ts";
import type { ScalingLaw } from "./scaling-law.ts";

/** Partners tried for a cluster before it is passed on to the next round. */
const PARTNERS_PER_ROUND = 4;

/** A cluster of fewer particles is no fractal yet: it is placed by counts, as near the law as it goes. */
const FRACTAL_COUNT = 4;

/**
 * Merges clusters pairwise, round after round, until two are left.
 *
 * In each round every cluster looks for a partner with which the scaling law can be met; up to four are tried,
 * and a cluster that finds none goes first in the next round (backtracking pairing). A round without any merge
 * puts one pair together as near the law as it goes: as radii of gyration are measured and not assumed, later merges
 * make up for the departure.
 */
export function mergeUntilTwo(
  rng: RandomStream,
  clusters: readonly Cluster[],
  law: ScalingLaw,
): readonly Cluster[] | null {
  let remaining: Cluster[] = shuffled(rng, clusters);
  while (remaining.length > 2) {
    const before = remaining.length;
    remaining = mergeRound(rng, remaining, law);
    if (remaining.length < before) continue;
    const [first, second, ...rest] = remaining;
    const union = mergeNear(rng, first, second, scalingLawDistanceNm(first, second, law));
    if (union === null) return null;
    remaining = shuffled(rng, [...rest, union]);
  }
  return remaining;
}

/**
 * Merges clusters by letting one take up the others, one after another, until one other is left.
 *
 * Denser than pairing: small bodies find room where halves block each other. For wholes that pairing leaves too open.
 */
export function absorbUntilTwo(
  rng: RandomStream,
  clusters: readonly Cluster[],
  law: ScalingLaw,
): readonly Cluster[] | null {
  const waiting = shuffled(rng, clusters);
  const [core] = waiting.splice(indexOfLargest(waiting), 1);
  if (waiting.length === 0) return [core];
  // the last one must have the weight to put the whole on the law: the largest of the rest
  const [last] = waiting.splice(indexOfLargest(waiting), 1);
  let grown: Cluster | null = core;
  for (const cluster of waiting) {
    grown = mergeOnOrNearLaw(rng, grown, cluster, law);
    if (grown === null) return null;
  }
  return [grown, last];
}

/**
 * Merges two clusters on the scaling law where that can be done, as near it as they can be placed where not.
 */
export function mergeOnOrNearLaw(
  rng: RandomStream,
  first: Cluster,
  second: Cluster,
  law: ScalingLaw,
): Cluster | null {
  if (Math.min(first.particleCount, second.particleCount) < FRACTAL_COUNT) {
    return mergeNear(rng, first, second, scalingLawDistanceByCountNm(first, second, law));
  }
  const exact = mergeOnLaw(rng, first, second, law);
  return exact ?? mergeNear(rng, first, second, scalingLawDistanceNm(first, second, law));
}

/**
 * One round of pairings. Clusters left over come first, so that they are served first in the next round; of an
 * odd number the largest is spared, so that the last merge joins clusters of like size and has room for the law.
 */
function mergeRound(rng: RandomStream, clusters: readonly Cluster[], law: ScalingLaw): Cluster[] {
  const waiting = [...clusters];
  const spared = waiting.length % 2 === 1 ? waiting.splice(indexOfLargest(waiting), 1) : [];
  const merged: Cluster[] = [];
  const leftOver: Cluster[] = [];
  while (waiting.length > 0) {
    const cluster = waiting.shift() as Cluster;
    const union = mergeWithAny(rng, cluster, waiting, law);
    if (union === null) leftOver.push(cluster);
    else merged.push(union);
  }
  return [...leftOver, ...shuffled(rng, [...merged, ...spared])];
}

function indexOfLargest(clusters: readonly Cluster[]): number {
  return clusters.reduce(
    (best, cluster, k) => (cluster.particleCount > clusters[best].particleCount ? k : best),
    0,
  );
}

/** Tries the first partners of a list that pass the gate; the one merged is taken off the list. */
function mergeWithAny(
  rng: RandomStream,
  cluster: Cluster,
  candidates: Cluster[],
  law: ScalingLaw,
): Cluster | null {
  let tried = 0;
  for (let k = 0; k < candidates.length && tried < PARTNERS_PER_ROUND; k++) {
    const partner = candidates[k];
    if (Math.min(cluster.particleCount, partner.particleCount) < FRACTAL_COUNT) {
      const near = mergeOnOrNearLaw(rng, cluster, partner, law);
      if (near !== null) candidates.splice(k, 1);
      return near;
    }
    if (!canReach(cluster, partner, scalingLawDistanceNm(cluster, partner, law))) continue;
    tried++;
    const union = mergeOnLaw(rng, cluster, partner, law);
    if (union === null) continue;
    candidates.splice(k, 1);
    return union;
  }
  return null;
}
