import { flatPrior } from "./flat-prior.ts";
import { likelihoodOfReading, momentsUnder, type PosteriorMoments } from "./image-likelihood.ts";
import { meanOfReadings } from "./pooled-descriptor.ts";
import type { Reading } from "./posterior.ts";
import type { Target } from "./target.ts";

/** Mean and standard deviation of the prior of each target, on the standardised scale. */
export interface PriorMoments {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/**
 * How readings of a parameter are taken together: over its own prior, flat between its ends, or, as models of earlier versions
 * were calibrated for, over a Gaussian with the prior's moments.
 */
export const POOLING_RULES = ["flat prior", "Gaussian prior"] as const;
export type PoolingRule = (typeof POOLING_RULES)[number];

/**
 * Pools readings of several images of one powder.
 *
 * A parameter is the same for all images: the likelihoods that make the images' readings of the prior multiply, and the
 * prior counts once. An image that says nothing changes nothing. A descriptor belongs to one aggregate: pooled is the
 * mean over the aggregates on the target's own scale, with the errors taken as independent.
 *
 * Readings of one network err together, so the product claims too much; the residuals of pools of the same size
 * (`InversionModel.pools`) set that right.
 *
 * @param targets what was read
 * @param readings one per image; at least one
 * @param options.rule that the residuals of pools were made with
 * @param options.prior moments of the targets under the prior; for the rule "Gaussian prior"
 * @returns the pooled reading
 * @example
 * import { poolReadings } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const target = { key: "r", label: "r", unit: "nm", scale: "linear", low: 0, high: 1 } as const;
 * const prior = { means: [0], deviations: [1] };
 * const readings = Array.from({ length: 4 }, () => ({ centers: [0.2], spreads: [0.1] }));
 * const pooled = poolReadings([target], readings, { rule: "flat prior", prior });
 * // the ends of the prior are fifteen spreads away: four Gaussian likelihoods
 * expect(pooled.centers[0]).toBeCloseTo(0.2, 6);
 * expect(pooled.spreads[0]).toBeCloseTo(0.05, 6);
 */
export function poolReadings(
  targets: readonly Target[],
  readings: readonly Reading[],
  { rule, prior }: { readonly rule: PoolingRule; readonly prior: PriorMoments },
): Reading {
  const pooled = targets.map((target, t) => {
    const own = readings.map(({ centers, spreads }) => ({ center: centers[t], spread: spreads[t] }));
    if (target.quantity === "descriptor") return meanOfReadings(target, own);
    if (rule === "flat prior") return productOverPrior(target, own);
    return productOverGaussian({ center: prior.means[t], spread: prior.deviations[t] }, own);
  });
  return { centers: pooled.map(({ center }) => center), spreads: pooled.map(({ spread }) => spread) };
}

function productOverPrior(target: Target, readings: readonly PosteriorMoments[]): PosteriorMoments {
  const prior = flatPrior(target);
  const likelihoods = readings.map((reading) => likelihoodOfReading(prior, reading));
  return momentsUnder(prior, {
    shift: likelihoods.reduce((sum, { shift }) => sum + shift, 0),
    precision: likelihoods.reduce((sum, { precision }) => sum + precision, 0),
  });
}

/** For Gaussians the precisions add, 1/s^2 = sum 1/s_i^2 - (n - 1)/s_0^2, and the mean is weighted alike. */
function productOverGaussian(
  prior: PosteriorMoments,
  readings: readonly PosteriorMoments[],
): PosteriorMoments {
  const priorPrecision = prior.spread ** -2;
  let precision = priorPrecision;
  let weighted = priorPrecision * prior.center;
  for (const { center, spread } of readings) {
    const own = spread ** -2;
    // no image widens the prior: one that seems to says nothing
    if (own <= priorPrecision) continue;
    precision += own - priorPrecision;
    weighted += own * center - priorPrecision * prior.center;
  }
  return { center: weighted / precision, spread: precision ** -0.5 };
}
