import type { ProjectedParticles } from "./projected-particles.ts";

/**
 * What else the stochastic model prefers, beside contacts in even directions and no overlap: log-linear weights of a random field over
 * trees and depths.
 */
export interface ModelWeights {
  /** Of every contact that does not carry the aggregate, and of that times the compactness of the view. */
  readonly further: number;
  readonly furtherByCompactness: number;
  /** Of ln(depth variance over variance across the beam), and of its square. */
  readonly depthRatio: number;
  readonly depthRatioSquare: number;
}

/** Nothing is preferred. */
export const NO_WEIGHTS: ModelWeights = {
  further: 0,
  furtherByCompactness: 0,
  depthRatio: 0,
  depthRatioSquare: 0,
};

/**
 * The weights of the recipe that ships, configs/tio2-wo3.yaml: `npm run bench -- depth-model`.
 *
 * Compact aggregates have further contacts, and an aggregate is seldom much deeper or flatter than it is wide.
 */
export const SHIPPED_WEIGHTS: ModelWeights = {
  further: -0.28,
  furtherByCompactness: 0.75,
  depthRatio: -0.98,
  depthRatioSquare: -0.43,
};

/** How compact particles are in projection: ln(N (r/R)^2), r the geometric mean of the radii, R^2 the variance of the places across the beam. */
export function compactnessOf({ count, radiiNm, xNm, yNm }: ProjectedParticles): number {
  const logRadius = radiiNm.reduce((sum, radius) => sum + Math.log(radius), 0) / count;
  return Math.log(count) + 2 * logRadius - Math.log(2 * spreadAcross(xNm, yNm));
}

/** Variance across the beam along one axis, the mean of both [nm2]. */
export function spreadAcross(xNm: Float64Array, yNm: Float64Array): number {
  return (varianceOf(xNm) + varianceOf(yNm)) / 2;
}

/** Mean squared distance from the mean. */
export function varianceOf(values: Float64Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
