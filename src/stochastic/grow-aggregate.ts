import { checkNumber } from "../core/index.ts";
import type { Material, RandomStream } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { AGGREGATE_PARAMETERS } from "./aggregate-parameters.ts";
import type { AggregateParameters } from "./aggregate-parameters.ts";
import { violatedInvariant, checkAggregate } from "./check-aggregate.ts";
import type { Cluster, ClusterRadii } from "./cluster.ts";
import { collideSkeleton } from "./collide-skeleton.ts";
import { GROWTH_ATTEMPTS, growSkeleton } from "./grow-skeleton.ts";
import { drawHomoClusterSizes } from "./homo-cluster-sizes.ts";
import type { ModelRules } from "./model-rules.ts";
import { relabelAggregate } from "./relabel-aggregate.ts";
import { restructureAggregate } from "./restructure-aggregate.ts";
import { drawPrimaryRadiiNm } from "./primary-radii.ts";

/** Outcome of one growth: an aggregate, or the reason why these parameters gave none. */
export type Growth =
  | { readonly kind: "grown"; readonly aggregate: Aggregate }
  | { readonly kind: "rejected"; readonly reason: string };

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
 * @param rules other placement, settling or labelling than the two-stage model's own
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
  rules: ModelRules = {},
): Growth {
  checkParameters(parameters);
  const clusterRadii = drawClusterRadii(rng, parameters, rules);
  const skeleton = placeParticles(rng, clusterRadii, parameters, rules);
  if (skeleton === null) {
    const { fractalDimension, fractalPrefactor, particleCount } = parameters;
    const law = `Df ${fractalDimension.toFixed(3)}, kf ${fractalPrefactor.toFixed(3)}`;
    const reason = `no placement of ${particleCount} particles meets ${law} in ${GROWTH_ATTEMPTS} growths`;
    return { kind: "rejected", reason };
  }
  const aggregate = finished(rng, necked(skeleton, parameters.necking, materials), parameters, rules);
  // every placement was tested where it was made; the whole is tested again, from the finished spheres alone
  const broken = violatedInvariant(checkAggregate(aggregate, parameters, rules));
  return broken === null ? { kind: "grown", aggregate } : { kind: "rejected", reason: broken };
}

function checkParameters(parameters: AggregateParameters): void {
  for (const { key, min, max, integer = false, unit } of AGGREGATE_PARAMETERS) {
    const range = { min, max, integer, ...(unit === "" ? {} : { unit }) };
    checkNumber(key, parameters[key], { ...range, action: "grow aggregate" });
  }
}

function placeParticles(
  rng: RandomStream,
  clusterRadii: readonly ClusterRadii[],
  parameters: AggregateParameters,
  { placement = "tunable" }: ModelRules,
): Cluster | null {
  if (placement === "tunable") return growSkeleton(rng, clusterRadii, parameters);
  return collideSkeleton(rng, clusterRadii, placement === "ballistic" ? "ballistic" : "diffusive");
}

/** What happens after placement: settling, then the exchange of labels. */
function finished(
  rng: RandomStream,
  aggregate: Aggregate,
  { necking }: AggregateParameters,
  { settledCoordination, labelCoupling }: ModelRules,
): Aggregate {
  const settled =
    settledCoordination === undefined
      ? aggregate
      : restructureAggregate(rng, aggregate, { meanCoordination: settledCoordination, necking });
  return labelCoupling === undefined ? settled : relabelAggregate(rng, settled, { coupling: labelCoupling });
}

function drawClusterRadii(
  rng: RandomStream,
  parameters: AggregateParameters,
  rules: ModelRules,
): ClusterRadii[] {
  const secondCount = Math.round(parameters.numberFraction * parameters.particleCount);
  const laws = [
    {
      count: parameters.particleCount - secondCount,
      meanSize: parameters.clusterSizeFirst,
      geometricMeanNm: parameters.radiusFirstNm,
      geometricSpread: parameters.radiusSpreadFirst,
      shape: rules.radiusShapeFirst,
    },
    {
      count: secondCount,
      meanSize: parameters.clusterSizeSecond,
      geometricMeanNm: parameters.radiusSecondNm,
      geometricSpread: parameters.radiusSpreadSecond,
      shape: rules.radiusShapeSecond,
    },
  ];
  return laws.flatMap((law, materialIndex) =>
    drawHomoClusterSizes(rng, law.count, law.meanSize).map((size) => ({
      materialIndex,
      radiiNm: drawPrimaryRadiiNm(rng, size, law),
    })),
  );
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
