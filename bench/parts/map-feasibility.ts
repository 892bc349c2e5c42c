import { mean } from "../../src/core/index.ts";
import type { RandomStream } from "../../src/core/index.ts";
import { materialsOfPrior } from "../../src/stochastic/aggregate-prior.ts";
import { growAggregate } from "../../src/stochastic/index.ts";
import type { AggregateParameters } from "../../src/stochastic/index.ts";

/** Success at one point of the map. */
export interface FeasibilityPoint {
  readonly fractalDimension: number;
  readonly fractalPrefactor: number;
  readonly radiusSpread: number;
  readonly particleCount: number;
  readonly realisedShare: number;
}

/** Maps where aggregates of given radii can be realised, over (Df, kf, spread, N). */
export function mapFeasibility(
  rng: RandomStream,
  axes: {
    readonly fractalDimensions: readonly number[];
    readonly fractalPrefactors: readonly number[];
    readonly radiusSpreads: readonly number[];
    readonly particleCounts: readonly number[];
  },
  tries: number,
): FeasibilityPoint[] {
  const points: FeasibilityPoint[] = [];
  for (const particleCount of axes.particleCounts) {
    for (const radiusSpread of axes.radiusSpreads) {
      for (const fractalPrefactor of axes.fractalPrefactors) {
        for (const fractalDimension of axes.fractalDimensions) {
          const point = { fractalDimension, fractalPrefactor, radiusSpread, particleCount };
          const realisedShare = successShare(rng, point, tries);
          points.push({ ...point, realisedShare });
        }
      }
    }
  }
  return points;
}

function successShare(
  rng: RandomStream,
  point: Omit<FeasibilityPoint, "realisedShare">,
  tries: number,
): number {
  const { fractalDimension, fractalPrefactor, radiusSpread, particleCount } = point;
  const parameters: AggregateParameters = {
    particleCount,
    numberFraction: 0,
    radiusFirstNm: 5,
    radiusSecondNm: 5,
    radiusSpreadFirst: radiusSpread,
    radiusSpreadSecond: radiusSpread,
    clusterSizeFirst: 1000,
    clusterSizeSecond: 1000,
    fractalDimension,
    fractalPrefactor,
    necking: 0,
  };
  const materials = materialsOfPrior({ materials: ["TiO2-anatase", "WO3"] });
  const outcomes = Array.from({ length: tries }, (_, k) => {
    const stream = rng.fork(fractalDimension, fractalPrefactor, radiusSpread, particleCount, k);
    return growAggregate(stream, parameters, materials).kind === "grown" ? 1 : 0;
  });
  return mean(outcomes);
}
