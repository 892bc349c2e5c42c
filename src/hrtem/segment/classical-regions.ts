import {
  inverseTransformInPlace,
  median,
  transformSquare,
  type ComplexSquare,
  type GrayImage,
} from "../../core/index.ts";
import { greyLevels, otsuLevel } from "../../features/index.ts";
import { boxMean, cropRegion } from "../../image/index.ts";
import { findParticles } from "./find-particles.ts";

/** A way to find regions that learns nothing. */
export interface ClassicalMethod {
  readonly method: string;
  readonly find: (image: GrayImage) => Uint8Array;
}

/** Side of the mean before Otsu's threshold [px]: 0.6 nm at 0.04 nm, below the smallest particle. */
const SMOOTHING_PX = 15;

/** What the network stands beside in every table; nothing here was tuned on test images. */
export const CLASSICAL_METHODS: readonly ClassicalMethod[] = [
  { method: "Bragg filtering", find: braggRegions },
  { method: "Otsu", find: (image) => otsuRegions(image, { smoothingPx: 1 }) },
  {
    method: "Otsu after a mean over 15 px",
    find: (image) => otsuRegions(image, { smoothingPx: SMOOTHING_PX }),
  },
  {
    method: "Otsu after a mean over 15 px, cleaned",
    find: (image) => findParticles(otsuRegions(image, { smoothingPx: SMOOTHING_PX }), image).mask,
  },
];

/**
 * Particles as what is darker than Otsu's threshold [otsu1979] after a mean over a square: heavy atoms take electrons out of
 * the image. Without the mean, noise decides.
 *
 * @param options.smoothingPx odd side of the square [px]; 1 for none
 * @returns [height, width] of 0 and 1
 */
export function otsuRegions(image: GrayImage, { smoothingPx }: { readonly smoothingPx: number }): Uint8Array {
  const smooth = { ...image, data: boxMean(image, smoothingPx, "inside") };
  const levels = greyLevels(smooth);
  const level = otsuLevel(levels);
  return Uint8Array.from(levels, (value) => (value <= level ? 1 : 0));
}

/** Side of the neighbourhood whose median is the background of the spectrum [px]. */
const BACKGROUND_SIDE = 25;
/** Standard deviations above the background at which a frequency counts as a Bragg spot. */
const SPOT_SIGMAS = 2;
/** Lattice spacings between which spots are looked for [nm]. */
const SPACINGS_NM = [0.1, 0.4] as const;

/**
 * Particles as where the lattice fringes are, by Bragg filtering as in [groschner2021]: log power less its local background,
 * spots above two standard deviations kept, back to the image, amplitude smoothed, Otsu's threshold.
 *
 * @returns [height, width] of 0 and 1
 */
export function braggRegions(image: GrayImage): Uint8Array {
  const { width, height } = image;
  const side = 2 ** Math.ceil(Math.log2(Math.max(width, height)));
  const square = cropRegion(image, { x: 0, y: 0, width: side, height: side }, { padding: "zero" });
  const transform = transformSquare(square.data, side);
  keepSpotsInPlace(transform, image.pixelSizeNm ?? 1);
  const filtered = { ...square, data: Float32Array.from(inverseTransformInPlace(transform).real, Math.abs) };
  const amplitude = cropRegion(filtered, { x: 0, y: 0, width, height });
  const smooth = {
    ...image,
    data: boxMean({ ...image, data: boxMean(amplitude, 15, "inside") }, 15, "inside"),
  };
  const levels = greyLevels(smooth);
  const level = otsuLevel(levels);
  return Uint8Array.from(levels, (value) => (value > level ? 1 : 0));
}

/** Zeroes every frequency but Bragg spots. The background is that of the ring, which the original's 25 x 25 median follows. */
function keepSpotsInPlace({ side, real, imaginary }: ComplexSquare, pixelSizeNm: number): void {
  const power = real.map((re, i) => Math.log(re * re + imaginary[i] ** 2 + 1e-12));
  const signed = (k: number) => (k < side / 2 ? k : k - side);
  const ringOf = (i: number) =>
    Math.round(Math.hypot(signed(i % side), signed(Math.floor(i / side))) / (BACKGROUND_SIDE / 5));
  const rings: number[][] = [];
  for (let i = 0; i < power.length; i++) (rings[ringOf(i)] ??= []).push(power[i]);
  const background = rings.map((values) => median(values));
  // log power of noise alone spreads by pi/sqrt(6)
  const limit = SPOT_SIGMAS * (Math.PI / Math.sqrt(6));
  for (let i = 0; i < power.length; i++) {
    const frequency = Math.hypot(signed(i % side), signed(Math.floor(i / side))) / (side * pixelSizeNm);
    const isLattice = frequency > 1 / SPACINGS_NM[1] && frequency < 1 / SPACINGS_NM[0];
    if (isLattice && power[i] > background[ringOf(i)] + limit) continue;
    real[i] = 0;
    imaginary[i] = 0;
  }
}
