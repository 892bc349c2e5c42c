import type { RandomStream } from "../../core/index.ts";
import { smoothNoise } from "../../stem-sim/index.ts";

/** A support as a map of its thickness. */
export interface SupportSettings {
  /** Edge of the square image [px]. */
  readonly side: number;
  /** Thickness where it is thick [px]. */
  readonly thicknessPx: number;
  /** Length over which it changes [px]. */
  readonly grainPx: number;
  /** Share of the field that it covers, roughly. */
  readonly cover: number;
}

/** Octaves of the noise, each of half the length of the one before, and their strengths over each other: real supports are smooth. */
const OCTAVES = 4;
const WEAKER = [0.2, 0.6] as const;

/**
 * Draws a lumpy support: noise of several lengths, cut off below so that holes are left.
 *
 * @param rng stream of the draw
 * @param settings thickness, grain, cover
 * @returns [side, side], thickness, 0 in the holes [px]
 */
export function drawSupport(
  rng: RandomStream,
  { side, thicknessPx, grainPx, cover }: SupportSettings,
): Float32Array {
  const sum = new Float32Array(side * side);
  let variance = 0;
  const [least, most] = WEAKER;
  const weaker = least + (most - least) * rng.uniform();
  for (let octave = 0; octave < OCTAVES; octave++) {
    const weight = weaker ** octave;
    const noise = smoothNoise(rng.fork("octave", octave), side, side, grainPx / 2 ** octave);
    for (let i = 0; i < sum.length; i++) sum[i] += weight * noise[i];
    variance += weight * weight;
  }
  // the normal distribution's quantile, by its logistic approximation
  const level = -Math.log(1 / Math.min(0.98, Math.max(0.02, cover)) - 1) / 1.702;
  const scale = 1 / Math.sqrt(variance);
  return sum.map((value) => thicknessPx * Math.max(0, value * scale + level));
}
