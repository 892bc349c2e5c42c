import type { RandomStream } from "../core/index.ts";

/** Radii farther than this many standard deviations from the mean of the logarithm are not drawn [moran2019]. */
export const RADIUS_TRUNCATION = 2;

/**
 * Draws radii from a lognormal law truncated to [r / s^2, r s^2], as FracVAL does [moran2019].
 *
 * @param rng stream of the draws
 * @param count radii to draw
 * @param law geometric mean [nm] and geometric standard deviation (1: all radii equal the mean)
 * @returns [count] [nm]
 * @example
 * import { openRandomStream } from "../src/core/index.ts";
 * import { drawPrimaryRadiiNm } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * const radii = drawPrimaryRadiiNm(openRandomStream(1), 100, { geometricMeanNm: 5, geometricSpread: 1.2 });
 * expect(Math.max(...radii)).toBeLessThanOrEqual(5 * 1.2 ** 2);
 */
export function drawPrimaryRadiiNm(
  rng: RandomStream,
  count: number,
  law: { readonly geometricMeanNm: number; readonly geometricSpread: number },
): Float64Array {
  const logSpread = Math.log(law.geometricSpread);
  return Float64Array.from({ length: count }, () => {
    // one deviate is spent even at spread 1, so that the draws that follow do not depend on the spread
    let deviate = rng.normal();
    while (Math.abs(deviate) > RADIUS_TRUNCATION) deviate = rng.normal();
    return law.geometricMeanNm * Math.exp(logSpread * deviate);
  });
}
