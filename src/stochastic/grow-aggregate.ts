import { checkNumber } from "../core/index.ts";
import type { Material, RandomStream } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { AGGREGATE_PARAMETERS } from "./aggregate-parameters.ts";
import type { AggregateParameters } from "./aggregate-parameters.ts";
import { brokenPromise, checkAggregate } from "./check-aggregate.ts";
import type { Cluster } from "./cluster.ts";
import { mergeOnOrNearLaw, mergeUntilTwo } from "./cluster-cluster-aggregation.ts";
import { lawfulDistanceNm, mergeNear, mergeOnLaw } from "./cluster-merging.ts";
import { drawHomoClusterSizes } from "./homo-cluster-sizes.ts";
import { growByParticles } from "./particle-cluster-aggregation.ts";
import { drawPrimaryRadiiNm } from "./primary-radii.ts";
import type { ScalingLaw } from "./scaling-law.ts";

/** Outcome of one growth: an aggregate, or the reason why these parameters gave none. */
export type Growth =
  | { readonly kind: "grown"; readonly aggregate: Aggregate }
  | { readonly kind: "rejected"; readonly reason: string };

/** Particles of a sub-cluster grown one by one; larger clusters are merged from such. */
const SUB_CLUSTER_SIZE = 16;
/** Growths of the same particles before the parameters are rejected. */
const GROWTH_ATTEMPTS = 8;
/** Placements tried for the last merge, the one that must be exact. */
const LAST_MERGE_TRIALS = 600;
/** Factor on the prefactor that the parts aim for, from one attempt to the next. */
const COMPACTNESS_STEP = 1.3;
/** Centres this share of both reaches apart leave few contacts: the parts are too compact for the whole. */
const FAR_SHARE = 0.7;

/**
 * Grows one hetero-aggregate by the two-stage model of a double flame.
 *
 * Each material first forms homo-clusters (sizes geometric), then the clusters of both merge pairwise at random.
 * Positions follow tunable-dimension aggregation [moran2019]: for three particles or more the skeleton of point
 * contacts meets N = kf (Rg / r_geo)^Df exactly, by volume. Necking c then contracts all distances by 1 - c, so that
 * the skeleton's contacts overlap by c, no pair overlaps more, and near pairs become further contacts:
 * coordination is not bound to the 2 - 2 / N of a tree.
 *
 * @param rng stream of radii, cluster sizes and placements
 * @param parameters the model's parameters; particleCount is whole
 * @param materials first and second material
 * @returns the aggregate, or the reason why the law could not be met
 * @throws RangeError for a parameter outside its range
 * @example
 * import { findMaterial, openRandomStream } from "../src/core/index.ts";
 * import { aggregatePriorSchema, drawAggregateParameters, growAggregate } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * const parameters = drawAggregateParameters(openRandomStream(1), aggregatePriorSchema.parse({}));
 * const materials = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;
 * const growth = growAggregate(openRandomStream(2), parameters, materials);
 * expect(growth.kind === "grown" && growth.aggregate.particleCount).toBe(parameters.particleCount);
 */
export function growAggregate(
  rng: RandomStream,
  parameters: AggregateParameters,
  materials: readonly [Material, Material],
): Growth {
  for (const {
    key,
    label: _label,
    description: _description,
    unit,
    scale: _scale,
    ...range
  } of AGGREGATE_PARAMETERS) {
    checkNumber(key, parameters[key], {
      ...range,
      ...(unit === "" ? {} : { unit }),
      action: "grow aggregate",
    });
  }
  const skeleton = growSkeleton(rng, drawClusterRadii(rng, parameters), parameters);
  if (skeleton !== null) {
    const aggregate = necked(skeleton, parameters.necking, materials);
    // every placement was tested where it was made; the whole is tested again, from the finished spheres alone
    const broken = brokenPromise(checkAggregate(aggregate, parameters));
    return broken === null ? { kind: "grown", aggregate } : { kind: "rejected", reason: broken };
  }
  const { fractalDimension, fractalPrefactor, particleCount } = parameters;
  const law = `Df ${fractalDimension.toFixed(3)}, kf ${fractalPrefactor.toFixed(3)}`;
  return {
    kind: "rejected",
    reason: `no placement of ${particleCount} particles meets ${law} in ${GROWTH_ATTEMPTS} growths`,
  };
}

/** Radii of the particles of one homo-cluster. */
interface ClusterRadii {
  readonly materialIndex: number;
  readonly radiiNm: Float64Array;
}

function drawClusterRadii(rng: RandomStream, parameters: AggregateParameters): ClusterRadii[] {
  const secondCount = Math.round(parameters.numberFraction * parameters.particleCount);
  const laws = [
    {
      count: parameters.particleCount - secondCount,
      meanSize: parameters.clusterSizeFirst,
      geometricMeanNm: parameters.radiusFirstNm,
      geometricSpread: parameters.radiusSpreadFirst,
    },
    {
      count: secondCount,
      meanSize: parameters.clusterSizeSecond,
      geometricMeanNm: parameters.radiusSecondNm,
      geometricSpread: parameters.radiusSpreadSecond,
    },
  ];
  return laws.flatMap((law, materialIndex) =>
    drawHomoClusterSizes(rng, law.count, law.meanSize).map((size) => ({
      materialIndex,
      radiiNm: drawPrimaryRadiiNm(rng, size, law),
    })),
  );
}

/**
 * Grows two halves and puts them together exactly on the law; where they leave no room for that, grows them
 * anew, more compact or more open.
 *
 * The law cannot hold for every part and the whole when radii differ much (a large-particle half alone may be wider than
 * the law allows the whole), so what the parts aim for yields, what the whole promises does not.
 */
function growSkeleton(
  rng: RandomStream,
  clusterRadii: readonly ClusterRadii[],
  law: ScalingLaw,
): Cluster | null {
  let compactness = 1;
  let step = COMPACTNESS_STEP;
  let lastDirection = 0;
  for (let attempt = 0; attempt < GROWTH_ATTEMPTS; attempt++) {
    const partLaw = { ...law, fractalPrefactor: law.fractalPrefactor * compactness };
    const halves = growHalves(rng, clusterRadii, partLaw);
    if (halves === null) continue;
    const [first, second] = halves;
    if (second === undefined) return first;
    const whole =
      first.particleCount + second.particleCount === 2
        ? mergeNear(rng, first, second, NaN)
        : mergeOnLaw(rng, first, second, law, LAST_MERGE_TRIALS);
    if (whole !== null) return whole;
    const isTooFar = lawfulDistanceNm(first, second, law) > FAR_SHARE * (first.reachNm + second.reachNm);
    const direction = isTooFar ? -1 : 1;
    if (direction + lastDirection === 0) step = Math.sqrt(step);
    compactness *= step ** direction;
    lastDirection = direction;
  }
  return null;
}

function growHalves(
  rng: RandomStream,
  clusterRadii: readonly ClusterRadii[],
  law: ScalingLaw,
): readonly Cluster[] | null {
  if (clusterRadii.length === 1) return growParts(rng, clusterRadii[0], law, 2);
  const clusters: Cluster[] = [];
  for (const radii of clusterRadii) {
    const halves = growParts(rng, radii, law, 1);
    if (halves === null) return null;
    const [first, second] = halves;
    const cluster = second === undefined ? first : mergeOnOrNearLaw(rng, first, second, law);
    if (cluster === null) return null;
    clusters.push(cluster);
  }
  return mergeUntilTwo(rng, clusters, law);
}

/** Sub-clusters of nearly equal size grown particle by particle, then merged until two are left. */
function growParts(
  rng: RandomStream,
  { materialIndex, radiiNm }: ClusterRadii,
  law: ScalingLaw,
  fewest: number,
): readonly Cluster[] | null {
  const parts = Math.max(Math.min(fewest, radiiNm.length), Math.ceil(radiiNm.length / SUB_CLUSTER_SIZE));
  const subClusters: Cluster[] = [];
  for (let part = 0; part < parts; part++) {
    const start = Math.floor((part * radiiNm.length) / parts);
    const end = Math.floor(((part + 1) * radiiNm.length) / parts);
    const cluster = growByParticles(rng, radiiNm.subarray(start, end), materialIndex, law);
    if (cluster === null) return null;
    subClusters.push(cluster);
  }
  return mergeUntilTwo(rng, subClusters, law);
}

/** Sintering as a contraction: all distances shrink by the overlap coefficient, radii stay. */
function necked(skeleton: Cluster, necking: number, materials: readonly [Material, Material]): Aggregate {
  return {
    particleCount: skeleton.particleCount,
    centersNm: skeleton.positionsNm.map((coordinate) => coordinate * (1 - necking)),
    radiiNm: skeleton.radiiNm,
    materialIndices: skeleton.materialIndices,
    materials,
  };
}
