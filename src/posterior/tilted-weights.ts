import { choleskyFactor, solveCholesky } from "../core/index.ts";

/** Structures that were grown, as a posterior sees them, and what the posterior says. */
export interface TiltingProblem {
  /** [structureCount][featureCount] standardised descriptors of each structure. */
  readonly grown: readonly ArrayLike<number>[];
  /** [drawCount][featureCount] draws of the joint posterior of the same descriptors. */
  readonly wanted: readonly ArrayLike<number>[];
}

/** Weight that a departure from the wanted moments has against even weights: keeps weights finite where no mixture meets them. */
const RIDGE = 0.02;
const STEPS = 30;
const SETTLED = 1e-9;

/**
 * Weighs structures so that their descriptors have the means and the spreads that a posterior states, and no weight differs from
 * the others more than that takes (entropic tilting [robertson2005]).
 *
 *   w_k = exp(lambda f_k)/sum,  lambda = argmin ln mean exp(lambda (f_k - f*)) + (ridge/2) |lambda|^2
 *
 * with f the descriptors and their squares about the wanted means, in units of the wanted spreads.
 *
 * @param problem structures and draws, on the same scale
 * @returns [structureCount] weights, together 1; even where there is no descriptor
 * @example
 * import { tiltedWeights } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const grown = [[-1], [0], [1], [2]];
 * const weights = tiltedWeights({ grown, wanted: [[0.5], [1.5]] });
 * expect(weights[2]).toBeGreaterThan(weights[0]);
 */
export function tiltedWeights({ grown, wanted }: TiltingProblem): Float64Array {
  const size = wanted.length === 0 ? 0 : wanted[0].length;
  if (size === 0 || grown.length === 0) return new Float64Array(grown.length).fill(1 / grown.length);
  const rows = featureRows(grown, momentsOf(wanted, size));
  let lambda: Float64Array = new Float64Array(2 * size);
  let state = dualOf(rows, lambda);
  for (let step = 0; step < STEPS; step++) {
    const direction = newtonStep(rows, state.weights, lambda);
    const next = descend(rows, { lambda, value: state.value }, direction);
    if (next === null) break;
    const gain = state.value - next.state.value;
    ({ lambda, state } = next);
    if (gain < SETTLED) break;
  }
  return state.weights;
}

/** What weights leave of so many structures: 1/sum w^2, as many as even weights would need for the same precision. */
export function effectiveCount(weights: ArrayLike<number>): number {
  let squares = 0;
  for (let k = 0; k < weights.length; k++) squares += weights[k] * weights[k];
  return 1 / squares;
}

interface Moments {
  readonly means: Float64Array;
  readonly spreads: Float64Array;
}

function momentsOf(draws: TiltingProblem["wanted"], size: number): Moments {
  const means = new Float64Array(size);
  const spreads = new Float64Array(size);
  for (const draw of draws) for (let t = 0; t < size; t++) means[t] += draw[t] / draws.length;
  for (const draw of draws)
    for (let t = 0; t < size; t++) spreads[t] += (draw[t] - means[t]) ** 2 / draws.length;
  return { means, spreads: spreads.map(Math.sqrt) };
}

/** What must vanish in the mean: departures from the wanted means, and squares over their wanted value. */
function featureRows(grown: TiltingProblem["grown"], { means, spreads }: Moments): Float64Array[] {
  const size = means.length;
  return grown.map((row) => {
    const features = new Float64Array(2 * size);
    for (let t = 0; t < size; t++) {
      const z = (row[t] - means[t]) / spreads[t];
      features[t] = z;
      features[size + t] = (z * z - 1) / 2;
    }
    return features;
  });
}

interface Dual {
  readonly value: number;
  readonly weights: Float64Array;
}

function dualOf(rows: readonly Float64Array[], lambda: Float64Array): Dual {
  const logs = Float64Array.from(rows, (row) => dot(row, lambda));
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = logs.map((value) => Math.exp(value - most));
  const total = weights.reduce((a, b) => a + b, 0);
  const value = most + Math.log(total / rows.length) + (RIDGE / 2) * dot(lambda, lambda);
  return { value, weights: weights.map((weight) => weight / total) };
}

/** -H^-1 g: gradient is the weighted mean of the features, Hessian their weighted covariance, both with the ridge. */
function newtonStep(
  rows: readonly Float64Array[],
  weights: Float64Array,
  lambda: Float64Array,
): Float64Array {
  const size = lambda.length;
  const mean = new Float64Array(size);
  rows.forEach((row, k) => {
    for (let t = 0; t < size; t++) mean[t] += weights[k] * row[t];
  });
  const hessian = new Float64Array(size * size);
  rows.forEach((row, k) => {
    for (let a = 0; a < size; a++) {
      const own = weights[k] * (row[a] - mean[a]);
      for (let b = 0; b <= a; b++) hessian[a * size + b] += own * (row[b] - mean[b]);
    }
  });
  for (let t = 0; t < size; t++) hessian[t * size + t] += RIDGE;
  const gradient = mean.map((value, t) => value + RIDGE * lambda[t]);
  return solveCholesky(choleskyFactor(hessian, size), gradient).map((value) => -value);
}

/** Halves the step until the dual falls; null where it no longer does. */
function descend(
  rows: readonly Float64Array[],
  from: { readonly lambda: Float64Array; readonly value: number },
  direction: Float64Array,
): { readonly lambda: Float64Array; readonly state: Dual } | null {
  for (let length = 1; length > 1e-4; length /= 2) {
    const lambda = from.lambda.map((value, t) => value + length * direction[t]);
    const state = dualOf(rows, lambda);
    if (state.value < from.value) return { lambda, state };
  }
  return null;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < a.length; t++) sum += a[t] * b[t];
  return sum;
}
