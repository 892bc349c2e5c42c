import { mean, median } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import { pixelNoise, resamplePixels, type Modality } from "../../image/index.ts";
import type { Disc } from "../simulate/training-image.ts";
import type { DiscFitProblem } from "./fit-discs.ts";

/** Radius of a typical particle in the fit [px]: finer pixels cost time and tell little more. */
const FIT_RADIUS_PX = 9;
/** Below this many pixels a pixel of the fit the image is fitted as it is: half-shared pixels would make the noise of neighbours alike. */
const LEAST_RATIO = 1.5;
/** Standard deviation of what softens the edges: the pixels and the probe [px of the fit]. */
const SOFT_PX = 0.7;
/** Least standard deviation of the noise over that of the signal: where grey levels round the noise away, the fit still needs a scale. */
const LEAST_NOISE = 0.01;
/** Least transmission that a logarithm is taken of, over the median. */
const LEAST_SHARE = 0.01;

/** Coordinates of the image in the pixels of the fit and back. */
export interface Places {
  readonly into: (at: number, side: "width" | "height") => number;
  readonly back: (at: number, side: "width" | "height") => number;
}

/** An image as it is fitted. */
export interface FitFrame {
  /** All but the number of materials; discs are of the first. */
  readonly problem: Omit<DiscFitProblem, "materialCount">;
  /** [height, width], variance of the signal by the electrons that were counted; null where the image counts none. */
  readonly variance: Float64Array | null;
  /** Whether the image shows no noise to measure. */
  readonly isNoiseless: boolean;
  readonly place: Places;
  /** Pixels of the image a pixel of the fit. */
  readonly ratio: number;
}

/**
 * Brings an image and its particles to the pixels of the fit, in which a typical radius has 9 of them, and to a signal that grows
 * with the thickness: -ln I in bright field, I in HAADF.
 *
 * @param image as it was read
 * @param mask not 0 where a pixel shows no specimen; null where all do
 * @param modality how the image was taken
 * @param discs one at least
 * @returns what fitDiscs takes, and the way back
 */
export function fitFrame(
  image: GrayImage,
  mask: Uint8Array | null,
  modality: Modality,
  discs: readonly Disc[],
): FitFrame {
  const wanted = median(discs.map(({ radiusPx }) => radiusPx)) / FIT_RADIUS_PX;
  const ratio = wanted < LEAST_RATIO ? 1 : wanted;
  const { signal, counts, width, height, variance } = signalOf(image, mask, modality, ratio);
  // resampling keeps the centre of the image where it is
  const place = placesOf(image, { width, height }, ratio);
  const noise = noiseOf(signal, width, height);
  return {
    variance,
    isNoiseless: noise === 0,
    problem: {
      width,
      height,
      signal,
      counts,
      noise: Math.max(noise, LEAST_NOISE * spreadOf(signal)),
      softPx: SOFT_PX,
      discs: discs.map(({ x, y, radiusPx }) => ({
        x: place.into(x, "width"),
        y: place.into(y, "height"),
        radiusPx: radiusPx / ratio,
        materialIndex: 0,
      })),
    },
    place,
    ratio,
  };
}

function placesOf(
  from: Pick<GrayImage, "width" | "height">,
  to: Pick<GrayImage, "width" | "height">,
  ratio: number,
): Places {
  return {
    into: (at, side) => (at - from[side] / 2) / ratio + to[side] / 2,
    back: (at, side) => (at - to[side] / 2) * ratio + from[side] / 2,
  };
}

/** What grows with thickness, in the pixels of the fit. */
function signalOf(image: GrayImage, mask: Uint8Array | null, modality: Modality, ratio: number) {
  const plain = { ...image, intensityUnit: "arbitrary" as const };
  const { data, width, height } = resamplePixels(plain, { x: 1, y: 1 }, ratio);
  const covered =
    mask === null
      ? null
      : resamplePixels({ ...plain, data: Float32Array.from(mask) }, { x: 1, y: 1 }, ratio).data;
  const counts = Uint8Array.from(data, (_, i) => (covered === null || covered[i] < 0.01 ? 1 : 0));
  const level = median(data.filter((_, i) => counts[i] === 1));
  const signal = Float64Array.from(data, (value) =>
    modality === "haadf" ? value : -Math.log(Math.max(value / level, LEAST_SHARE)),
  );
  const isCounted = image.intensityUnit === "electrons per pixel";
  const squares = [squaredWeights(image.width, width, ratio), squaredWeights(image.height, height, ratio)];
  const variance = isCounted ? poissonVariance({ width, height, data }, modality, squares) : null;
  return { signal, counts, width, height, variance };
}

/** Of a mean of counts N with weights w the variance is N sum w^2, and that of its logarithm sum w^2/N. */
function poissonVariance(
  { width, height, data }: Pick<GrayImage, "width" | "height" | "data">,
  modality: Modality,
  [alongX, alongY]: readonly Float64Array[],
): Float64Array {
  return Float64Array.from({ length: width * height }, (_, i) => {
    const square = alongX[i % width] * alongY[Math.floor(i / width)];
    // where nothing was counted one electron might have been
    const counted = Math.max(data[i], square);
    return modality === "haadf" ? counted * square : square / counted;
  });
}

/** Sum of the squared weights with which the pixels under each pixel of the fit are averaged, along one side. */
function squaredWeights(from: number, to: number, ratio: number): Float64Array {
  return Float64Array.from({ length: to }, (_, i) => {
    const start = (i - to / 2) * ratio + from / 2;
    let sum = 0;
    for (let pixel = Math.floor(start); pixel < start + ratio; pixel++) {
      const shared = Math.min(pixel + 1, start + ratio) - Math.max(pixel, start);
      sum += (shared / ratio) ** 2;
    }
    return sum;
  });
}

/** Standard deviation of the whole signal; 1 of one without contrast. */
function spreadOf(signal: Float64Array): number {
  const middle = mean(signal);
  return Math.sqrt(mean(signal.map((value) => (value - middle) ** 2))) || 1;
}

/** Standard deviation of the noise: the median of its residuals over that of a normal distribution. */
function noiseOf(signal: Float64Array, width: number, height: number): number {
  const { residuals } = pixelNoise({ width, height, data: signal });
  return residuals.length === 0 ? 0 : median(residuals) / 0.6745;
}
