import type { GrayImage } from "../core/index.ts";
import { gaussianBlur } from "./gaussian-blur.ts";
import { robustRange } from "./robust-range.ts";

/** What the bare ground of an image, film or vacuum, tells of its recording; parts of the image's range unless said. */
export interface GroundTraces {
  /** Share of the pixels that are ground. */
  readonly share: number;
  /** Level of the ground: 0 at the dark end of the range, 1 at the bright one. */
  readonly level: number;
  /** Standard deviation of what differs from pixel to pixel. */
  readonly noise: number;
  /** Difference of a fitted plane across the image, corner to corner. */
  readonly slope: number;
  /** Standard deviation of unevenness beyond the plane and the noise: over 2 to 8 px, and over more. */
  readonly texture: { readonly fine: number; readonly coarse: number };
  /** Correlation of the noise of neighbours along a row and along a column: 0 for pixels of their own. */
  readonly correlation: { readonly x: number; readonly y: number };
  /** Standard deviation of the step from line to line, over the noise of a pixel: hum, drift of the zero, shot noise of a tip. */
  readonly lineSteps: { readonly rows: number; readonly columns: number };
}

/** Blur in which the most frequent level is looked for, and that parts fine from coarse unevenness [px]. */
const FINE_PX = 2;
const COARSE_PX = 8;
/** Bins of the range in which the most frequent level is looked for. */
const LEVELS = 96;
/** Half width of the first guess at the ground, and the widest standard deviation that is still called one; parts of the range. */
const FIRST_WIDTH = 0.08;
const MOST_WIDTH = 0.12;
/** Standard deviations within which a pixel is ground. */
const REACH = 2.5;
const ROUNDS = 8;
/** Pixels that a plane is fitted to, about: more do not sharpen it. */
const MOST_PIXELS = 2 ** 17;
/** Smallest share of ground, and of ground under a blur, that says something. */
const LEAST_SHARE = 0.05;
const LEAST_COVER = 0.3;
/** Pixels of one line that must be ground for a step to the next to count. */
const LEAST_LINE = 20;
/** Distance at which the noise of two pixels has nothing in common any more [px]. */
const FAR_PX = 4;

/**
 * Measures the bare ground of an image: the pixels about the most frequent level, freed of a plane.
 *
 * Film or vacuum is the most frequent level in dark and in bright field alike. On an image that matter fills from edge to edge the ground
 * is the most frequent matter: its share then is small, or its texture large.
 *
 * @param image finite, in the pixels that are asked about
 * @param mask not 0 where a pixel shows no specimen; null where all do
 * @returns null where less than a twentieth of the image is ground, or it has no contrast
 */
export function groundTraces(image: GrayImage, mask: ArrayLike<number> | null = null): GroundTraces | null {
  const { width, height, data } = image;
  const size = { width, height };
  const { low, high } = robustRange({ data: mask === null ? data : data.filter((_, i) => mask[i] === 0) });
  const range = high - low;
  if (!(range > 0)) return null;
  const values = data.map((value) => (value - low) / range);
  const isShown = Uint8Array.from(values, (_, i) => Number(mask === null || mask[i] === 0));
  const soft = gaussianBlur(values, size, FINE_PX);
  const plane = fitGround(soft, isShown, size);
  if (plane === null) return null;
  const { at, isGround, share } = plane;
  const rest = values.map((value, i) => (isGround[i] === 1 ? value - at(i) : 0));
  const { noiseVariance, correlation, neighbourVariance } = neighbours(rest, isGround, size);
  // what pixels share with their neighbours lasts through a blur as if there were more noise
  const spread = Math.max(0, (1 + 2 * correlation.x) * (1 + 2 * correlation.y)) * noiseVariance;
  const [fine, coarse] = [FINE_PX, COARSE_PX].map((sigmaPx) => blurredGround(rest, isGround, size, sigmaPx));
  const bumps = varianceOf(
    fine.map((value, i) => value - coarse[i]),
    (i) => Number.isFinite(coarse[i]),
  );
  // white noise of variance 1 blurred by a and by b has the covariance 1/(2 pi (a^2 + b^2))
  const left = (a: number, b: number) => spread / (2 * Math.PI * (a * a + b * b));
  const own = left(FINE_PX, FINE_PX) - 2 * left(FINE_PX, COARSE_PX) + left(COARSE_PX, COARSE_PX);
  const waves = varianceOf(coarse, (i) => Number.isFinite(coarse[i])) - left(COARSE_PX, COARSE_PX);
  const noise = Math.sqrt(noiseVariance);
  return {
    share,
    level: at(Math.floor(height / 2) * width + Math.floor(width / 2)),
    noise,
    slope: plane.slope,
    texture: { fine: Math.sqrt(Math.max(0, bumps - own)), coarse: Math.sqrt(Math.max(0, waves)) },
    correlation,
    lineSteps: {
      rows: lineStep(rest, isGround, size, { isRow: true, variance: neighbourVariance.y, noise }),
      columns: lineStep(rest, isGround, size, { isRow: false, variance: neighbourVariance.x, noise }),
    },
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A plane through the ground, found by fitting it to what lies within 2.5 standard deviations again and again. */
function fitGround(soft: Float32Array, isShown: Uint8Array, { width, height }: Size) {
  let shown = 0;
  const counts = new Float64Array(LEVELS);
  for (let i = 0; i < soft.length; i++) {
    if (isShown[i] === 0) continue;
    shown++;
    if (soft[i] > 0 && soft[i] < 1) counts[Math.floor(soft[i] * LEVELS)]++;
  }
  const smooth = gaussianBlur(counts, { width: LEVELS, height: 1 }, 1.5);
  const mode = (smooth.indexOf(Math.max(...smooth)) + 0.5) / LEVELS;
  let plane: readonly [number, number, number] = [mode, 0, 0];
  let deviation = FIRST_WIDTH / REACH;
  const at = (i: number) =>
    plane[0] +
    plane[1] * (((i % width) + 0.5) / width - 0.5) +
    plane[2] * ((Math.floor(i / width) + 0.5) / height - 0.5);
  const isWithin = (i: number) => isShown[i] === 1 && Math.abs(soft[i] - at(i)) <= REACH * deviation;
  for (let round = 0; round < ROUNDS; round++) {
    const fitted = planeThrough(soft, isWithin, { width, height });
    if (fitted === null) return null;
    plane = fitted.plane;
    deviation = Math.min(MOST_WIDTH, Math.max(1 / 512, fitted.deviation));
  }
  const isGround = Uint8Array.from(soft, (_, i) => Number(isWithin(i)));
  const share = isGround.reduce((sum, value) => sum + value, 0) / Math.max(1, shown);
  return share < LEAST_SHARE ? null : { at, isGround, share, slope: Math.abs(plane[1]) + Math.abs(plane[2]) };
}

/** Least squares of level and two slopes over evenly spaced rows of large images; null below ten pixels. */
function planeThrough(values: Float32Array, isAsked: (i: number) => boolean, { width, height }: Size) {
  let [n, u, v, uu, uv, vv, y, uy, vy, squares] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const stride = Math.max(1, Math.floor(values.length / MOST_PIXELS));
  for (let row = 0; row < height; row += stride) {
    const down = (row + 0.5) / height - 0.5;
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      if (!isAsked(i)) continue;
      const across = (column + 0.5) / width - 0.5;
      const value = values[i];
      n++;
      u += across;
      v += down;
      uu += across * across;
      uv += across * down;
      vv += down * down;
      y += value;
      uy += across * value;
      vy += down * value;
      squares += value * value;
    }
  }
  if (n < 10) return null;
  // about the means, two slopes by Cramer's rule
  const [a, b, c] = [uu - (u * u) / n, uv - (u * v) / n, vv - (v * v) / n];
  const [p, q] = [uy - (u * y) / n, vy - (v * y) / n];
  const determinant = a * c - b * b;
  const isFlat = !(determinant > 1e-9 * n * n);
  const [alongX, alongY] = isFlat ? [0, 0] : [(p * c - q * b) / determinant, (q * a - p * b) / determinant];
  const rest = squares - (y * y) / n - alongX * p - alongY * q;
  return {
    plane: [(y - alongX * u - alongY * v) / n, alongX, alongY] as const,
    deviation: Math.sqrt(Math.max(0, rest) / n),
  };
}

/**
 * Noise and correlation of neighbours from differences: E (v_i - v_(i+k))^2 = 2 (c_0 - c_k) for the autocovariance c, and c_k = 0 far away.
 */
function neighbours(rest: Float32Array, isGround: Uint8Array, { width, height }: Size) {
  const along = (step: number, isRow: boolean) => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < rest.length; i++) {
      const other = isRow ? i + step : i + step * width;
      if (isRow ? (i % width) + step >= width : Math.floor(i / width) + step >= height) continue;
      if (isGround[i] === 0 || isGround[other] === 0) continue;
      sum += (rest[i] - rest[other]) ** 2;
      count++;
    }
    return sum / Math.max(1, count);
  };
  const [nearX, nearY, farX, farY] = [
    along(1, true),
    along(1, false),
    along(FAR_PX, true),
    along(FAR_PX, false),
  ];
  const share = (near: number, far: number) => (far > 0 ? 1 - near / far : 0);
  return {
    noiseVariance: (farX + farY) / 4,
    correlation: { x: share(nearX, farX), y: share(nearY, farY) },
    neighbourVariance: { x: nearX, y: nearY },
  };
}

/** The ground's values blurred among themselves; NaN where little of it is near. */
function blurredGround(rest: Float32Array, isGround: Uint8Array, size: Size, sigmaPx: number): Float32Array {
  const sum = gaussianBlur(rest, size, sigmaPx);
  const cover = gaussianBlur(Float32Array.from(isGround), size, sigmaPx);
  return sum.map((value, i) => (isGround[i] === 1 && cover[i] >= LEAST_COVER ? value / cover[i] : NaN));
}

function varianceOf(values: Float32Array, isAsked: (i: number) => boolean): number {
  let [count, sum, squares] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    if (!isAsked(i) || !Number.isFinite(values[i])) continue;
    count++;
    sum += values[i];
    squares += values[i] ** 2;
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}

/** How far whole lines are apart beyond what the noise of their pixels explains: the mean over n pixels varies by variance / n. */
function lineStep(
  rest: Float32Array,
  isGround: Uint8Array,
  { width, height }: Size,
  { isRow, variance, noise }: { readonly isRow: boolean; readonly variance: number; readonly noise: number },
): number {
  const [lines, length, across, along] = isRow ? [height, width, width, 1] : [width, height, 1, width];
  let [excess, count] = [0, 0];
  for (let line = 0; line + 1 < lines; line++) {
    let [sum, pixels] = [0, 0];
    for (let k = 0; k < length; k++) {
      const i = line * across + k * along;
      if (isGround[i] === 0 || isGround[i + across] === 0) continue;
      sum += rest[i + across] - rest[i];
      pixels++;
    }
    if (pixels < LEAST_LINE) continue;
    excess += (sum / pixels) ** 2 - variance / pixels;
    count++;
  }
  return count === 0 || noise === 0 ? 0 : Math.sqrt(Math.max(0, excess / count / 2)) / noise;
}
