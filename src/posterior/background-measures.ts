import { nthSmallestInPlace, type GrayImage } from "../core/index.ts";
import { boxMean } from "../image/index.ts";

/** What the background of an image is like, whatever stands before it. */
export interface BackgroundMeasures {
  /** Rise of its plane from one side of the field to the other, in standard deviations of a pixel about that plane. */
  readonly rise: number;
  /** Mean correlation of pixels 2 and 3 apart along rows and columns, of what the plane leaves; 0 for noise alone. */
  readonly correlation: number;
}

/** Rounds of fitting a plane and leaving out what lies above it. */
const ROUNDS = 8;
/** Matter lies so many of the background's own deviations above its plane, in means of 3 x 3 pixels. */
const MATTER_SIGMAS = 3;
/** Pixels round matter that its edges may reach into. */
const RIM_PX = 2;
/** A background of a smaller share of the field says nothing. */
const SMALLEST_SHARE = 0.02;
const NOTHING: BackgroundMeasures = { rise: 0, correlation: 0 };

/**
 * Measures the background: a plane through what is dark, and what is left of it.
 *
 * Matter is brighter than the background and never darker, so the pixels below the plane tell how far the background scatters, film
 * texture included; what lies as far above is background, the rest is left out, and the plane is fitted again.
 *
 * @param image fraction of the incident beam, or on the contrast scale
 */
export function measureBackground(image: GrayImage): BackgroundMeasures {
  const { width, height, data } = image;
  const smooth = boxMean(image, 3, "edge");
  const kept = backgroundMask(smooth, width, height);
  const plane = fitPlane(data, kept, width);
  if (plane === null) return NOTHING;
  const residuals = new Float64Array(data.length);
  let [sum, count] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    if (kept[i] === 0) continue;
    residuals[i] = data[i] - valueAt(plane, i % width, Math.floor(i / width));
    sum += residuals[i] ** 2;
    count++;
  }
  if (count < SMALLEST_SHARE * data.length || sum === 0) return NOTHING;
  const variance = sum / count;
  const rise = Math.hypot(plane.alongX * width, plane.alongY * height) / Math.sqrt(variance);
  return { rise, correlation: correlationOf(residuals, kept, { width, height, variance }) };
}

/** [height, width] 1 where no matter is within reach. */
function backgroundMask(smooth: Float32Array, width: number, height: number): Uint8Array {
  const level = nthSmallestInPlace(smooth.slice(), Math.floor(smooth.length / 4));
  // begins with the darkest quarter, whose brightest pixel is about the background's middle where half of the field is empty
  const kept = new Uint8Array(smooth.length);
  keepUpToInPlace(kept, smooth, level);
  const residuals = new Float32Array(smooth.length);
  for (let round = 0; round < ROUNDS; round++) {
    const plane = fitPlane(smooth, kept, width);
    if (plane === null) break;
    residualsInto(residuals, smooth, plane, width);
    let [below, count] = [0, 0];
    for (let i = 0; i < residuals.length; i++) {
      const residual = residuals[i];
      if (residual > 0) continue;
      below += residual * residual;
      count++;
    }
    keepUpToInPlace(kept, residuals, MATTER_SIGMAS * Math.sqrt(below / Math.max(1, count)));
  }
  return withoutRims(kept, width, height);
}

/** Plain loops, for they run on every image of a training: mapped over, they took three times as long as the image took to simulate. */
function residualsInto(residuals: Float32Array, values: Float32Array, plane: Plane, width: number): void {
  for (let i = 0, y = 0; i < values.length; y++) {
    for (let x = 0; x < width; x++, i++) residuals[i] = values[i] - valueAt(plane, x, y);
  }
}

function keepUpToInPlace(kept: Uint8Array, values: Float32Array, limit: number): void {
  for (let i = 0; i < values.length; i++) kept[i] = values[i] <= limit ? 1 : 0;
}

/** Takes a rim off the kept pixels, line by line and then column by column. */
function withoutRims(kept: Uint8Array, width: number, height: number): Uint8Array {
  const shrunk = (mask: Uint8Array, length: number, step: number, lineStep: number) => {
    const result = mask.slice();
    for (let line = 0; line < mask.length / length; line++) {
      for (let k = 0; k < length; k++) {
        if (mask[line * lineStep + k * step] === 1) continue;
        for (let near = Math.max(0, k - RIM_PX); near <= Math.min(length - 1, k + RIM_PX); near++) {
          result[line * lineStep + near * step] = 0;
        }
      }
    }
    return result;
  };
  return shrunk(shrunk(kept, width, 1, width), height, width, 1);
}

interface Plane {
  readonly level: number;
  /** Per column and per row. */
  readonly alongX: number;
  readonly alongY: number;
}

const valueAt = ({ level, alongX, alongY }: Plane, x: number, y: number) => level + alongX * x + alongY * y;

/** Least squares over the kept pixels; null where they lie on a line or there are none. */
function fitPlane(values: Float32Array, kept: Uint8Array, width: number): Plane | null {
  let n = 0;
  let x1 = 0;
  let y1 = 0;
  let v1 = 0;
  for (let i = 0, y = 0; i < values.length; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (kept[i] === 0) continue;
      n++;
      x1 += x;
      y1 += y;
      v1 += values[i];
    }
  }
  if (n === 0) return null;
  const [mx, my, mv] = [x1 / n, y1 / n, v1 / n];
  let xx = 0;
  let xy = 0;
  let yy = 0;
  let xv = 0;
  let yv = 0;
  for (let i = 0, row = 0; i < values.length; row++) {
    for (let column = 0; column < width; column++, i++) {
      if (kept[i] === 0) continue;
      const x = column - mx;
      const y = row - my;
      const v = values[i] - mv;
      xx += x * x;
      xy += x * y;
      yy += y * y;
      xv += x * v;
      yv += y * v;
    }
  }
  const determinant = xx * yy - xy * xy;
  if (!(determinant > 0)) return null;
  const alongX = (yy * xv - xy * yv) / determinant;
  const alongY = (xx * yv - xy * xv) / determinant;
  return { level: mv - alongX * mx - alongY * my, alongX, alongY };
}

/** Structures of a film as large as particles correlate pixels so far apart; the detector's afterglow hardly reaches there. */
const LAGS_PX = [2, 3];

function correlationOf(
  residuals: Float64Array,
  kept: Uint8Array,
  { width, height, variance }: { readonly width: number; readonly height: number; readonly variance: number },
): number {
  let [sum, count] = [0, 0];
  for (const lag of LAGS_PX) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const i = y * width + x;
        if (kept[i] === 0) continue;
        if (x + lag < width && kept[i + lag] === 1) {
          sum += residuals[i] * residuals[i + lag];
          count++;
        }
        if (y + lag < height && kept[i + lag * width] === 1) {
          sum += residuals[i] * residuals[i + lag * width];
          count++;
        }
      }
    }
  }
  return count === 0 ? 0 : sum / count / variance;
}
