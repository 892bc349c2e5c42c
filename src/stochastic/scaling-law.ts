import { mean } from "../core/index.ts";
/** The two numbers of the scaling law N = kf (Rg / r_geo)^Df. */
export interface ScalingLaw {
  readonly fractalDimension: number;
  readonly fractalPrefactor: number;
}

/**
 * Radius of gyration that the scaling law gives a cluster: Rg = r_geo (N / kf)^(1 / Df) [moran2019 eq. 1].
 *
 * @param geometricMeanRadiusNm r_geo of the cluster's own particles [nm]
 * @returns Rg [nm]
 * @example
 * import { scalingLawGyrationNm } from "../src/stochastic/scaling-law.ts";
 * import { expect } from "vitest";
 * const law = { fractalDimension: 2, fractalPrefactor: 1 };
 * expect(scalingLawGyrationNm(law, 100, 5)).toBeCloseTo(50, 12);
 */
export function scalingLawGyrationNm(
  law: ScalingLaw,
  particleCount: number,
  geometricMeanRadiusNm: number,
): number {
  return geometricMeanRadiusNm * (particleCount / law.fractalPrefactor) ** (1 / law.fractalDimension);
}

/** Geometric mean of radii [nm]: the r_geo of the scaling law. */
export function geometricMeanNm(radiiNm: Float64Array): number {
  return Math.exp(mean(radiiNm.map(Math.log)));
}

/** Weight (volume, mass or count) and squared radius of gyration of one body. */
export interface GyrationBody {
  readonly weight: number;
  readonly gyrationSquaredNm2: number;
}

/**
 * Distance between the centres of two bodies that gives their union a wanted radius of gyration.
 *
 * Parallel-axis theorem solved for the distance, FracVAL's Gamma [moran2019 eq. 7]:
 * m^2 Rg^2 = m (m1 Rg1^2 + m2 Rg2^2) + Gamma^2 m1 m2.
 *
 * @param first weight and squared radius of gyration [nm2] of one body
 * @param unionGyrationSquaredNm2 wanted squared radius of gyration of the union [nm2]
 * @returns Gamma [nm]; NaN where the union is too small to hold the two bodies at any distance
 * @example
 * import { centerDistanceNm } from "../src/stochastic/scaling-law.ts";
 * import { expect } from "vitest";
 * // two spheres of radius 5 in contact: each 3/5 r^2, offset r, so Rg^2 = 8/5 r^2
 * const sphere = { weight: 1, gyrationSquaredNm2: 0.6 * 25 };
 * expect(centerDistanceNm(sphere, sphere, 1.6 * 25)).toBeCloseTo(10, 12);
 */
export function centerDistanceNm(
  first: GyrationBody,
  second: GyrationBody,
  unionGyrationSquaredNm2: number,
): number {
  const weight = first.weight + second.weight;
  const own = weight * (first.weight * first.gyrationSquaredNm2 + second.weight * second.gyrationSquaredNm2);
  return Math.sqrt((weight * weight * unionGyrationSquaredNm2 - own) / (first.weight * second.weight));
}
