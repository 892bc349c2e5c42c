import { gammaDeviate, type RandomStream } from "../../core/index.ts";
import type { ElementMap } from "./element-map.ts";
import type { Footprint } from "./disc-footprints.ts";

/** Which particles lie over each pixel: those of pixel p stand from start[p] to start[p + 1]. */
export interface Overlaps {
  readonly start: Int32Array;
  readonly disc: Int32Array;
  readonly chord: Float64Array;
}

/** Turns footprints round: from particles of pixels to pixels of particles. */
export function overlapsOf(footprints: readonly Footprint[], pixelCount: number): Overlaps {
  const start = new Int32Array(pixelCount + 1);
  for (const { pixels } of footprints) for (const pixel of pixels) start[pixel + 1]++;
  for (let pixel = 0; pixel < pixelCount; pixel++) start[pixel + 1] += start[pixel];
  const next = start.slice();
  const disc = new Int32Array(start[pixelCount]);
  const chord = new Float64Array(start[pixelCount]);
  footprints.forEach(({ pixels, chords }, k) => {
    pixels.forEach((pixel, i) => {
      disc[next[pixel]] = k;
      chord[next[pixel]++] = chords[i];
    });
  });
  return { start, disc, chord };
}

/** What a map counts at present: of one element. */
export interface MapState {
  readonly map: ElementMap;
  /** Atoms a volume in the first and the second material. */
  readonly densities: readonly [number, number];
  /** Counts of the bare ground a pixel. */
  ground: number;
  /** Counts an atom density and pixel of thickness. */
  response: number;
  /** Prior of the response: as much as one count more says. */
  readonly perResponse: number;
  /** [height, width], expected counts. */
  readonly expected: Float64Array;
  /** Counts that are each particle's own, of the last attribution. */
  readonly own: Float64Array;
}

/** Counts that one particle's chord of 1 px adds. */
export const yieldOf = ({ densities, response }: MapState, second: number, amount: number): number =>
  response * densities[second] * amount;

/** Expected counts from the ground and all particles, anew. */
export function expectAllInPlace(
  state: MapState,
  footprints: readonly Footprint[],
  { isSecond, amounts }: { readonly isSecond: Uint8Array; readonly amounts: Float64Array },
): Float64Array {
  state.expected.fill(state.ground);
  footprints.forEach(({ pixels, chords }, k) => {
    const slope = yieldOf(state, isSecond[k], amounts[k]);
    if (slope === 0) return;
    for (let i = 0; i < pixels.length; i++) state.expected[pixels[i]] += slope * chords[i];
  });
  return state.expected;
}

/**
 * Says of each count whose it is, by chance in proportion to what each particle and the ground are expected to give, and draws the ground
 * anew: of Poisson counts that add up, each part's own are again of a Poisson distribution.
 *
 * @returns the counts of each particle, [particle]
 */
export function attributeInPlace(
  rng: RandomStream,
  state: MapState,
  { start, disc, chord }: Overlaps,
  { isSecond, amounts }: { readonly isSecond: Uint8Array; readonly amounts: Float64Array },
): Float64Array {
  const { map, own, expected } = state;
  const slopes = amounts.map((amount, k) => yieldOf(state, isSecond[k], amount));
  own.fill(0);
  let ofGround = 0;
  for (let pixel = 0; pixel < map.counts.length; pixel++) {
    for (let count = 0; count < map.counts[pixel]; count++) {
      let rest = rng.uniform() * expected[pixel] - state.ground;
      let at = start[pixel];
      while (rest >= 0 && at < start[pixel + 1]) rest -= slopes[disc[at]] * chord[at++];
      // rounding may leave a crumb behind the last: it is the ground's
      if (rest >= 0 || at === start[pixel]) ofGround++;
      else own[disc[at - 1]]++;
    }
  }
  state.ground = gammaDeviate(rng, ofGround + 0.5) / map.counts.length;
  return own;
}
