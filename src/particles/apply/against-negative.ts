import type { GrayImage } from "../../core/index.ts";

/** Weight of what an image shows over that of its negative from which the two are not alike: textured films had 1.5 at most where they are many, supported metal 1.9 at least. */
const LEAST_RATIO = 1.6;
/** Standard errors by which it must be more. */
const LEAST_EXCESS = 2;
/** How much surer the surest particle must be than any on the negative, ln of the odds: films had 0.8 at most. */
const LEAST_SURER = 1;

/** What a detector is sure of. */
interface Probable {
  readonly probability: number;
}

/**
 * Whether an image shows a detector more than its negative does.
 *
 * The lumps of a bare film are as often bright as dark, so that a detector finds as many on the negative. Particles are on one side: found ones,
 * each weighted by p^2, must outweigh those of the negative 1.6 times and by two standard errors (of counts, each with its weight), or
 * the surest must be surer than any there.
 *
 * @param found what the detector finds
 * @param negative what it finds on the negative, by the same rules
 * @param threshold least probability of either
 * @returns false where the negative shows as much
 */
export function isMoreThanNegative(
  found: readonly Probable[],
  negative: readonly Probable[],
  threshold: number,
): boolean {
  if (found.length === 0) return false;
  const sum = (list: readonly Probable[], power: number) =>
    list.reduce((total, { probability }) => total + probability ** power, 0);
  const [weight, other] = [sum(found, 2), sum(negative, 2)];
  const error = Math.sqrt(sum(found, 4) + sum(negative, 4));
  if (weight >= LEAST_RATIO * other && weight - other >= LEAST_EXCESS * error) return true;
  const surest = (list: readonly Probable[]) =>
    logOdds(list.reduce((most, { probability }) => Math.max(most, probability), threshold));
  return surest(found) - surest(negative) >= LEAST_SURER;
}

/** An image with bright and dark exchanged. */
export function negativeOf(image: GrayImage): GrayImage {
  return { ...image, intensityUnit: "arbitrary", data: image.data.map((value) => -value) };
}

const logOdds = (probability: number) => Math.log(probability / (1 - probability));
