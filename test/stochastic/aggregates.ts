import { findMaterial } from "../../src/core/index.ts";
import type { Aggregate, AggregateParameters } from "../../src/stochastic/index.ts";

export const MATERIAL_PAIR = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;

/** Parameters of a TiO2-WO3 aggregate; a test states only what it is about. */
export function parametersWith(own: Partial<AggregateParameters> = {}): AggregateParameters {
  return {
    particleCount: 60,
    numberFraction: 0.4,
    radiusFirstNm: 5.8,
    radiusSecondNm: 6.3,
    radiusSpreadFirst: 1.3,
    radiusSpreadSecond: 1.2,
    clusterSizeFirst: 6,
    clusterSizeSecond: 3,
    fractalDimension: 1.79,
    fractalPrefactor: 1.3,
    necking: 0,
    ...own,
  };
}

/** Largest overlap coefficient (r_i + r_j - d) / (r_i + r_j) of all pairs, by brute force; negative without contact. */
export function largestOverlap({ centersNm: c, radiiNm: r, particleCount }: Aggregate): number {
  let largest = -Infinity;
  for (let i = 0; i < particleCount; i++) {
    for (let j = i + 1; j < particleCount; j++) {
      const d = Math.hypot(c[3 * i] - c[3 * j], c[3 * i + 1] - c[3 * j + 1], c[3 * i + 2] - c[3 * j + 2]);
      largest = Math.max(largest, 1 - d / (r[i] + r[j]));
    }
  }
  return largest;
}
