import { checkNumber } from "../core/index.ts";
import type { Material, RandomStream } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { AGGREGATE_PARAMETERS } from "./aggregate-parameters.ts";
import type { AggregateParameters } from "./aggregate-parameters.ts";
import type { Cluster } from "./cluster.ts";
import { mergeAll } from "./cluster-cluster-aggregation.ts";
import { drawHomoClusterSizes } from "./homo-cluster-sizes.ts";
import { growByParticles } from "./particle-cluster-aggregation.ts";
import { drawPrimaryRadiiNm } from "./primary-radii.ts";
import type { ScalingLaw } from "./scaling-law.ts";

/** Outcome of one growth: an aggregate, or the reason why these parameters gave none. */
export type Growth =
  | { readonly kind: "grown"; readonly aggregate: Aggregate }
  | { readonly kind: "rejected"; readonly reason: string };

/** Particles of a sub-cluster grown one by one; larger clusters are merged from such. */
const SUB_CLUSTER_SIZE = 8;
/** Growths of the same particles before the parameters are rejected. */
const GROWTH_ATTEMPTS = 6;

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
  const clusterRadii = drawClusterRadii(rng, parameters);
  for (let attempt = 0; attempt < GROWTH_ATTEMPTS; attempt++) {
    const skeleton = growOnce(rng, clusterRadii, parameters, parameters.particleCount > 2);
    if (skeleton !== null) {
      return { kind: "grown", aggregate: necked(skeleton, parameters.necking, materials) };
    }
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

function growOnce(
  rng: RandomStream,
  clusterRadii: readonly ClusterRadii[],
  law: ScalingLaw,
  isLastExact: boolean,
): Cluster | null {
  const isAlone = clusterRadii.length === 1;
  const clusters: Cluster[] = [];
  for (const radii of clusterRadii) {
    const cluster = growHomoCluster(rng, radii, law, isAlone && isLastExact);
    if (cluster === null) return null;
    clusters.push(cluster);
  }
  return mergeAll(rng, clusters, law, isLastExact);
}

/** Sub-clusters of nearly equal size grown particle by particle, then merged. */
function growHomoCluster(
  rng: RandomStream,
  { materialIndex, radiiNm }: ClusterRadii,
  law: ScalingLaw,
  isLastExact: boolean,
): Cluster | null {
  // a cluster that must meet the law needs a last merge with some freedom: two halves at least
  const fewest = isLastExact && radiiNm.length > 2 ? 2 : 1;
  const parts = Math.max(fewest, Math.ceil(radiiNm.length / SUB_CLUSTER_SIZE));
  const subClusters: Cluster[] = [];
  for (let part = 0; part < parts; part++) {
    const start = Math.floor((part * radiiNm.length) / parts);
    const end = Math.floor(((part + 1) * radiiNm.length) / parts);
    const cluster = growByParticles(rng, radiiNm.subarray(start, end), materialIndex, law);
    if (cluster === null) return null;
    subClusters.push(cluster);
  }
  return mergeAll(rng, subClusters, law, isLastExact);
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
