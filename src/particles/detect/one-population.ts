import type { FoundDisc } from "./decode-answer.ts";

/** Width over which sizes are taken together to find the most frequent one, ln. */
const BAND = 0.3;
/** Distance from it within which a size is as good as any, ln: a factor of 2 either way. */
const FREE = 0.7;
/** Standard deviation of how fast a probability falls beyond, ln. */
const FALL = 0.5;

/**
 * Weighs what was found by how well its size fits the others: the particles of an image are of one population.
 *
 * A detector that sees an image at all magnifications finds clumps at coarse ones and dark corners at fine ones. The size that most of the
 * found is of, each weighted by p^3, is taken for the population's; probabilities of radii beyond a factor of two fall like a
 * Gaussian of the logarithm. Populations as wide as sigma_g 1.6 lose a few of their tails.
 *
 * @param discs of all levels, thinned or not
 * @returns the same discs with their probabilities weighed
 */
export function weighedByPopulation(discs: readonly FoundDisc[]): FoundDisc[] {
  if (discs.length === 0) return [];
  const sizes = discs.map(({ radiusPx }) => Math.log(radiusPx));
  const weights = discs.map(({ probability }) => probability ** 3);
  let [most, typical] = [-1, 0];
  for (const size of sizes) {
    let density = 0;
    for (let i = 0; i < sizes.length; i++) {
      density += weights[i] * Math.exp(-((sizes[i] - size) ** 2) / (2 * BAND ** 2));
    }
    if (density > most) [most, typical] = [density, size];
  }
  return discs.map((disc, i) => {
    const beyond = Math.max(0, Math.abs(sizes[i] - typical) - FREE);
    return { ...disc, probability: disc.probability * Math.exp(-(beyond ** 2) / (2 * FALL ** 2)) };
  });
}
