import type { RandomStream } from "../core/index.ts";

/** Carrying contacts of an aggregate by their materials, and its particles. */
export interface LabelCounts {
  readonly firstCount: number;
  readonly secondCount: number;
  /** Contacts of two particles of the first material, of the second, and between the materials. */
  readonly homoFirst: number;
  readonly homoSecond: number;
  readonly hetero: number;
}

/**
 * How much rather like touches like, before an image is seen: trees of contacts have the weight
 * exp(u_A n_AA + u_B n_BB), and pairs (u_A, u_B) of a grid have the shares that aggregates of the recipe tell.
 */
export interface LabelPrior {
  /** [cellCount] */
  readonly preferences: readonly (readonly [number, number])[];
  readonly logShares: Float64Array;
}

/** Preferences from contacts between unlike particles favoured by e to clusters that hardly mix. */
const STEPS = [-1, 0, 1, 2, 3, 4, 5, 6] as const;
/** Rounds of expectation and maximisation: shares move by less than 0.01 then. */
const ROUNDS = 60;

/**
 * Learns the shares of the grid from aggregates, by expectation and maximisation of their marginal likelihood [dempster1977].
 *
 * @param aggregates counts of grown aggregates
 */
export function fitLabelPrior(aggregates: readonly LabelCounts[]): LabelPrior {
  const preferences = STEPS.flatMap((a) => STEPS.map((b) => [a, b] as const));
  const rows = aggregates.map((counts) => preferences.map((preference) => logLikelihood(preference, counts)));
  let shares = new Float64Array(preferences.length).fill(1 / preferences.length);
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(preferences.length);
    for (const row of rows) {
      const posterior = normalised(row.map((value, k) => value + Math.log(shares[k])));
      posterior.forEach((value, k) => (next[k] += value / rows.length));
    }
    // a share never vanishes altogether: another image may tell what these aggregates did not
    shares = next.map((value) => (value + LEAST_SHARE) / (1 + LEAST_SHARE * preferences.length));
  }
  return { preferences, logShares: shares.map(Math.log) };
}

const LEAST_SHARE = 1e-4;

/** Where all particles are of one material, no contact is unlike another. */
export function singleMaterialPrior(): LabelPrior {
  return { preferences: [[0, 0]], logShares: Float64Array.of(0) };
}

/** Draws the preferences given the contacts of a state. */
export function drawPreference(
  rng: RandomStream,
  prior: LabelPrior,
  counts: LabelCounts,
): readonly [number, number] {
  const posterior = normalised(
    prior.preferences.map((preference, k) => logLikelihood(preference, counts) + prior.logShares[k]),
  );
  let rest = rng.uniform();
  const chosen = posterior.findIndex((value) => (rest -= value) < 0);
  return prior.preferences[chosen < 0 ? posterior.length - 1 : chosen];
}

/**
 * ln of the weight of a tree over the sum of the weights of all trees on the same labelled particles.
 *
 * That sum is a determinant (matrix-tree theorem): with contacts worth a, b within the materials and 1 between them,
 *
 *   Z = (a n_A + n_B)^(n_A - 1) (b n_B + n_A)^(n_B - 1),  up to what a and b do not touch
 */
function logLikelihood([a, b]: readonly [number, number], counts: LabelCounts): number {
  const { firstCount: nA, secondCount: nB, homoFirst, homoSecond } = counts;
  // of one material alone every contact is alike
  if (nA === 0 || nB === 0) return 0;
  return (
    a * homoFirst +
    b * homoSecond -
    (nA - 1) * Math.log(nA * Math.exp(a) + nB) -
    (nB - 1) * Math.log(nB * Math.exp(b) + nA)
  );
}

function normalised(logs: readonly number[]): number[] {
  const most = Math.max(...logs);
  const weights = logs.map((value) => Math.exp(value - most));
  const total = weights.reduce((sum, value) => sum + value, 0);
  return weights.map((value) => value / total);
}
