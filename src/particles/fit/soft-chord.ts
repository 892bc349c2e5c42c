/** Chord of a ray in a blurred sphere, and how it changes. */
export interface SoftChord {
  /** Thickness along the beam [px]. */
  value: number;
  /** Derivative by the square of the distance from the axis, with the sign turned [1/px]. */
  bySquare: number;
  /** Derivative by the logarithm of the radius [px]. */
  byLogRadius: number;
}

/** Width over the standard deviation of a Gaussian that gives the same thickness on the edge: (2^(-3/4) Gamma(3/4)/sqrt(pi))^2/ln 2. */
const WIDTH_PER_SIGMA = 0.2438;
/** Reach of the softened edge, in its own width: beyond it the chord is below 0.02 % of its edge value. */
const REACH = 18;

/**
 * How far a softened sphere reaches from its axis.
 *
 * @param radiusPx radius [px]
 * @param softPx standard deviation of the softening [px]
 * @returns distance beyond which it adds nothing [px]
 */
export function softReachPx(radiusPx: number, softPx: number): number {
  return Math.sqrt(radiusPx * radiusPx + 2 * REACH * radiusPx * WIDTH_PER_SIGMA * softPx);
}

/**
 * Chord 2 sqrt(r^2 - rho^2) of a sphere whose edge is softened by a Gaussian of standard deviation sigma, as a probe and the pixels soften it.
 *
 *   h = 2 sqrt(g),  g = e ln(1 + exp(s/e)),  s = r^2 - rho^2,  e = 2 r w,  w = 0.2438 sigma
 *
 * Far inside g is s; near the edge s/e is the distance from it over w. Smooth everywhere, so that a fit can follow it.
 *
 * @param chord receives value and derivatives
 * @param square rho^2, squared distance of the ray from the axis [px2]
 * @param radiusPx r [px]
 * @param softPx sigma [px]
 * @returns chord
 */
export function softChordInto(chord: SoftChord, square: number, radiusPx: number, softPx: number): SoftChord {
  const s = radiusPx * radiusPx - square;
  const e = 2 * radiusPx * WIDTH_PER_SIGMA * softPx;
  const ratio = s / e;
  if (ratio < -REACH) {
    chord.value = chord.bySquare = chord.byLogRadius = 0;
    return chord;
  }
  const grown = Math.exp(-Math.abs(ratio));
  const soft = Math.max(ratio, 0) + Math.log1p(grown);
  const slope = ratio >= 0 ? 1 / (1 + grown) : grown / (1 + grown);
  const root = Math.sqrt(e * soft);
  chord.value = 2 * root;
  // dh/dg = 1/sqrt(g); dg/ds = slope; dg/de = soft - ratio slope; ds/d ln r = 2 r^2, de/d ln r = e
  chord.bySquare = slope / root;
  chord.byLogRadius = (2 * radiusPx * radiusPx * slope + e * (soft - ratio * slope)) / root;
  return chord;
}
