import { largestSquareSide, mean, transformSquare, type GrayImage } from "../core/index.ts";
import type { Feature } from "./feature.ts";

/** Power of an image by spatial frequency, all directions together. */
export interface RadialSpectrum {
  /** Side of the central square that was transformed [px]. */
  readonly sidePx: number;
  /** [k]: mean |F|^2 / side^2 of the frequencies that round to k waves per side, k from 0 to side / 2. */
  readonly power: Float64Array;
}

/**
 * Radial power spectrum of the largest central square whose side is a power of two: mean taken off, Hann window.
 *
 * @returns mean power [intensity^2] of rings one wave per side wide
 */
export function radialSpectrum(image: GrayImage): RadialSpectrum {
  const side = largestSquareSide(image.width, image.height);
  const { real, imaginary } = transformSquare(windowedSquare(image, side), side);
  const power = new Float64Array(side / 2 + 1);
  const counts = new Uint32Array(side / 2 + 1);
  for (let row = 0; row < side; row++) {
    const ky = row < side / 2 ? row : row - side;
    for (let column = 0; column < side; column++) {
      const kx = column < side / 2 ? column : column - side;
      const ring = Math.round(Math.hypot(kx, ky));
      if (ring > side / 2) continue;
      const i = row * side + column;
      power[ring] += (real[i] ** 2 + imaginary[i] ** 2) / side ** 2;
      counts[ring]++;
    }
  }
  return { sidePx: side, power: power.map((sum, ring) => sum / counts[ring]) };
}

function windowedSquare({ width, height, data }: GrayImage, side: number): Float64Array {
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const square = new Float64Array(side * side);
  for (let row = 0; row < side; row++) {
    const start = (top + row) * width + left;
    square.set(data.subarray(start, start + side), row * side);
  }
  const center = mean(square);
  // periodic Hann window (1 - cos(2 pi n / N)) / 2 on either axis
  const hann = Float64Array.from({ length: side }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / side));
  return square.map((value, i) => (value - center) * hann[i % side] * hann[Math.floor(i / side)]);
}

const BANDS = 8;

/**
 * Features of the radial spectrum: share of power in eight octaves-like bands, centre, spread, slope.
 *
 * @returns shares [1], centre and spread [waves/px], and the exponent b of power ~ frequency^b
 */
export function spectrumFeatures(image: GrayImage): Feature[] {
  const { power, sidePx } = radialSpectrum(image);
  // a ring of radius k has about 2 pi k frequencies
  const weight = power.map((value, k) => value * k);
  const total = weight.reduce((sum, value) => sum + value, 0);
  const share = weight.map((value) => (total === 0 ? 0 : value / total));
  const centre = share.reduce((sum, value, k) => sum + (value * k) / sidePx, 0);
  const variance = share.reduce((sum, value, k) => sum + value * (k / sidePx - centre) ** 2, 0);
  const bands = bandShares(share);
  const entry = (name: string, value: number, unit: string): Feature => ({
    name: `spectrum ${name}`,
    value,
    unit,
    source: "gonzalez2018",
  });
  return [
    entry("centre", centre, "1/px"),
    entry("spread", Math.sqrt(variance), "1/px"),
    { ...entry("exponent", powerLawExponent(power), "1"), source: "vanderschaaf1996" },
    ...bands.map((value, band) => entry(`band ${band}`, value, "1")),
  ];
}

/** Shares of power in bands of equal width in log frequency, from one wave per square to half a wave per pixel. */
function bandShares(share: Float64Array): number[] {
  const bands = Array.from({ length: BANDS }, () => 0);
  const last = Math.log(share.length - 1);
  for (let k = 1; k < share.length; k++) {
    bands[Math.min(BANDS - 1, Math.floor((Math.log(k) / last) * BANDS))] += share[k];
  }
  return bands;
}

/** Slope of log power over log frequency by least squares, rings without power left out; 0 for a flat image. */
function powerLawExponent(power: Float64Array): number {
  const points = Array.from(power, (value, k) => [Math.log(k), Math.log(value)] as const).filter(
    ([x, y], k) => k > 1 && Number.isFinite(x) && Number.isFinite(y),
  );
  if (points.length < 2) return 0;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
