import type { RandomStream } from "../core/index.ts";
import { joinClusters } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { dockCluster } from "./dock-cluster.ts";
import { centerDistanceNm, scalingLawGyrationNm } from "./scaling-law.ts";
import type { ScalingLaw } from "./scaling-law.ts";

/** Placements tried for a pair of clusters before another partner is sought. */
const TRIALS_PER_PAIR = 150;
const TRIALS_PER_STEP = 50;
/** Steps of the centre distance, from the wanted one out to the farthest, when a pair may depart from the law. */
const OUTWARD_STEPS = 8;
/** Clusters interpenetrate little: centres nearer than this share of the farthest contact are not tried. */
const NEAREST_SHARE = 0.3;

/** The centre distance that puts the union of two clusters on the scaling law, by volume [nm]; NaN if none does. */
export function scalingLawDistanceNm(first: Cluster, second: Cluster, law: ScalingLaw): number {
  const count = first.particleCount + second.particleCount;
  const meanRadius = Math.exp((first.logRadiusSum + second.logRadiusSum) / count);
  // the clusters' own radii of gyration are measured, not taken from the law: errors do not add up
  return centerDistanceNm(
    { weight: first.volumeNm3, gyrationSquaredNm2: first.gyrationSquaredNm2 },
    { weight: second.volumeNm3, gyrationSquaredNm2: second.gyrationSquaredNm2 },
    scalingLawGyrationNm(law, count, meanRadius) ** 2,
  );
}

/**
 * The same by particle counts and with radii of gyration from the law instead of measured ones [nm].
 *
 * For bodies of a few particles: by mass, a single small or large particle would have to sit nowhere or far
 * outside (success falls from 62 % to 0.7 % at a spread of 1.9).
 */
export function scalingLawDistanceByCountNm(first: Cluster, second: Cluster, law: ScalingLaw): number {
  const count = first.particleCount + second.particleCount;
  const meanRadius = Math.exp((first.logRadiusSum + second.logRadiusSum) / count);
  return centerDistanceNm(
    { weight: first.particleCount, gyrationSquaredNm2: expectedGyrationSquaredNm2(first, law) },
    { weight: second.particleCount, gyrationSquaredNm2: expectedGyrationSquaredNm2(second, law) },
    scalingLawGyrationNm(law, count, meanRadius) ** 2,
  );
}

function expectedGyrationSquaredNm2(cluster: Cluster, law: ScalingLaw): number {
  if (cluster.particleCount === 1) return cluster.gyrationSquaredNm2;
  const meanRadius = Math.exp(cluster.logRadiusSum / cluster.particleCount);
  return scalingLawGyrationNm(law, cluster.particleCount, meanRadius) ** 2;
}

/** Gate of a pair: the surfaces must be able to reach across the wanted distance [moran2019]. */
export function canReach(first: Cluster, second: Cluster, distanceNm: number): boolean {
  return distanceNm > 0 && first.reachNm + second.reachNm >= distanceNm;
}

/** Merges two clusters exactly on the scaling law. */
export function mergeOnLaw(
  rng: RandomStream,
  first: Cluster,
  second: Cluster,
  law: ScalingLaw,
  trials = TRIALS_PER_PAIR,
): Cluster | null {
  const distanceNm = scalingLawDistanceNm(first, second, law);
  if (!canReach(first, second, distanceNm)) return null;
  return mergeAt(rng, first, second, distanceNm, trials);
}

/**
 * Merges two clusters as near the wanted centre distance as they can be placed.
 *
 * For merges that others follow: the last merge, which is exact, makes up for the departure.
 *
 * @param distanceNm wanted distance of the centres [nm]; NaN and distances out of reach are clamped
 */
export function mergeNear(
  rng: RandomStream,
  first: Cluster,
  second: Cluster,
  distanceNm: number,
): Cluster | null {
  const farthest = first.reachNm + second.reachNm;
  if (first.particleCount + second.particleCount === 2) {
    // two lone particles have one distance, to the last bit
    return mergeAt(rng, first, second, first.radiiNm[0] + second.radiiNm[0], 1);
  }
  const nearest = NEAREST_SHARE * farthest;
  const wanted = distanceNm > nearest ? Math.min(distanceNm, farthest) : nearest;
  for (let step = 0; step < OUTWARD_STEPS; step++) {
    const tried = wanted + ((farthest - wanted) * step) / OUTWARD_STEPS;
    const union = mergeAt(rng, first, second, tried, TRIALS_PER_STEP);
    if (union !== null) return union;
  }
  return null;
}

function mergeAt(
  rng: RandomStream,
  first: Cluster,
  second: Cluster,
  distanceNm: number,
  trials: number,
): Cluster | null {
  const [fixed, moving] = first.particleCount >= second.particleCount ? [first, second] : [second, first];
  const options = { centerDistanceNm: distanceNm, trials };
  const positionsNm = dockCluster(rng, fixed, moving, options);
  return positionsNm === null ? null : joinClusters(fixed, moving, positionsNm);
}
