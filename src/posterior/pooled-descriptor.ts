import { mean } from "../core/index.ts";
import type { PosteriorMoments } from "./image-likelihood.ts";
import { normalDensity } from "./normal-distribution.ts";
import { decodeTarget, encodeTarget, fromScaleCode, logDensityFactor, toScaleCode } from "./target-codes.ts";
import type { Target } from "./target-codes.ts";

/**
 * The mean of a descriptor over several aggregates, as the network would state it.
 *
 * The truth is a mean of values, and a mean does not pass through a transform: each output's mean and variance are taken on the
 * target's own scale, averaged there, errors as independent, and the result is encoded. Without a transform this is
 * the mean of the codes.
 */
export function meanOfOutputs(target: Target, outputs: readonly PosteriorMoments[]): PosteriorMoments {
  const n = outputs.length;
  const own = outputs.map((output) => momentsOnScale(target, output));
  const center = mean(own.map((moments) => moments.center));
  const spread = Math.sqrt(own.reduce((sum, moments) => sum + moments.spread ** 2, 0)) / n;
  if (target.transform === undefined) return { center, spread };
  const value = fromScaleCode(target, center);
  // to first order a spread is multiplied by the slope of the transform
  return {
    center: encodeTarget(target, value),
    spread: spread * Math.exp(logDensityFactor(target, value)),
  };
}

/** Nodes of the midpoint rule, in deviations: what lies beyond five of them is less than a millionth. */
const NODES = Array.from({ length: 50 }, (_, k) => -5 + (k + 0.5) / 5);
const WEIGHTS = NODES.map((u) => normalDensity(u) / 5);

/** Mean and deviation, on the target's own scale, of the Gaussian that an output states. */
function momentsOnScale(target: Target, { center, spread }: PosteriorMoments): PosteriorMoments {
  if (target.transform === undefined) return { center, spread };
  const values = NODES.map((u) => toScaleCode(target, decodeTarget(target, center + spread * u)));
  const middle = values.reduce((sum, value, k) => sum + WEIGHTS[k] * value, 0);
  const variance = values.reduce((sum, value, k) => sum + WEIGHTS[k] * (value - middle) ** 2, 0);
  return { center: middle, spread: Math.sqrt(variance) };
}
