import { mean, transformSquare } from "../../core/index.ts";
import type { Feature } from "../../features/index.ts";
import type { ParticleCrop } from "./crop.ts";

/** Rings of the radial profile that are used. */
const BINS = 100;

/**
 * The five features of [groschner2021]: mean and standard deviation of the first 100 bins of the radially integrated Fourier
 * magnitude, mean and standard deviation of the crop, centre of mass of the profile.
 *
 * Two departures: rings are half the frequency range over 100 wide whatever the crop's size, and the spectrum is that of a
 * square whose side is a power of two. (The published code exchanges the names of the first two; here they are right.)
 */
export function radialFeatures({ side, values }: ParticleCrop): Feature[] {
  const { real, imaginary } = transformSquare(values, side);
  const profile = new Float64Array(BINS);
  for (let i = 1; i < real.length; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    const radius = Math.hypot(x < side / 2 ? x : x - side, y < side / 2 ? y : y - side);
    const bin = Math.floor((radius / (side / 2)) * BINS);
    if (bin < BINS) profile[bin] += Math.hypot(real[i], imaginary[i]) / side ** 2;
  }
  const total = profile.reduce((sum, value) => sum + value, 0);
  const centre = profile.reduce((sum, value, bin) => sum + value * bin, 0) / Math.max(1e-12, total);
  const entry = (name: string, value: number): Feature => ({
    name,
    value,
    unit: "1",
    source: "groschner2021",
  });
  return [
    entry("radial profile mean", total / BINS),
    entry("radial profile deviation", deviation(profile)),
    entry("crop mean", mean(values)),
    entry("crop deviation", deviation(values)),
    entry("radial profile centre", centre),
  ];
}

function deviation(values: Float64Array): number {
  const center = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - center) ** 2)));
}
