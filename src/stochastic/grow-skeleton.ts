import type { RandomStream } from "../core/index.ts";
import type { Cluster, ClusterRadii } from "./cluster.ts";
import { absorbUntilTwo, mergeOnOrNearLaw, mergeUntilTwo } from "./cluster-cluster-aggregation.ts";
import { scalingLawDistanceNm, mergeNear, mergeOnLaw } from "./cluster-merging.ts";
import { packSkeleton } from "./pack-skeleton.ts";
import { growByParticles } from "./particle-cluster-aggregation.ts";
import type { ScalingLaw } from "./scaling-law.ts";

/** How parts are put together. */
interface GrowthStyle {
  readonly merge: typeof mergeUntilTwo;
  /** Most particles of a sub-cluster that is grown one by one; larger clusters are merged from such. */
  readonly subClusterSize: number;
}

const PAIRING: GrowthStyle = { merge: mergeUntilTwo, subClusterSize: 16 };
/** Denser than pairing, in turn: one part takes up the others, or sub-clusters as large as can be. */
const DENSE_STYLES: readonly GrowthStyle[] = [
  { merge: absorbUntilTwo, subClusterSize: 16 },
  { merge: absorbUntilTwo, subClusterSize: Infinity },
];
/** Growths of the same particles before the parameters are rejected. */
export const GROWTH_ATTEMPTS = 8;
/** Placements tried for the last merge, the one that must be exact. */
const LAST_MERGE_TRIALS = 600;
/** Factor on the prefactor that the parts aim for, from one attempt to the next. */
const COMPACTNESS_STEP = 1.3;
/** Parts that are to be denser than this, in units of the prefactor, are put together in the dense styles. */
const DENSE_COMPACTNESS = 1.5;
/** Centres this share of both reaches apart leave few contacts: the parts are too compact for the whole. */
const FAR_SHARE = 0.7;

/**
 * Grows two halves and puts them together exactly on the law; where they leave no room for that, grows them
 * anew, more compact or more open.
 *
 * The law cannot hold for every part and the whole when radii differ much (a large-particle half alone may be wider than
 * the law allows the whole), so the law of the parts yields, that of the whole does not.
 */
export function growSkeleton(
  rng: RandomStream,
  clusterRadii: readonly ClusterRadii[],
  law: ScalingLaw,
): Cluster | null {
  let compactness = 1;
  let step = COMPACTNESS_STEP;
  let lastDirection = 0;
  for (let attempt = 0; attempt < GROWTH_ATTEMPTS; attempt++) {
    const partLaw = { ...law, fractalPrefactor: law.fractalPrefactor * compactness };
    const style = compactness > DENSE_COMPACTNESS ? DENSE_STYLES[attempt % DENSE_STYLES.length] : PAIRING;
    const halves = growHalves(rng, clusterRadii, partLaw, style);
    if (halves === null) continue;
    const [first, second] = halves;
    if (second === undefined) return first;
    const whole =
      first.particleCount + second.particleCount === 2
        ? mergeNear(rng, first, second, NaN)
        : mergeOnLaw(rng, first, second, law, LAST_MERGE_TRIALS);
    if (whole !== null) return whole;
    const isTooFar = scalingLawDistanceNm(first, second, law) > FAR_SHARE * (first.reachNm + second.reachNm);
    const direction = isTooFar ? -1 : 1;
    if (direction + lastDirection === 0) step = Math.sqrt(step);
    compactness *= step ** direction;
    lastDirection = direction;
  }
  return compactness > 1 ? packSkeleton(rng.fork("packing"), clusterRadii, law) : null;
}

function growHalves(
  rng: RandomStream,
  clusterRadii: readonly ClusterRadii[],
  law: ScalingLaw,
  style: GrowthStyle,
): readonly Cluster[] | null {
  if (clusterRadii.length === 1) return growParts(rng, clusterRadii[0], law, style, 2);
  const clusters: Cluster[] = [];
  for (const radii of clusterRadii) {
    const halves = growParts(rng, radii, law, style, 1);
    if (halves === null) return null;
    const [first, second] = halves;
    const cluster = second === undefined ? first : mergeOnOrNearLaw(rng, first, second, law);
    if (cluster === null) return null;
    clusters.push(cluster);
  }
  return style.merge(rng, clusters, law);
}

/** Sub-clusters of nearly equal size grown particle by particle, then merged until two are left. */
function growParts(
  rng: RandomStream,
  { materialIndex, radiiNm }: ClusterRadii,
  law: ScalingLaw,
  { merge, subClusterSize }: GrowthStyle,
  fewest: number,
): readonly Cluster[] | null {
  const parts = Math.max(Math.min(fewest, radiiNm.length), Math.ceil(radiiNm.length / subClusterSize));
  const subClusters: Cluster[] = [];
  for (let part = 0; part < parts; part++) {
    const start = Math.floor((part * radiiNm.length) / parts);
    const end = Math.floor(((part + 1) * radiiNm.length) / parts);
    const cluster = growByParticles(rng, radiiNm.subarray(start, end), materialIndex, law);
    if (cluster === null) return null;
    subClusters.push(cluster);
  }
  return merge(rng, subClusters, law);
}
