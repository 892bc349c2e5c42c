import type { RandomStream } from "../core/index.ts";
import { singleParticle } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { scalingLawDistanceByCountNm, mergeNear } from "./cluster-merging.ts";
import type { ScalingLaw } from "./scaling-law.ts";

/**
 * Grows a small cluster of one material by adding one particle after another.
 *
 * Distances follow the scaling law by particle counts, as near as the particle can be placed [moran2019].
 */
export function growByParticles(
  rng: RandomStream,
  radiiNm: Float64Array,
  materialIndex: number,
  law: ScalingLaw,
): Cluster | null {
  let cluster: Cluster | null = singleParticle(radiiNm[0], materialIndex);
  for (let k = 1; k < radiiNm.length && cluster !== null; k++) {
    const particle = singleParticle(radiiNm[k], materialIndex);
    cluster = mergeNear(rng, cluster, particle, scalingLawDistanceByCountNm(cluster, particle, law));
  }
  return cluster;
}
