import { choleskyFactor, solveCholesky, solveLowerTriangular } from "../../core/index.ts";
import type { Disc } from "../simulate/training-image.ts";
import { softChordInto, softReachPx } from "./soft-chord.ts";
import type { SoftChord } from "./soft-chord.ts";

/** A signal that grows with thickness, and the spheres that are to explain it. */
export interface DiscFitProblem {
  readonly width: number;
  readonly height: number;
  /** [height, width], signal; linear in the thickness. */
  readonly signal: Float64Array;
  /** [height, width], 1 where a pixel counts. */
  readonly counts: Uint8Array;
  /** Standard deviation of the signal's noise in a pixel. */
  readonly noise: number;
  readonly discs: readonly (Disc & { readonly materialIndex: number })[];
  readonly materialCount: number;
  /** Standard deviation of what softens the edges [px]. */
  readonly softPx: number;
  /** How far the thickness of a particle may be from that of a sphere of its material, ln; 0.3 by default. */
  readonly depthSpread?: number;
}

/** A fitted sphere. */
export interface FittedDisc extends Disc {
  /** Thickness at the centre over the diameter. */
  readonly depth: number;
  /** Standard errors [px]; they hold where the model does. */
  readonly errors: { readonly x: number; readonly y: number; readonly radiusPx: number };
  /** By how much the sum of squares over the noise's variance falls through this particle, all others held. */
  readonly gain: number;
}

/** What the fit leaves. */
export interface DiscFit {
  readonly discs: readonly FittedDisc[];
  /** Signal a pixel of thickness, by material. */
  readonly strengths: readonly number[];
  /** [height, width], signal minus model; 0 where a pixel does not count. */
  readonly residual: Float64Array;
  /** 1 - sum of squared residuals / sum of squares about the mean. */
  readonly explained: number;
  /** Sum of squared residuals over the noise's variance, a counting pixel that no parameter takes. */
  readonly reducedChiSquare: number;
  /** Parameters that were fitted. */
  readonly parameterCount: number;
  readonly steps: number;
}

/** Parameters of a disc: x, y, ln radius, ln depth. */
const OWN = 4;
/** Background: level, slope along x, slope along y. */
const PLANE = 3;
/** How far a particle may stray from where it was found, standard deviations: over the radius, ln, ln. */
const PRIOR = { place: 0.3, size: 0.25 } as const;
const DEPTH_SPREAD = 0.3;
const MOST_STEPS = 30;
/** Fall of the cost in a step, over the cost a pixel, at which the fit has arrived: far below what a standard error costs, which is 1. */
const ARRIVED = 0.02;

/**
 * Refines all spheres of an image together: damped least squares with analytic derivatives [marquardt1963].
 *
 *   signal(p) = plane(p) + sum_k a_m(k) depth_k h(|p - x_k|, r_k)
 *
 * Spheres behind each other add up; what they share along the beam counts twice, which for necks of a tenth is 1 % of their
 * volume. Where a particle was found is a weak prior of its place, radius and depth, so that what the image does not tell stays.
 *
 * @param problem signal, noise, discs to begin from
 * @returns discs in the same order with standard errors, strengths, residual
 */
export function fitDiscs(problem: DiscFitProblem): DiscFit {
  const start = startOf(problem);
  let at = start;
  let { cost, model } = modelOf(problem, at, start);
  let damping = 1e-2;
  let steps = 0;
  while (steps < MOST_STEPS) {
    steps++;
    const { matrix, gradient } = normalEquations(problem, at, start, model);
    const before = cost;
    // raised until a step goes downhill
    for (let attempt = 0; attempt < 6; attempt++) {
      const trial = stepped(at, matrix, gradient, damping);
      const tried = modelOf(problem, trial, start);
      if (tried.cost < cost) {
        at = trial;
        ({ cost, model } = tried);
        damping /= 5;
        break;
      }
      damping *= 8;
    }
    if (before - cost < ARRIVED * (before / problem.signal.length)) break;
  }
  return resultOf(problem, { at, start, model, steps });
}

function startOf({
  discs,
  materialCount,
  signal,
  counts,
  width,
  height,
  softPx,
}: DiscFitProblem): Float64Array {
  const at = new Float64Array(OWN * discs.length + materialCount + PLANE);
  discs.forEach(({ x, y, radiusPx }, k) => at.set([x, y, Math.log(radiusPx), 0], OWN * k));
  // strengths and plane by linear least squares of the discs as they were found
  const first = OWN * discs.length;
  const columns = materialCount + PLANE;
  const basis = Array.from({ length: columns }, () => new Float64Array(width * height));
  const chord: SoftChord = { value: 0, bySquare: 0, byLogRadius: 0 };
  for (const { x, y, radiusPx, materialIndex } of discs) {
    eachPixel({ x, y, radiusPx }, { width, height, softPx }, (pixel, square) => {
      basis[materialIndex][pixel] += softChordInto(chord, square, radiusPx, softPx).value;
    });
  }
  fillPlane(basis.slice(materialCount), width, height);
  const matrix = new Float64Array(columns * columns);
  const right = new Float64Array(columns);
  for (let i = 0; i < columns; i++) {
    for (let pixel = 0; pixel < signal.length; pixel++) {
      if (counts[pixel] === 0) continue;
      right[i] += basis[i][pixel] * signal[pixel];
      for (let j = 0; j <= i; j++) matrix[i * columns + j] += basis[i][pixel] * basis[j][pixel];
    }
    matrix[i * columns + i] += 1e-9 * (1 + matrix[i * columns + i]);
  }
  at.set(solveCholesky(choleskyFactor(matrix, columns), right), first);
  return at;
}

function fillPlane([level, alongX, alongY]: readonly Float64Array[], width: number, height: number): void {
  for (let pixel = 0; pixel < width * height; pixel++) {
    level[pixel] = 1;
    alongX[pixel] = ((pixel % width) + 0.5) / width - 0.5;
    alongY[pixel] = (Math.floor(pixel / width) + 0.5) / height - 0.5;
  }
}

type Frame = Pick<DiscFitProblem, "width" | "height" | "softPx">;

/** The pixels that a disc reaches, to the last. */
function boxOf({ x, y, radiusPx }: Disc, { width, height, softPx }: Frame) {
  const reach = softReachPx(radiusPx, softPx);
  return {
    left: Math.max(0, Math.floor(x - reach)),
    right: Math.min(width - 1, Math.floor(x + reach)),
    top: Math.max(0, Math.floor(y - reach)),
    bottom: Math.min(height - 1, Math.floor(y + reach)),
  };
}

/** Visits the pixels that a disc reaches. */
function eachPixel(
  disc: Disc,
  frame: Frame,
  visit: (pixel: number, square: number, dx: number, dy: number) => void,
): void {
  const { left, right, top, bottom } = boxOf(disc, frame);
  for (let row = top; row <= bottom; row++) {
    const dy = row + 0.5 - disc.y;
    for (let column = left; column <= right; column++) {
      const dx = column + 0.5 - disc.x;
      visit(row * frame.width + column, dx * dx + dy * dy, dx, dy);
    }
  }
}

/** How many pixels all discs reach, each counted by itself. */
function visitCount(problem: DiscFitProblem, at: Float64Array): number {
  return problem.discs.reduce((sum, _, k) => {
    const { left, right, top, bottom } = boxOf(discAt(at, k), problem);
    return sum + Math.max(0, right - left + 1) * Math.max(0, bottom - top + 1);
  }, 0);
}

const discAt = (at: Float64Array, k: number) => ({
  x: at[OWN * k],
  y: at[OWN * k + 1],
  radiusPx: Math.exp(at[OWN * k + 2]),
});

/** Standard deviations of the priors of a disc's parameters. */
function priorOf({ radiusPx }: Disc, { depthSpread = DEPTH_SPREAD }: DiscFitProblem): readonly number[] {
  return [PRIOR.place * radiusPx, PRIOR.place * radiusPx, PRIOR.size, depthSpread];
}

/** Model and cost: squared residuals over the noise's variance, and the priors. */
function modelOf(problem: DiscFitProblem, at: Float64Array, start: Float64Array) {
  const { width, height, signal, counts, noise, discs, materialCount, softPx } = problem;
  const first = OWN * discs.length;
  const plane = first + materialCount;
  const model = new Float64Array(width * height);
  for (let row = 0; row < height; row++) {
    const v = (row + 0.5) / height - 0.5;
    for (let column = 0; column < width; column++) {
      const u = (column + 0.5) / width - 0.5;
      model[row * width + column] = at[plane] + at[plane + 1] * u + at[plane + 2] * v;
    }
  }
  const chord: SoftChord = { value: 0, bySquare: 0, byLogRadius: 0 };
  let cost = 0;
  discs.forEach((disc, k) => {
    const own = discAt(at, k);
    const scale = at[first + disc.materialIndex] * Math.exp(at[OWN * k + 3]);
    eachPixel(own, problem, (pixel, square) => {
      model[pixel] += scale * softChordInto(chord, square, own.radiusPx, softPx).value;
    });
    priorOf(disc, problem).forEach((deviation, i) => {
      cost += ((at[OWN * k + i] - start[OWN * k + i]) / deviation) ** 2;
    });
  });
  for (let pixel = 0; pixel < model.length; pixel++) {
    if (counts[pixel] !== 0) cost += ((signal[pixel] - model[pixel]) / noise) ** 2;
  }
  return { model, cost };
}

/** J^T J and J^T residual in units of the noise, priors included; the lower triangle. */
function normalEquations(
  problem: DiscFitProblem,
  at: Float64Array,
  start: Float64Array,
  model: Float64Array,
) {
  const { width, height, signal, counts, noise, discs, materialCount, softPx } = problem;
  const size = at.length;
  const first = OWN * discs.length;
  const matrix = new Float64Array(size * size);
  const gradient = new Float64Array(size);
  // which discs reach a pixel, and their four derivatives there
  const heads = new Int32Array(width * height).fill(-1);
  const room = visitCount(problem, at);
  const [next, owner] = [new Int32Array(room), new Int32Array(room)];
  const slopes = new Float64Array(OWN * room);
  let used = 0;
  const thickness = Array.from({ length: materialCount }, () => new Float64Array(width * height));
  const chord: SoftChord = { value: 0, bySquare: 0, byLogRadius: 0 };
  discs.forEach(({ materialIndex }, k) => {
    const own = discAt(at, k);
    const depth = Math.exp(at[OWN * k + 3]);
    const scale = at[first + materialIndex] * depth;
    eachPixel(own, problem, (pixel, square, dx, dy) => {
      if (counts[pixel] === 0) return;
      const { value, bySquare, byLogRadius } = softChordInto(chord, square, own.radiusPx, softPx);
      if (value === 0) return;
      thickness[materialIndex][pixel] += depth * value;
      // the square of the distance falls by 2 dx when the centre moves towards the pixel
      slopes[OWN * used] = 2 * scale * bySquare * dx;
      slopes[OWN * used + 1] = 2 * scale * bySquare * dy;
      slopes[OWN * used + 2] = scale * byLogRadius;
      slopes[OWN * used + 3] = scale * value;
      next[used] = heads[pixel];
      owner[used] = k;
      heads[pixel] = used++;
    });
  });
  const globals = [...thickness, ...Array.from({ length: PLANE }, () => new Float64Array(width * height))];
  fillPlane(globals.slice(materialCount), width, height);
  const weight = 1 / noise ** 2;
  for (let pixel = 0; pixel < model.length; pixel++) {
    if (counts[pixel] === 0) continue;
    const residual = weight * (signal[pixel] - model[pixel]);
    for (let g = 0; g < globals.length; g++) {
      const value = globals[g][pixel];
      // most pixels hold no particle of a material
      if (value === 0) continue;
      const row = (first + g) * size;
      const own = weight * value;
      gradient[first + g] += value * residual;
      for (let h = 0; h <= g; h++) matrix[row + first + h] += own * globals[h][pixel];
      for (let n = heads[pixel]; n >= 0; n = next[n]) {
        const column = row + OWN * owner[n];
        for (let i = 0; i < OWN; i++) matrix[column + i] += own * slopes[OWN * n + i];
      }
    }
    for (let n = heads[pixel]; n >= 0; n = next[n]) {
      const row = OWN * owner[n];
      for (let i = 0; i < OWN; i++) {
        const slope = slopes[OWN * n + i];
        const own = weight * slope;
        gradient[row + i] += slope * residual;
        for (let m = heads[pixel]; m >= 0; m = next[m]) {
          const column = OWN * owner[m];
          if (column > row) continue;
          const cell = (row + i) * size + column;
          for (let j = 0; j < OWN; j++) matrix[cell + j] += own * slopes[OWN * m + j];
        }
      }
    }
  }
  discs.forEach((disc, k) => {
    priorOf(disc, problem).forEach((deviation, i) => {
      const row = OWN * k + i;
      matrix[row * size + row] += 1 / deviation ** 2;
      gradient[row] -= (at[row] - start[row]) / deviation ** 2;
    });
  });
  return { matrix, gradient };
}

function stepped(
  at: Float64Array,
  matrix: Float64Array,
  gradient: Float64Array,
  damping: number,
): Float64Array {
  const size = at.length;
  const damped = matrix.slice();
  for (let i = 0; i < size; i++) damped[i * size + i] *= 1 + damping;
  for (let i = 0; i < size; i++) damped[i * size + i] += 1e-12;
  const step = solveCholesky(choleskyFactor(damped, size), gradient);
  return at.map((value, i) => value + step[i]);
}

interface Arrival {
  readonly at: Float64Array;
  readonly start: Float64Array;
  /** [height, width], what the parameters say. */
  readonly model: Float64Array;
  readonly steps: number;
}

function resultOf(problem: DiscFitProblem, arrival: Arrival): DiscFit {
  const { signal, counts, noise, discs, materialCount, softPx } = problem;
  const { at, model, steps } = arrival;
  const first = OWN * discs.length;
  const residual = signal.map((value, i) => (counts[i] === 0 ? 0 : value - model[i]));
  let [count, sum, squares, rest] = [0, 0, 0, 0];
  for (let i = 0; i < signal.length; i++) {
    if (counts[i] === 0) continue;
    count++;
    sum += signal[i];
    squares += signal[i] ** 2;
    rest += residual[i] ** 2;
  }
  const about = squares - sum ** 2 / count;
  const reducedChiSquare = rest / noise ** 2 / Math.max(1, count - at.length);
  const errors = standardErrors(problem, arrival, Math.max(1, reducedChiSquare));
  const chord: SoftChord = { value: 0, bySquare: 0, byLogRadius: 0 };
  const fitted = discs.map(({ materialIndex }, k): FittedDisc => {
    const own = discAt(at, k);
    const depth = Math.exp(at[OWN * k + 3]);
    const scale = at[first + materialIndex] * depth;
    let gain = 0;
    eachPixel(own, problem, (pixel, square) => {
      if (counts[pixel] === 0) return;
      const share = scale * softChordInto(chord, square, own.radiusPx, softPx).value;
      gain += ((residual[pixel] + share) ** 2 - residual[pixel] ** 2) / noise ** 2;
    });
    const [x, y, ratio] = [0, 1, 2].map((i) => errors[OWN * k + i]);
    return { ...own, depth, errors: { x, y, radiusPx: ratio * own.radiusPx }, gain };
  });
  return {
    discs: fitted,
    strengths: Array.from(at.subarray(first, first + materialCount)),
    residual,
    explained: 1 - rest / about,
    reducedChiSquare,
    parameterCount: at.length,
    steps,
  };
}

/** Roots of the diagonal of the inverse normal matrix, widened where the model does not explain the image to the noise. */
function standardErrors(
  problem: DiscFitProblem,
  { at, start, model }: Arrival,
  excess: number,
): Float64Array {
  const { matrix } = normalEquations(problem, at, start, model);
  const size = at.length;
  for (let i = 0; i < size; i++) matrix[i * size + i] += 1e-12;
  const factor = choleskyFactor(matrix, size);
  return Float64Array.from({ length: size }, (_, i) => {
    const unit = new Float64Array(size);
    unit[i] = 1;
    // (A^-1)_ii = |L^-1 e_i|^2
    const column = solveLowerTriangular(factor, unit);
    return Math.sqrt(excess * column.reduce((sum, value) => sum + value * value, 0));
  });
}
