import type { RandomStream } from "../../core/index.ts";

/** Reach of the Gaussians and their distance, in standard deviations: at 1 the variance ripples by 1e-4 between them. */
const REACH = 3;
const SPACING = 1;

/**
 * Gaussian noise of mean 0 and variance 1 with a Gaussian correlation, in an array of its own.
 *
 * @param rng stream of the noise
 * @param width columns [px]
 * @param height rows [px]
 * @param sigmaPx standard deviation of the smoothing [px]; below 0.7 the noise is white
 * @returns [height, width], row-major
 */
export function smoothNoise(rng: RandomStream, width: number, height: number, sigmaPx: number): Float32Array {
  return smoothNoiseInto(new Float32Array(width * height), rng, width, height, sigmaPx);
}

/**
 * Gaussian noise of mean 0 and variance 1 with a Gaussian correlation.
 *
 * A sum of Gaussians with random weights on a lattice one standard deviation wide: fewer random numbers than pixels, no
 * borders, and the correlation exp(-d^2/(4 sigma^2)) of smoothed white noise.
 *
 * @param noise receives the noise, [height, width], row-major
 * @param sigmaPx standard deviation of the smoothing [pixels]; below 0.7 the noise is white
 */
export function smoothNoiseInto(
  noise: Float32Array,
  rng: RandomStream,
  width: number,
  height: number,
  sigmaPx: number,
): Float32Array {
  if (sigmaPx < 0.7) {
    for (let i = 0; i < noise.length; i++) noise[i] = rng.normal();
    return noise;
  }
  const across = latticeWeights(width, sigmaPx);
  const down = height === width ? across : latticeWeights(height, sigmaPx);
  const random = new Float64Array(down.nodeCount * across.nodeCount);
  const line = new Float64Array(across.nodeCount);
  for (let node = 0; node < down.nodeCount; node++) {
    random.set(rng.fillNormal(line), node * across.nodeCount);
  }
  // first along x on the rows of the lattice, then along y on all pixels
  const columns = new Float64Array(width * down.nodeCount);
  sumNodesInto(columns, random, across, down.nodeCount);
  return sumNodesInto(noise, columns, down, width);
}

/** Nodes that reach a pixel along one axis. */
const TAPS = 2 * REACH + 1;

/**
 * Sums the nodes that reach each pixel of one axis, for every line along it.
 *
 * @param sums receives [pixels, lines]: the axes change places, so that two passes smooth both and put them back
 * @param values [lines, nodes]
 * @param lattice weights along the axis; the seven terms are written out, which is three times faster than a loop
 * @param lineCount number of lines
 * @returns `sums`
 */
function sumNodesInto<Sums extends Float32Array | Float64Array>(
  sums: Sums,
  values: Float64Array,
  { weights, firstNode, nodeCount }: Lattice,
  lineCount: number,
): Sums {
  for (let pixel = 0; pixel < firstNode.length; pixel++) {
    const w = pixel * TAPS;
    const w0 = weights[w];
    const w1 = weights[w + 1];
    const w2 = weights[w + 2];
    const w3 = weights[w + 3];
    const w4 = weights[w + 4];
    const w5 = weights[w + 5];
    const w6 = weights[w + 6];
    let n = firstNode[pixel];
    for (let line = 0; line < lineCount; line++, n += nodeCount) {
      sums[pixel * lineCount + line] =
        w0 * values[n] +
        w1 * values[n + 1] +
        w2 * values[n + 2] +
        w3 * values[n + 3] +
        w4 * values[n + 4] +
        w5 * values[n + 5] +
        w6 * values[n + 6];
    }
  }
  return sums;
}

interface Lattice {
  /** [pixels, TAPS] */
  readonly weights: Float64Array;
  /** [pixels] */
  readonly firstNode: Int32Array;
  readonly nodeCount: number;
}

/** Which nodes reach each pixel, and with what weight; the squares of a pixel's weights add up to 1. */
function latticeWeights(length: number, sigmaPx: number): Lattice {
  const spacingPx = SPACING * sigmaPx;
  const weights = new Float64Array(length * TAPS);
  const firstNode = new Int32Array(length);
  for (let pixel = 0; pixel < length; pixel++) {
    // node k lies at (k - REACH) spacing
    const nearest = Math.round(pixel / spacingPx);
    firstNode[pixel] = nearest;
    let energy = 0;
    for (let k = 0; k < TAPS; k++) {
      const weight = Math.exp(-0.5 * (((nearest + k - REACH) * spacingPx - pixel) / sigmaPx) ** 2);
      weights[pixel * TAPS + k] = weight;
      energy += weight * weight;
    }
    const norm = Math.sqrt(energy);
    for (let k = 0; k < TAPS; k++) weights[pixel * TAPS + k] /= norm;
  }
  return { weights, firstNode, nodeCount: firstNode[length - 1] + TAPS };
}
