import { checkNumber } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import { geometricMeanNm } from "./scaling-law.ts";

/** Radii farther than this many standard deviations from the middle of their law are not drawn [moran2019]. */
export const RADIUS_TRUNCATION = 2;
/** Smallest radius of the normal law, as a share of its mean: what is left of a particle must stay one. */
const SMALLEST_SHARE = 0.1;

/** Radius laws that have a name. */
export const NAMED_RADIUS_SHAPES = ["lognormal", "untruncated-lognormal", "normal"] as const;

/** Form of a radius law: one with a name, or the relative sizes of a list of measured radii [any unit]. */
export type RadiusShape = (typeof NAMED_RADIUS_SHAPES)[number] | readonly number[];

/** Law of the primary particles' radii. */
export interface RadiusDistribution {
  /** Geometric mean of the lognormal law and of a list, mean of the normal law [nm]. */
  readonly geometricMeanNm: number;
  /** Geometric standard deviation s; the normal law has the relative standard deviation ln s, a list its own. */
  readonly geometricSpread: number;
  /** lognormal by default. */
  readonly shape?: RadiusShape | undefined;
}

/**
 * Draws radii: lognormal truncated to [r / s^2, r s^2] as FracVAL does [moran2019] or whole, normal truncated at two
 * standard deviations, or from a list with replacement.
 *
 * A list is scaled to the stated geometric mean, so that the parameter means the same whatever the law.
 *
 * @param law mean [nm], spread (1: all radii equal the mean) and shape
 * @returns [count] [nm]
 * @throws RangeError for a list with a radius that is not above zero, or without any
 * @example
 * import { openRandomStream } from "../src/core/index.ts";
 * import { drawPrimaryRadiiNm } from "../src/stochastic/primary-radii.ts";
 * import { expect } from "vitest";
 * const radii = drawPrimaryRadiiNm(openRandomStream(1), 100, { geometricMeanNm: 5, geometricSpread: 1.2 });
 * expect(Math.max(...radii)).toBeLessThanOrEqual(5 * 1.2 ** 2);
 */
export function drawPrimaryRadiiNm(rng: RandomStream, count: number, law: RadiusDistribution): Float64Array {
  const { geometricMeanNm: middle, shape = "lognormal" } = law;
  const logSpread = Math.log(law.geometricSpread);
  if (shape === "untruncated-lognormal") {
    return Float64Array.from({ length: count }, () => middle * Math.exp(logSpread * rng.normal()));
  }
  if (shape === "lognormal") {
    return Float64Array.from({ length: count }, () => middle * Math.exp(logSpread * truncatedNormal(rng)));
  }
  if (shape === "normal") {
    return Float64Array.from({ length: count }, () => {
      for (;;) {
        const share = 1 + logSpread * truncatedNormal(rng);
        if (share >= SMALLEST_SHARE) return middle * share;
      }
    });
  }
  return drawFromList(rng, count, shape, middle);
}

/** One deviate is spent even at spread 1, so that the draws that follow do not depend on the spread. */
function truncatedNormal(rng: RandomStream): number {
  for (;;) {
    const deviate = rng.normal();
    if (Math.abs(deviate) <= RADIUS_TRUNCATION) return deviate;
  }
}

function drawFromList(
  rng: RandomStream,
  count: number,
  list: readonly number[],
  middle: number,
): Float64Array {
  checkNumber("measured radii", list.length, { min: 1, action: "draw radii" });
  for (const radius of list) checkNumber("measured radius", radius, { min: 1e-9, action: "draw radii" });
  const scale = middle / geometricMeanNm(Float64Array.from(list));
  return Float64Array.from({ length: count }, () => scale * list[rng.integerBelow(list.length)]);
}
