import { mean } from "../core/index.ts";
import { flatPrior } from "./flat-prior.ts";
import { likelihoodOfOutput, momentsUnder, type PosteriorMoments } from "./image-likelihood.ts";
import { meanOfOutputs } from "./pooled-descriptor.ts";
import type { NetworkOutput } from "./posterior.ts";
import type { Target } from "./target-codes.ts";

/** Mean and standard deviation of the prior of each target, on the standardised scale. */
export interface PriorMoments {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/**
 * How outputs of a parameter are taken together: over its own prior, flat between its ends, or, as models of earlier versions
 * were calibrated for, over a Gaussian with the prior's moments.
 */
export const POOLING_RULES = ["flat prior", "Gaussian prior"] as const;
export type PoolingRule = (typeof POOLING_RULES)[number];

/**
 * Pools outputs of several images of one powder.
 *
 * A parameter is the same for all images: the likelihoods that turn the prior into the images' outputs multiply, and the
 * prior counts once. An image that says nothing changes nothing. A descriptor belongs to one aggregate: pooled is the
 * mean over the aggregates on the target's own scale, with the errors taken as independent.
 *
 * Outputs of one network err together, so the product claims too much; the residuals of pools of the same size
 * (`InversionModel.pools`) set that right.
 *
 * @param targets what was read
 * @param outputs one per image; at least one
 * @param options.rule that the residuals of pools were made with
 * @param options.prior moments of the targets under the prior; for the rule "Gaussian prior"
 * @returns the pooled output
 * @example
 * import { poolOutputs } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const target = { key: "r", label: "r", unit: "nm", scale: "linear", low: 0, high: 1 } as const;
 * const prior = { means: [0], deviations: [1] };
 * const outputs = Array.from({ length: 4 }, () => ({ centers: [0.2], spreads: [0.1] }));
 * const pooled = poolOutputs([target], outputs, { rule: "flat prior", prior });
 * // the ends of the prior are fifteen spreads away: four Gaussian likelihoods
 * expect(pooled.centers[0]).toBeCloseTo(0.2, 6);
 * expect(pooled.spreads[0]).toBeCloseTo(0.05, 6);
 */
export function poolOutputs(
  targets: readonly Target[],
  outputs: readonly NetworkOutput[],
  { rule, prior }: { readonly rule: PoolingRule; readonly prior: PriorMoments },
): NetworkOutput {
  const pooled = targets.map((target, t) => {
    const own = outputs.map(({ centers, spreads }) => ({ center: centers[t], spread: spreads[t] }));
    if (target.quantity === "descriptor") return meanOfOutputs(target, own);
    if (rule === "flat prior") return productOverPrior(target, own);
    return productOverGaussian({ center: prior.means[t], spread: prior.deviations[t] }, own);
  });
  return { centers: pooled.map(({ center }) => center), spreads: pooled.map(({ spread }) => spread) };
}

/**
 * Takes the outputs of several views of one aggregate together: the mean of their centres, with the mean of their spreads.
 *
 * What one view misses the next misses too, for most of it hangs on the aggregate: as if views were independent, products of their posteriors would claim far too much, and be
 * further from the truth (docs/decisions/three-d.md). How much nearer the mean comes is left to the residuals of as many views (`InversionModel.views`).
 *
 * @param outputs one per view; at least one
 */
export function meanOfViews(outputs: readonly NetworkOutput[]): NetworkOutput {
  const meanOver = (key: "centers" | "spreads") =>
    Array.from(outputs[0][key], (_, t) => mean(outputs.map((output) => output[key][t])));
  return { centers: meanOver("centers"), spreads: meanOver("spreads") };
}

function productOverPrior(target: Target, outputs: readonly PosteriorMoments[]): PosteriorMoments {
  const prior = flatPrior(target);
  const likelihoods = outputs.map((output) => likelihoodOfOutput(prior, output));
  return momentsUnder(prior, {
    shift: likelihoods.reduce((sum, { shift }) => sum + shift, 0),
    precision: likelihoods.reduce((sum, { precision }) => sum + precision, 0),
  });
}

/** For Gaussians the precisions add, 1/s^2 = sum 1/s_i^2 - (n - 1)/s_0^2, and the mean is weighted alike. */
function productOverGaussian(
  prior: PosteriorMoments,
  outputs: readonly PosteriorMoments[],
): PosteriorMoments {
  const priorPrecision = prior.spread ** -2;
  let precision = priorPrecision;
  let weighted = priorPrecision * prior.center;
  for (const { center, spread } of outputs) {
    const own = spread ** -2;
    // no image widens the prior: one that seems to says nothing
    if (own <= priorPrecision) continue;
    precision += own - priorPrecision;
    weighted += own * center - priorPrecision * prior.center;
  }
  return { center: weighted / precision, spread: precision ** -0.5 };
}
