import { inverseTransformInPlace } from "../../core/index.ts";
import type { BraggSpot } from "./bragg-spots.ts";
import type { ParticleCrop } from "./crop.ts";

/** How evenly one set of fringes covers a particle. */
export interface FringeEvenness {
  /** Standard deviation over mean of the fringes' amplitude inside: a twin shows its planes on one side only. */
  readonly amplitudeVariation: number;
  /** |sum a exp(i phi)| / sum a of the phase against one plane wave: 1 for a perfect crystal; a stacking fault shifts a part by a third. */
  readonly coherence: number;
}

/**
 * Geometric phase analysis of one spot [hytch1998]: the fringes' amplitude and phase inside the particle.
 *
 * @param widthWaves standard deviation of the Gaussian mask about the spot [waves per crop]
 */
export function fringeEvenness(crop: ParticleCrop, spot: BraggSpot, widthWaves: number): FringeEvenness {
  const { side, lattice, inside } = crop;
  const filtered = {
    side,
    real: new Float64Array(side * side),
    imaginary: new Float64Array(side * side),
  };
  const reach = Math.ceil(3 * widthWaves);
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const from = ((spot.ky + dy + side) % side) * side + ((spot.kx + dx + side) % side);
      // written about zero frequency, so that the phase is that against the spot's plane wave
      const to = ((dy + side) % side) * side + ((dx + side) % side);
      const weight = Math.exp(-(dx * dx + dy * dy) / (2 * widthWaves ** 2));
      filtered.real[to] = weight * lattice.real[from];
      filtered.imaginary[to] = weight * lattice.imaginary[from];
    }
  }
  const { real, imaginary } = inverseTransformInPlace(filtered);
  return evennessOf(real, imaginary, inside, side);
}

function evennessOf(
  real: Float64Array,
  imaginary: Float64Array,
  inside: Uint8Array,
  side: number,
): FringeEvenness {
  let [count, sum, squares, re, im] = [0, 0, 0, 0, 0];
  // the spot's centre is a whole number: what is left of its frequency is a slope of the phase, taken out first
  const [slopeX, slopeY] = phaseSlope(real, imaginary, inside, side);
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] === 0) continue;
    const amplitude = Math.hypot(real[i], imaginary[i]);
    const turn = -(slopeX * (i % side) + slopeY * Math.floor(i / side));
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    re += real[i] * c - imaginary[i] * s;
    im += real[i] * s + imaginary[i] * c;
    sum += amplitude;
    squares += amplitude * amplitude;
    count++;
  }
  if (count === 0 || sum === 0) return { amplitudeVariation: 0, coherence: 0 };
  const mean = sum / count;
  return {
    amplitudeVariation: Math.sqrt(Math.max(0, squares / count - mean * mean)) / mean,
    coherence: Math.hypot(re, im) / sum,
  };
}

/** Mean phase step to the right and downwards, weighted by power: arg sum psi*(r) psi(r + 1). */
function phaseSlope(
  real: Float64Array,
  imaginary: Float64Array,
  inside: Uint8Array,
  side: number,
): readonly [number, number] {
  const slope = (offset: number) => {
    let [re, im] = [0, 0];
    for (let i = 0; i + offset < inside.length; i++) {
      if (inside[i] === 0 || inside[i + offset] === 0) continue;
      const j = i + offset;
      re += real[i] * real[j] + imaginary[i] * imaginary[j];
      im += real[i] * imaginary[j] - imaginary[i] * real[j];
    }
    return Math.atan2(im, re);
  };
  return [slope(1), slope(side)];
}
