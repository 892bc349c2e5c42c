import type { RandomStream } from "../../core/index.ts";
import type { Disc } from "../simulate/training-image.ts";
import type { Footprint } from "./disc-footprints.ts";
import { yieldOf, type MapState } from "./map-rates.ts";

/** Pairs of particles that lie over each other, by index: what one counts the other may have counted. */
export function overlappingPairs(discs: readonly Disc[]): (readonly [number, number])[] {
  return discs.flatMap((one, i) =>
    discs
      .map((other, j) => [i, j, other] as const)
      .slice(i + 1)
      .filter(([, , other]) => Math.hypot(one.x - other.x, one.y - other.y) < one.radiusPx + other.radiusPx)
      .map(([a, b]) => [a, b] as const),
  );
}

/** What a swap needs of a chain. */
interface Swapped {
  readonly states: readonly MapState[];
  readonly footprints: readonly Footprint[];
  readonly isSecond: Uint8Array;
  readonly amounts: Float64Array;
  /** ln of what all but the maps say of a particle: second over first. */
  readonly oddsOf: (k: number) => number;
  readonly scratch: PairScratch;
}

/**
 * Tries to swap the materials of two particles that lie over each other [metropolis1953]: one at a time they would have to pass through
 * a state in which the counts of one element have no particle.
 *
 * @param pair indices of the particles
 * @param weight of what the maps say, 0 to 1
 * @returns whether they were swapped
 */
export function swapInPlace(
  rng: RandomStream,
  chain: Swapped,
  pair: readonly [number, number],
  weight: number,
): boolean {
  const { states, footprints, isSecond, amounts, oddsOf, scratch } = chain;
  const [i, j] = pair;
  if (isSecond[i] === isSecond[j]) return false;
  let gain = (isSecond[i] === 1 ? -1 : 1) * (oddsOf(i) - oddsOf(j));
  const slopesOf = (state: MapState) =>
    pair.map((k) => yieldOf(state, 1 - isSecond[k], amounts[k]) - yieldOf(state, isSecond[k], amounts[k]));
  const union = unionInto(scratch, footprints[i], footprints[j]);
  for (const state of states) {
    const [ofI, ofJ] = slopesOf(state);
    gain -= weight * (ofI * footprints[i].total + ofJ * footprints[j].total);
    for (let at = 0; at < union; at++) {
      const pixel = scratch.pixels[at];
      const count = state.map.counts[pixel];
      if (count === 0) continue;
      const before = state.expected[pixel];
      const after = before + ofI * scratch.first[pixel] + ofJ * scratch.second[pixel];
      gain += weight * count * Math.log(Math.max(after, state.ground) / before);
    }
  }
  const isSwapped = Math.log(1 - rng.uniform()) < gain;
  if (isSwapped) {
    for (const state of states) {
      const [ofI, ofJ] = slopesOf(state);
      for (let at = 0; at < union; at++) {
        const pixel = scratch.pixels[at];
        state.expected[pixel] += ofI * scratch.first[pixel] + ofJ * scratch.second[pixel];
      }
    }
    for (const k of pair) isSecond[k] = 1 - isSecond[k];
  }
  for (let at = 0; at < union; at++) {
    scratch.first[scratch.pixels[at]] = 0;
    scratch.second[scratch.pixels[at]] = 0;
  }
  return isSwapped;
}

/** Chords of two particles by pixel, and the pixels that either lies over. */
export interface PairScratch {
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly pixels: Int32Array;
}

/** Room for the chords of two particles; all zero between two uses. */
export const pairScratch = (pixelCount: number): PairScratch => ({
  first: new Float64Array(pixelCount),
  second: new Float64Array(pixelCount),
  pixels: new Int32Array(pixelCount),
});

/** Lays two particles down; gives the number of pixels that either lies over. */
function unionInto({ first, second, pixels }: PairScratch, one: Footprint, other: Footprint): number {
  let count = 0;
  for (let at = 0; at < one.pixels.length; at++) {
    first[one.pixels[at]] = one.chords[at];
    pixels[count++] = one.pixels[at];
  }
  for (let at = 0; at < other.pixels.length; at++) {
    // a chord is never 0 where a particle lies
    if (first[other.pixels[at]] === 0) pixels[count++] = other.pixels[at];
    second[other.pixels[at]] = other.chords[at];
  }
  return count;
}
