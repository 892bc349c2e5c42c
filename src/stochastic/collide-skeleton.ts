import type { RandomStream } from "../core/index.ts";
import { singleParticle } from "./cluster.ts";
import type { Cluster, ClusterRadii } from "./cluster.ts";
import { collideClusters } from "./collision-aggregation.ts";
import type { ClusterMotion } from "./collision-aggregation.ts";

/** Dilute enough for the dimension of diffusion-limited aggregation, dense enough to be fast. */
const VOLUME_FRACTION = 0.002;

/**
 * Grows a skeleton by simulated collisions: each material alone until its clusters have the stated mean size, then
 * both together until one aggregate is left.
 *
 * The time of mixing is read off the natural clock of aggregation, the mean cluster size: each population keeps as many
 * clusters as the model drew for it.
 */
export function collideSkeleton(
  rng: RandomStream,
  clusterRadii: readonly ClusterRadii[],
  motion: ClusterMotion,
): Cluster {
  const populations = [0, 1].map((wanted) => {
    const own = clusterRadii.filter(({ materialIndex }) => materialIndex === wanted);
    const particles = own.flatMap(({ radiiNm }) =>
      Array.from(radiiNm, (radius) => singleParticle(radius, wanted)),
    );
    if (particles.length === 0) return [];
    const options = { motion, volumeFraction: VOLUME_FRACTION, clusterCount: own.length };
    return collideClusters(rng, particles, options);
  });
  const options = { motion, volumeFraction: VOLUME_FRACTION, clusterCount: 1 };
  return collideClusters(rng, populations.flat(), options)[0];
}
