import { largestSquareSide, transformSquare, type GrayImage } from "../core/index.ts";
import type { Feature } from "./feature.ts";
import { greyLevels, otsuLevel } from "./grey-levels.ts";

/** How likely both ends of a stick lie in the bright phase. */
export interface TwoPointFunction {
  /** Area share of the bright phase in the square that was measured. */
  readonly areaFraction: number;
  /** [distance in px]: probability, all directions together, from 0 to half the side. */
  readonly probability: Float64Array;
}

/**
 * Two-point probability function S2 of the phase above Otsu's threshold [torquato2002]; by Fourier transform, the
 * central square repeated at its edges.
 */
export function twoPointFunction(image: GrayImage): TwoPointFunction {
  const side = largestSquareSide(image.width, image.height);
  const phase = brightSquare(image, side);
  const { real, imaginary } = transformSquare(phase, side);
  const power = real.map((value, i) => value * value + imaginary[i] ** 2);
  // correlation theorem: S2 = F^-1 |F|^2 / N; the power is even, so that forward and inverse transform agree
  const correlation = transformSquare(power, side).real.map((value) => value / side ** 4);
  const sums = new Float64Array(side / 2 + 1);
  const counts = new Uint32Array(side / 2 + 1);
  for (let i = 0; i < correlation.length; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    const distance = Math.round(Math.hypot(Math.min(x, side - x), Math.min(y, side - y)));
    if (distance > side / 2) continue;
    sums[distance] += correlation[i];
    counts[distance]++;
  }
  return { areaFraction: correlation[0], probability: sums.map((sum, r) => sum / counts[r]) };
}

function brightSquare(image: GrayImage, side: number): Float64Array {
  const levels = greyLevels(image);
  const threshold = otsuLevel(levels);
  const [left, top] = [Math.floor((image.width - side) / 2), Math.floor((image.height - side) / 2)];
  return Float64Array.from({ length: side * side }, (_, i) => {
    const pixel = (top + Math.floor(i / side)) * image.width + left + (i % side);
    return levels[pixel] > threshold ? 1 : 0;
  });
}

const DISTANCES_PX = [1, 2, 4, 8];

/**
 * Two-point features: area fraction, boundary per area, correlation length, normalised S2 at four distances.
 *
 * @returns area fraction [1], boundary [1/px], correlation length [px] (where the covariance falls below 1/e;
 * interpolated), covariance at 1, 2, 4 and 8 px as shares of its value at 0
 */
export function twoPointFeatures(image: GrayImage): Feature[] {
  const { areaFraction, probability } = twoPointFunction(image);
  const variance = areaFraction - areaFraction ** 2;
  const covariance = probability.map((value) =>
    variance === 0 ? 0 : (value - areaFraction ** 2) / variance,
  );
  const entry = (name: string, value: number, unit: string): Feature => ({
    name: `two-point ${name}`,
    value,
    unit,
    source: "torquato2002",
  });
  return [
    entry("area fraction", areaFraction, "1"),
    // in the plane dS2/dr at 0 is -(boundary per area) / pi [torquato2002] eq. 2.35
    entry("boundary", Math.PI * (areaFraction - probability[1]), "1/px"),
    entry("correlation length", fallLength(covariance), "px"),
    ...DISTANCES_PX.map((r) => entry(`covariance ${r} px`, covariance[r], "1")),
  ];
}

/** First distance at which the covariance is 1/e, between pixels linearly; the last distance if it never is. */
function fallLength(covariance: Float64Array): number {
  const level = 1 / Math.E;
  const below = covariance.findIndex((value) => value < level);
  if (below < 0) return covariance.length - 1;
  if (below === 0) return 0;
  const [before, after] = [covariance[below - 1], covariance[below]];
  return below - 1 + (before - level) / (before - after);
}
