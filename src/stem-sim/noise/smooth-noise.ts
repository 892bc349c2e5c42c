import type { RandomStream } from "../../core/index.ts";

/** Reach of the Gaussians and their distance, in standard deviations: at 1 the variance ripples by 1e-4 between them. */
const REACH = 3;
const SPACING = 1;

/**
 * Gaussian noise of mean 0 and variance 1 with a Gaussian correlation.
 *
 * A sum of Gaussians with random weights on a lattice one standard deviation wide: fewer random numbers than pixels, no
 * borders, and the correlation exp(-d^2/(4 sigma^2)) of smoothed white noise.
 *
 * @param noise receives the noise, [height, width], row-major
 * @param rng stream of the noise
 * @param width columns
 * @param height rows
 * @param sigmaPx standard deviation of the smoothing [pixels]; below 0.7 the noise is white
 * @returns `noise`
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
  // first along x on the rows of the lattice, then along y on all pixels
  const lines = new Float64Array(down.nodeCount * width);
  const random = new Float64Array(across.nodeCount);
  for (let node = 0; node < down.nodeCount; node++) {
    rng.fillNormal(random);
    sumLineInto(lines, node * width, random, across);
  }
  for (let row = 0; row < height; row++) addLinesInto(noise, row, lines, width, down);
  return noise;
}

/** One row of pixels from the seven lines around it, written out for speed as in sumLineInto. */
function addLinesInto(
  noise: Float32Array,
  row: number,
  lines: Float64Array,
  width: number,
  { weights, firstNode }: Lattice,
): void {
  const w = row * TAPS;
  const w0 = weights[w];
  const w1 = weights[w + 1];
  const w2 = weights[w + 2];
  const w3 = weights[w + 3];
  const w4 = weights[w + 4];
  const w5 = weights[w + 5];
  const w6 = weights[w + 6];
  const line0 = firstNode[row] * width;
  const line1 = line0 + width;
  const line2 = line1 + width;
  const line3 = line2 + width;
  const line4 = line3 + width;
  const line5 = line4 + width;
  const line6 = line5 + width;
  const start = row * width;
  for (let column = 0; column < width; column++) {
    noise[start + column] =
      w0 * lines[line0 + column] +
      w1 * lines[line1 + column] +
      w2 * lines[line2 + column] +
      w3 * lines[line3 + column] +
      w4 * lines[line4 + column] +
      w5 * lines[line5 + column] +
      w6 * lines[line6 + column];
  }
}

/** Nodes that reach a pixel along one axis. */
const TAPS = 2 * REACH + 1;

/** One row of the lattice at all columns; the seven terms are written out, which is three times faster than a loop. */
function sumLineInto(lines: Float64Array, start: number, random: Float64Array, lattice: Lattice): void {
  const { weights, firstNode } = lattice;
  for (let column = 0; column < firstNode.length; column++) {
    const w = column * TAPS;
    const n = firstNode[column];
    lines[start + column] =
      weights[w] * random[n] +
      weights[w + 1] * random[n + 1] +
      weights[w + 2] * random[n + 2] +
      weights[w + 3] * random[n + 3] +
      weights[w + 4] * random[n + 4] +
      weights[w + 5] * random[n + 5] +
      weights[w + 6] * random[n + 6];
  }
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
    for (let k = 0; k < TAPS; k++) weights[pixel * TAPS + k] /= Math.sqrt(energy);
  }
  return { weights, firstNode, nodeCount: firstNode[length - 1] + TAPS };
}
