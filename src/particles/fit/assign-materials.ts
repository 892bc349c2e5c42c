import type { GrayImage } from "../../core/index.ts";
import type { Modality } from "../../image/index.ts";
import type { ListedDisc } from "../measure/image-particles.ts";
import type { Disc } from "../simulate/training-image.ts";
import { fitDiscs } from "./fit-discs.ts";
import { fitFrame } from "./fit-frame.ts";

/** How far a thickness may be from that of a sphere in this fit, ln: as far as two materials lie apart. */
const DEPTH_SPREAD = 1;
/** Spread of what particles of one material scatter a length, ln, and how often one is of neither (overlooked neighbours, false alarms). */
const SPREAD = 0.15;
const STRANGE_SHARE = 0.1;
/** Power of the detector's say. */
const VOTE_WEIGHT = 0.1;
/** Steps of the search for the weaker material's strength, and of the shares of both. */
const STEP = 0.05;
const SHARES = [0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95] as const;
/** Most particles that are fitted together. */
const MOST_PARTICLES = 400;

/**
 * Tells two materials apart by what the particles scatter a length: all are fitted together as spheres of free thickness, and the
 * thicknesses fall into two groups whose distance is the ratio of the materials' strengths.
 *
 *   L(s, w) = sum_k ln(w N(t_k; s + ln ratio) + (1 - w) N(t_k; s) + strange)
 *
 * for the logarithms t of the fitted thicknesses, the weaker material's s and the stronger's share w; what the detector says of each
 * particle's material counts as one more observation. Where all particles are alike the detector alone decides which material it is.
 *
 * @param image as it was read
 * @param mask not 0 where a pixel shows no specimen; null where all do
 * @param discs as they were found
 * @param options modality, and the ratio of the second material's signal a length to the first's, above 1
 * @returns the discs with the probability that they are of the second material; unchanged beyond the 400 most probable
 */
export function withMaterials(
  image: GrayImage,
  mask: Uint8Array | null,
  discs: readonly ListedDisc[],
  { modality, ratio }: { readonly modality: Modality; readonly ratio: number },
): readonly ListedDisc[] {
  const strengths = particleStrengths(image, mask, discs, modality);
  if (strengths.length === 0) return discs;
  const probabilities = secondProbabilities(
    strengths,
    strengths.map((_, k) => discs[k].secondProbability ?? 0.5),
    Math.log(ratio),
  );
  return discs.map((disc, k) =>
    k < probabilities.length ? { ...disc, secondProbability: probabilities[k] } : disc,
  );
}

/**
 * What each particle scatters a length: all are fitted together as spheres of free thickness.
 *
 * @returns logarithms, on one scale, of the 400 most probable
 */
export function particleStrengths(
  image: GrayImage,
  mask: Uint8Array | null,
  discs: readonly Disc[],
  modality: Modality,
): number[] {
  const fitted = discs.slice(0, MOST_PARTICLES);
  if (fitted.length === 0) return [];
  const { problem } = fitFrame(image, mask, modality, fitted);
  const fit = fitDiscs({ ...problem, materialCount: 1, depthSpread: DEPTH_SPREAD });
  return fit.discs.map(({ depth }) => Math.log(depth));
}

/**
 * Density of a strength about that of its material, up to a factor: a normal distribution on a flat ground of particles that are of neither
 * material (overlooked neighbours, false alarms).
 *
 * @param strengths of all particles
 * @param distance ln of the ratio of the materials
 * @returns density by the distance from the material
 */
export function strengthDensity(strengths: readonly number[], distance: number): (off: number) => number {
  const span = Math.max(...strengths) - Math.min(...strengths) + 2 * distance;
  // a flat density over all that was seen, in the units of the bell
  const strange = (STRANGE_SHARE * SPREAD * Math.sqrt(2 * Math.PI)) / span;
  return (off) => Math.exp(-(off ** 2) / (2 * SPREAD ** 2)) + strange;
}

/**
 * Splits strengths into two groups at a known distance.
 *
 * @param strengths ln of what each particle scatters a length, on any scale
 * @param votes what the detector says, the probability of the stronger material
 * @param distance ln of the ratio of the materials
 * @returns probabilities of the stronger material
 */
export function secondProbabilities(
  strengths: readonly number[],
  votes: readonly number[],
  distance: number,
): number[] {
  const density = strengthDensity(strengths, distance);
  const start = Math.min(...strengths) - distance;
  // the detector errs alike on all particles of an image, so its votes are no independent observations
  const [forStrong, forWeak] = [votes, votes.map((vote) => 1 - vote)].map((own) =>
    own.map((vote) => Math.min(0.9, Math.max(0.1, vote)) ** VOTE_WEIGHT),
  );
  let best = { likelihood: -Infinity, probabilities: [] as number[] };
  for (let weak = start; weak <= Math.max(...strengths); weak += STEP) {
    const nearWeak = strengths.map((t) => density(t - weak));
    const nearStrong = strengths.map((t) => density(t - weak - distance));
    for (const share of SHARES) {
      let likelihood = 0;
      const probabilities = strengths.map((_, k) => {
        const strong = share * forStrong[k] * nearStrong[k];
        const other = (1 - share) * forWeak[k] * nearWeak[k];
        likelihood += Math.log(strong + other);
        return strong / (strong + other);
      });
      if (likelihood > best.likelihood) best = { likelihood, probabilities };
    }
  }
  return best.probabilities;
}
