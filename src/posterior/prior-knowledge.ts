import { rangeError } from "../core/index.ts";
import type { Target } from "./target-codes.ts";
import { decodeTarget, toScaleCode } from "./target-codes.ts";
import { effectiveCount } from "./tilted-weights.ts";

/** What a user knows of a quantity besides the image, in the target's unit. */
export type PriorKnowledge = { readonly key: string } &
  /** Normally distributed, as from another measurement. */
  (
    | { readonly kind: "normal"; readonly mean: number; readonly deviation: number }
    /** Between two values, and nothing else: inside them as the network's own prior has it. */
    | { readonly kind: "range"; readonly low: number; readonly high: number }
  );

/** Fewest draws, counted by their effective number, from which an answer is given. */
export const FEWEST_EFFECTIVE_DRAWS = 50;

/** Weights of draws under a user's prior. */
export interface KnowledgeWeights {
  /** One a draw, together 1. */
  readonly weights: Float64Array;
  /** As many even draws would say as much: 1/sum w^2 [kish1965]. */
  readonly effectiveDraws: number;
}

/**
 * Weights that turn draws of a posterior under the network's prior into ones under a user's: importance sampling, w = p_user/p_network, the
 * likelihood being the same.
 *
 *   w_k = prod_j p_j(theta_kj) / q_j(theta_kj)
 *
 * with p_j what the user says of quantity j and q_j the network's prior of it: flat on the scale of a parameter; of a descriptor the density
 * of the truths. What is known is taken as independent, quantity by quantity.
 *
 * @param targets what the network answers
 * @param draws joint draws of the posterior on the standardised scale, [drawCount][targetCount]
 * @param knowledge what is known; each key that of a target
 * @param truths standardised truths of images that were not trained on, [count][targetCount]
 * @throws RangeError where too few draws agree with what is known
 */
export function knowledgeWeights(
  targets: readonly Target[],
  draws: readonly ArrayLike<number>[],
  knowledge: readonly PriorKnowledge[],
  truths: readonly ArrayLike<number>[],
): KnowledgeWeights {
  const logs = new Float64Array(draws.length);
  for (const known of knowledge) {
    const t = targets.findIndex(({ key }) => key === known.key);
    const weightOf = logWeight(targets[t], known, truths, t);
    draws.forEach((draw, k) => (logs[k] += weightOf(decodeTarget(targets[t], draw[t]))));
  }
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  const raw = logs.map((value) => (most === -Infinity ? 0 : Math.exp(value - most)));
  const total = raw.reduce((a, b) => a + b, 0);
  const weights = raw.map((value) => value / (total || 1));
  const effectiveDraws = total === 0 ? 0 : effectiveCount(weights);
  if (effectiveDraws < FEWEST_EFFECTIVE_DRAWS) {
    throw rangeError(
      { action: "answer under what is given" },
      `at least ${FEWEST_EFFECTIVE_DRAWS} of ${draws.length} draws of the posterior must agree with it`,
      `${effectiveDraws < 1 ? "none" : effectiveDraws.toFixed(0)}: image and knowledge contradict each other, or the knowledge is too narrow for reweighting; give less`,
    );
  }
  return { weights, effectiveDraws };
}

/** ln p_user - ln p_network of a value in the target's unit. */
function logWeight(
  target: Target,
  known: PriorKnowledge,
  truths: readonly ArrayLike<number>[],
  t: number,
): (value: number) => number {
  if (known.kind === "range") return (value) => (value >= known.low && value <= known.high ? 0 : -Infinity);
  const { mean, deviation } = known;
  const logPrior = logPriorDensity(target, truths, t);
  return (value) => -0.5 * ((value - mean) / deviation) ** 2 - logPrior(value);
}

/** ln of the network's prior density of a value, up to a constant. */
function logPriorDensity(
  target: Target,
  truths: readonly ArrayLike<number>[],
  t: number,
): (value: number) => number {
  // d(scale)/d(value): 1, or 1/value
  const logJacobian = (value: number) => (target.scale === "log" ? -Math.log(value) : 0);
  if (target.quantity !== "descriptor" || truths.length === 0) return logJacobian;
  const codes = Float64Array.from(truths, (row) => toScaleCode(target, decodeTarget(target, row[t])));
  const density = kernelDensity(codes);
  return (value) => Math.log(density(toScaleCode(target, value))) + logJacobian(value);
}

/** Least density, as a share of one kernel's top: a draw where no truth lies is not weighted without end. */
const DENSITY_FLOOR = 0.01;

/** Gaussian kernels of Silverman's width, 1.06 sigma n^(-1/5) [silverman1986], up to a constant. */
function kernelDensity(values: Float64Array): (at: number) => number {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n) || 1;
  const width = 1.06 * deviation * n ** -0.2;
  return (at) => {
    let sum = DENSITY_FLOOR;
    for (const value of values) sum += Math.exp(-0.5 * ((at - value) / width) ** 2);
    return sum;
  };
}
