import { gammaDeviate, mean, quantile, type BootstrapInterval, type RandomStream } from "../../core/index.ts";
import type { Disc } from "../simulate/training-image.ts";
import { discFootprints, type Footprint } from "./disc-footprints.ts";
import type { ElementMap } from "./element-map.ts";
import { attributeInPlace, expectAllInPlace, overlapsOf, yieldOf, type MapState } from "./map-rates.ts";
import { sizesAnew, sizeOdds, type SizeState } from "./size-odds.ts";
import { overlappingPairs, pairScratch, swapInPlace } from "./swap-materials.ts";
import { strengthOdds, type StrengthOdds } from "./strength-odds.ts";

/** Maps, and the particles whose material is asked for. */
export interface MaterialProblem {
  /** All of one size. */
  readonly maps: readonly (ElementMap & {
    /** Atoms a volume of the element in the first and in the second material, on any scale. */
    readonly densities: readonly [number, number];
  })[];
  /** In pixels of the maps. */
  readonly discs: readonly Disc[];
  /** What the image says of each particle; null where the maps alone are asked. */
  readonly strengths: {
    /** ln of what each particle scatters a length, on any scale; may be of the first particles alone. */
    readonly values: readonly number[];
    /** ln of the ratio of the materials, second over first. */
    readonly distance: number;
  } | null;
  /** Particles that touch, by index. */
  readonly contacts: readonly (readonly [number, number])[];
}

/** What maps say of materials. */
export interface SampledMaterials {
  /** [particle], 0 to 1. */
  readonly secondProbabilities: readonly number[];
  /** [map][particle], counts that are its own. */
  readonly counts: readonly (readonly number[])[];
  /** [map][particle], counts of all pixels that it lies over, and those expected there at the end of the chain. */
  readonly inDiscs: readonly (readonly { readonly counted: number; readonly expected: number }[])[];
  /** Share of the particles that is of the second material, with the range that holds 95 %. */
  readonly numberFraction: BootstrapInterval;
  /** Share of the contacts that is between the materials; null where nothing touches. */
  readonly heteroShare: BootstrapInterval | null;
}

/**
 * Sweeps over which what the maps say comes to count in full, so that the chain does not stay where it began [kirkpatrick1983]; all that
 * are thrown away; those that count.
 */
const SWEEPS = { cooling: 100, before: 150, counting: 250 } as const;
/** How much the matter of a particle may differ from that of a sphere of its radius: shape of a gamma distribution, 0.3 as a share. */
const AMOUNT_SHAPE = 11;

/**
 * Samples the materials of all particles of an image from what their maps count.
 *
 * The counts of a pixel are of a Poisson distribution about
 *
 *   lambda_e(p) = b_e + s_e sum_k g_k n_e(z_k) h_k(p)
 *
 * for the ground b, the response s of the element, the chord h of particle k, the atoms n of the element a volume of its material z, and
 * the amount g of its matter over that of a sphere. X-rays are taken as not absorbed. Materials are drawn one particle at a time given all
 * others (Gibbs sampling [geman1984]), ground, response and amount from their gamma distributions given whose each count is, so particles
 * that lie over each other share counts, and what is not known of one widens what is known of the other. Radii count too: those of a material are
 * log-normal about a mean of their own, so that a small particle without counts is likely of the material whose particles are small.
 *
 * @param rng stream of the chain
 * @param problem maps, discs, what the image says
 * @returns probabilities, counts, shares with intervals
 */
export function sampleMaterials(rng: RandomStream, problem: MaterialProblem): SampledMaterials {
  const { maps, discs, contacts } = problem;
  const footprints = discFootprints(discs, maps[0]);
  const overlaps = overlapsOf(footprints, maps[0].counts.length);
  const states = maps.map((map) => startOf(map, footprints));
  const chain: Chain = {
    states,
    footprints,
    isSecond: firstGuess(states, footprints),
    amounts: new Float64Array(discs.length).fill(1),
    share: 0.5,
    sizes: sizeOdds(discs.map(({ radiusPx }) => Math.log(radiusPx))),
    strengths: problem.strengths === null ? null : strengthOdds(problem.strengths),
  };
  const pairs = overlappingPairs(discs);
  const scratch = pairScratch(maps[0].counts.length);
  const swapping = { ...chain, scratch, oddsOf: (k: number) => otherOdds(chain, k) };
  const probabilities = new Float64Array(discs.length);
  const counts = maps.map(() => new Float64Array(discs.length));
  const shares: number[] = [];
  const heteroShares: number[] = [];
  for (let sweep = 0; sweep < SWEEPS.before + SWEEPS.counting; sweep++) {
    for (const state of states) expectAllInPlace(state, footprints, chain);
    const weight = Math.min(1, (sweep + 1) / SWEEPS.cooling);
    for (const pair of pairs) swapInPlace(rng, swapping, pair, weight);
    const drawn = materialsInPlace(rng, chain, weight);
    for (const state of states) attributeInPlace(rng, state, overlaps, chain);
    scalesInPlace(rng, chain);
    if (sweep < SWEEPS.before) continue;
    drawn.forEach((value, k) => (probabilities[k] += value));
    states.forEach(({ own }, e) => own.forEach((value, k) => (counts[e][k] += value)));
    shares.push(mean(chain.isSecond));
    heteroShares.push(mean(contacts.map(([i, j]) => Number(chain.isSecond[i] !== chain.isSecond[j]))));
  }
  return {
    secondProbabilities: Array.from(probabilities, (sum) => sum / SWEEPS.counting),
    counts: counts.map((own) => Array.from(own, (sum) => sum / SWEEPS.counting)),
    inDiscs: states.map((state) => footprints.map((footprint) => countedIn(state, footprint))),
    numberFraction: intervalOf(shares),
    heteroShare: contacts.length === 0 ? null : intervalOf(heteroShares),
  };
}

/** Where the chain is. */
interface Chain {
  readonly states: readonly MapState[];
  readonly footprints: readonly Footprint[];
  readonly isSecond: Uint8Array;
  /** Matter of each particle over that of a sphere. */
  readonly amounts: Float64Array;
  /** Share of the second material. */
  share: number;
  readonly sizes: SizeState;
  readonly strengths: StrengthOdds | null;
}

function startOf(map: MaterialProblem["maps"][number], footprints: readonly Footprint[]): MapState {
  const { counts, densities } = map;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const volume = footprints.reduce((sum, footprint) => sum + footprint.total, 0) || 1;
  const response = Math.max(total, 1) / volume / (Math.max(...densities) || 1);
  return {
    map,
    densities,
    ground: (0.1 * total) / counts.length,
    response,
    perResponse: 1 / response,
    expected: new Float64Array(counts.length),
    own: new Float64Array(footprints.length),
  };
}

/** Each particle by the map that counts more in its disc, over what the map counts in all discs. */
function firstGuess(states: readonly MapState[], footprints: readonly Footprint[]): Uint8Array {
  const seen = states.map(({ map }) =>
    footprints.map(({ pixels, total }) =>
      pixels.length === 0 ? 0 : pixels.reduce((sum, pixel) => sum + map.counts[pixel], 0) / total,
    ),
  );
  return Uint8Array.from(footprints, (_, k) => {
    const score = states.reduce((sum, { densities: [first, second] }, e) => {
      const usual = mean(seen[e]) || 1;
      return sum + ((seen[e][k] / usual - 1) * (second - first)) / Math.max(first, second);
    }, 0);
    return Number(score > 0);
  });
}

/** ln of what radius and image say of a particle: second material over first. */
const otherOdds = ({ sizes, strengths }: Chain, k: number): number =>
  sizes.odds(k) + (strengths?.odds(k) ?? 0);

/** Draws each particle's material given all others; gives the probabilities that were drawn with. */
function materialsInPlace(rng: RandomStream, chain: Chain, weight: number): Float64Array {
  const { states, footprints, isSecond, amounts, share } = chain;
  return Float64Array.from(footprints, (footprint, k) => {
    let odds = Math.log(share / (1 - share)) + otherOdds(chain, k);
    for (const state of states) odds += weight * mapOdds(state, footprint, isSecond[k], amounts[k]);
    const probability = 1 / (1 + Math.exp(-odds));
    const drawn = Number(rng.uniform() < probability);
    if (drawn !== isSecond[k]) {
      for (const state of states) {
        const change = yieldOf(state, drawn, amounts[k]) - yieldOf(state, isSecond[k], amounts[k]);
        const { pixels, chords } = footprint;
        for (let i = 0; i < pixels.length; i++) state.expected[pixels[i]] += change * chords[i];
      }
      isSecond[k] = drawn;
    }
    return probability;
  });
}

/** ln of the Poisson likelihood of a map were the particle of the second material, over that were it of the first. */
function mapOdds(
  state: MapState,
  { pixels, chords, total }: Footprint,
  isSecond: number,
  amount: number,
): number {
  const [first, second] = [yieldOf(state, 0, amount), yieldOf(state, 1, amount)];
  if (first === second) return 0;
  const present = isSecond === 1 ? second : first;
  const { counts } = state.map;
  let odds = (first - second) * total;
  for (let i = 0; i < pixels.length; i++) {
    const count = counts[pixels[i]];
    if (count === 0) continue;
    // rounding may leave a crumb below the ground
    const others = Math.max(state.expected[pixels[i]] - present * chords[i], state.ground);
    odds += count * Math.log((others + second * chords[i]) / (others + first * chords[i]));
  }
  return odds;
}

/** Draws responses, amounts, shares and sizes, given materials and whose each count is. */
function scalesInPlace(rng: RandomStream, chain: Chain): void {
  const { states, footprints, isSecond, amounts, sizes, strengths } = chain;
  for (const state of states) {
    const counted = state.own.reduce((sum, value) => sum + value, 0);
    const seen = footprints.reduce(
      (sum, { total }, k) => sum + state.densities[isSecond[k]] * amounts[k] * total,
      0,
    );
    state.response = gammaDeviate(rng, counted + 1) / (seen + state.perResponse);
  }
  footprints.forEach(({ total }, k) => {
    const counted = states.reduce((sum, { own }) => sum + own[k], 0);
    const wanted = states.reduce((sum, state) => sum + yieldOf(state, isSecond[k], 1) * total, 0);
    amounts[k] = gammaDeviate(rng, AMOUNT_SHAPE + counted) / (AMOUNT_SHAPE + wanted);
  });
  const secondCount = isSecond.reduce((sum, value) => sum + value, 0);
  const [a, b] = [gammaDeviate(rng, 1 + secondCount), gammaDeviate(rng, 1 + isSecond.length - secondCount)];
  chain.share = a / (a + b);
  sizesAnew(rng, sizes, isSecond);
  strengths?.anew(rng, isSecond);
}

function countedIn({ map, expected }: MapState, { pixels }: Footprint) {
  const sum = (of: ArrayLike<number>) => pixels.reduce((total, pixel) => total + of[pixel], 0);
  return { counted: sum(map.counts), expected: sum(expected) };
}

const intervalOf = (values: readonly number[]): BootstrapInterval => ({
  value: mean(values),
  low: quantile(values, 0.025),
  high: quantile(values, 0.975),
});
