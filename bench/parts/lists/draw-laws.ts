import { choleskyFactor, solveCholesky } from "../../../src/core/index.ts";
import type { RandomStream } from "../../../src/core/index.ts";
import type { LabelPrior } from "../../../src/reconstruct/label-prior.ts";
import { excessOf, logTreesOf, residualOf } from "./list-chain.ts";
import type { ListLaws, ListProblem, ListState, SizeLaw } from "./list-chain.ts";
import { eachChord } from "./list-image.ts";

/** What the laws of a list are believed to be before it is seen. */
export interface LawPrior {
  /** What either material adds to the signal, as the start has it. */
  readonly strengths: readonly [number, number];
  /** Range of the mean logarithm of the radii [ln px], even within. */
  readonly meanRange: readonly [number, number];
  readonly labels: LabelPrior;
}

/** How far a strength may be from that of the start, as a share of it: what the detector takes for one material is of it on the whole. */
const STRENGTH_SPREAD = 0.5;
/** Geometric standard deviations of radii: those of the shipped recipes, even in the logarithm. */
const SPREADS = Array.from(
  { length: 12 },
  (_, k) => Math.log(1.05) * (Math.log(1.6) / Math.log(1.05)) ** (k / 11),
);
const MEAN_STEPS = 40;
const SHARES = Array.from({ length: 19 }, (_, k) => (k + 1) / 20);

/**
 * Draws the laws of a list from what they are given the list and the image (Gibbs): strengths and ground by the normal equations, laws of the radii and the
 * share of the second material on grids, and how like touches like by a step of Metropolis's on the grid of the prior.
 *
 * @param rng stream of the chain
 * @param state changed in place; its residual is computed anew
 * @param problem of the chain
 * @param prior of the laws
 */
export function drawLawsInPlace(
  rng: RandomStream,
  state: ListState,
  problem: ListProblem,
  prior: LawPrior,
): ListState {
  const { spheres } = state;
  const { strengths, ground } = drawStrengths(rng, state, problem, prior);
  const radii = ([0, 1] as const).map((material) =>
    spheres.filter((sphere) => sphere.material === material).map(({ radiusPx }) => Math.log(radiusPx)),
  );
  const secondCount = radii[1].length;
  const logShares = SHARES.map(
    (share) => secondCount * Math.log(share) + (spheres.length - secondCount) * Math.log(1 - share),
  );
  const laws: ListLaws = {
    strengths,
    sizes: [drawSizes(rng, radii[0], prior), drawSizes(rng, radii[1], prior)],
    secondShare: problem.materialCount === 1 ? 0.5 : SHARES[drawIndex(rng, logShares)],
    preference: state.laws.preference,
  };
  state.laws = laws;
  state.residual = residualOf(problem.image, spheres, { strengths, ground });
  state.excess = excessOf(state.residual);
  return drawPreferenceInPlace(rng, state, problem, prior);
}

/** Strengths of both materials, and a plane of ground. */
function drawStrengths(
  rng: RandomStream,
  { spheres, laws, heat }: ListState,
  { image }: ListProblem,
  prior: LawPrior,
): { readonly strengths: readonly [number, number]; readonly ground: Float64Array } {
  const { width, height, signal, weights } = image;
  const size = width * height;
  const columns = Array.from({ length: 5 }, () => new Float64Array(size));
  for (const sphere of spheres) {
    const column = columns[sphere.material];
    eachChord(image, sphere, (pixel, thicknessPx) => (column[pixel] += thicknessPx));
  }
  for (let pixel = 0; pixel < size; pixel++) {
    columns[2][pixel] = 1;
    columns[3][pixel] = ((pixel % width) + 0.5) / width - 0.5;
    columns[4][pixel] = (Math.floor(pixel / width) + 0.5) / height - 0.5;
  }
  const matrix = new Float64Array(25);
  const right = new Float64Array(5);
  columns.forEach((own, a) => {
    for (let pixel = 0; pixel < size; pixel++) right[a] += heat * weights[pixel] * own[pixel] * signal[pixel];
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let pixel = 0; pixel < size; pixel++) sum += weights[pixel] * own[pixel] * columns[b][pixel];
      matrix[5 * a + b] = heat * sum;
    }
    matrix[6 * a] += RIDGE;
  });
  prior.strengths.forEach((strength, m) => {
    const precision = 1 / (STRENGTH_SPREAD * strength) ** 2;
    matrix[6 * m] += precision;
    right[m] += precision * strength;
  });
  const factor = choleskyFactor(matrix, 5);
  const drawn = solveCholesky(factor, right);
  // L^T e = z gives e the covariance (L L^T)^-1
  const noise = Array.from({ length: 5 }, () => rng.normal());
  for (let row = 4; row >= 0; row--) {
    for (let k = row + 1; k < 5; k++) noise[row] -= factor[5 * k + row] * noise[k];
    noise[row] /= factor[6 * row];
    drawn[row] += noise[row];
  }
  const [first, second, level, alongX, alongY] = drawn;
  // matter adds to the signal; a draw that says otherwise is not taken, nor is the other strength
  const strengths = Math.min(first, second) > 0 ? ([first, second] as const) : laws.strengths;
  const ground = columns[2].map(
    (_, pixel) => level + alongX * columns[3][pixel] + alongY * columns[4][pixel],
  );
  return { strengths, ground };
}

/** Keeps the equations regular where no pixel counts. */
const RIDGE = 1e-12;

/** Mean and spread of the logarithms of radii, on a grid; from the prior where there are none. */
function drawSizes(
  rng: RandomStream,
  logRadii: readonly number[],
  { meanRange: [low, high] }: LawPrior,
): SizeLaw {
  const count = logRadii.length;
  const sum = logRadii.reduce((a, b) => a + b, 0);
  const squares = logRadii.reduce((a, b) => a + b * b, 0);
  const means = Array.from({ length: MEAN_STEPS }, (_, k) => low + ((k + 0.5) / MEAN_STEPS) * (high - low));
  const cells = SPREADS.flatMap((spread) => means.map((mean) => ({ mean, spread })));
  const logs = cells.map(
    ({ mean, spread }) =>
      -(squares - 2 * mean * sum + count * mean * mean) / (2 * spread * spread) - count * Math.log(spread),
  );
  return cells[drawIndex(rng, logs)];
}

function drawPreferenceInPlace(
  rng: RandomStream,
  state: ListState,
  problem: ListProblem,
  { labels: { preferences, logShares } }: LawPrior,
): ListState {
  const now = preferences.findIndex((cell) => cell.every((value, m) => value === state.laws.preference[m]));
  const next = rng.integerBelow(preferences.length);
  const laws = { ...state.laws, preference: preferences[next] };
  const logTrees = logTreesOf(problem, state.spheres, laws);
  const log = logTrees - state.logTrees + logShares[next] - logShares[now];
  if (Math.log(rng.uniform()) >= log) return state;
  state.laws = laws;
  state.logTrees = logTrees;
  return state;
}

/** An index with probabilities exp(logs), up to a factor. */
function drawIndex(rng: RandomStream, logs: readonly number[]): number {
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = logs.map((log) => Math.exp(log - most));
  let rest = rng.uniform() * weights.reduce((a, b) => a + b, 0);
  const chosen = weights.findIndex((weight) => (rest -= weight) < 0);
  return chosen < 0 ? logs.length - 1 : chosen;
}
