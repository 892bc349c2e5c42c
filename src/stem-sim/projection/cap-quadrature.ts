/**
 * Quadrature of a two-dimensional Gaussian for the blur of caps, in standard deviations.
 *
 * Where the cutting plane stands upright the cap's chord ends in a step. Along the plane's normal four nodes of equal weight
 * (the Gaussian's quantiles, stretched to its variance) turn the step into an error function within an eighth of its
 * height; along the plane two Gauss-Hermite nodes do ([abramowitz1964] table 25.10, n = 2, scaled by sqrt(2)).
 */
export const ACROSS_NODES = [-1.3629, -0.3775, 0.3775, 1.3629];
const ALONG_NODES = [-1, 1];

/** Nodes per cap; all have the same weight. */
export const CAP_NODE_COUNT = ACROSS_NODES.length * ALONG_NODES.length;

/** Distance of the outermost node [standard deviations]. */
export const CAP_REACH_SIGMAS = Math.hypot(1.3629, 1);

/**
 * Places the nodes of one cap: where its chords are sampled around a pixel.
 *
 * @param nodesNm receives x and y of CAP_NODE_COUNT nodes relative to the pixel [nm]; the nodes of one distance from the plane
 *   follow each other
 * @param sigmaNm standard deviation of the blur [nm]
 */
export function capNodesInto(
  nodesNm: Float64Array,
  normalX: number,
  normalY: number,
  sigmaNm: number,
): Float64Array {
  const [x, y] = acrossAxis(normalX, normalY, sigmaNm);
  let at = 0;
  for (const across of ACROSS_NODES) {
    for (const along of ALONG_NODES) {
      nodesNm[at++] = across * x - along * y;
      nodesNm[at++] = across * y + along * x;
    }
  }
  return nodesNm;
}

/**
 * The projected normal of a cutting plane, stretched to the blur: the direction in which nodes stand across the plane.
 *
 * @param sigmaNm standard deviation of the blur [nm]
 * @returns x and y [nm]
 */
export function acrossAxis(normalX: number, normalY: number, sigmaNm: number): readonly [number, number] {
  const length = Math.sqrt(normalX * normalX + normalY * normalY);
  return length < 1e-9 ? [sigmaNm, 0] : [(sigmaNm * normalX) / length, (sigmaNm * normalY) / length];
}
