import { median, quantile } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import { pixelNoise, type Modality } from "../../image/index.ts";
import { greyRange, INNER, localContrast, RING, SECTORS } from "../detect/local-contrast.ts";
import type { Disc } from "../simulate/training-image.ts";

/** Places along an edge at which the bare ground is looked at. */
const PLACES = 24;
/** With fewer of them free of particles the ground is not known. */
const LEAST_FREE = 40;
/** Of a normal law the standard deviation over the median absolute deviation. */
const SIGMA_PER_MAD = 1.4826;
/** A ground that varies by more than so many times what noise explains is no noise: lumps of a support are judged by nobody here. */
const MOST_UNEVEN = 1.5;
/** Variance of the second least of eight normal numbers. */
const SECOND_OF_EIGHT = 0.24;
/** The part of the found that is judged by: the clear ones, for faint ones are found, too, where there are clear ones. */
const CLEAR_SHARE = 0.9;

/**
 * How far the clear ones of the found stand out of mere noise, where the ground between them is mere noise.
 *
 * A detector compares with the surroundings, so that it finds particles in the lumps of noise. These are the largest of many, three to
 * five standard deviations; particles that anyone sees reach many more. A film or a support that is uneven itself is not judged: metal
 * on it stands out by no more than the support's own lumps.
 *
 * @param image as it was read
 * @param mask not 0 where a pixel shows no specimen; null where all do
 * @param discs what was found
 * @param modality how the image was taken
 * @returns the 90th percentile of (contrast - median of the ground)/standard deviation of the ground; null where the ground is not seen, or
 *   varies by more than pixels of independent noise do
 */
export function standingOut(
  image: GrayImage,
  mask: ArrayLike<number> | null,
  discs: readonly Disc[],
  modality: Modality,
): number | null {
  if (discs.length === 0) return null;
  const { width, height } = image;
  const data = modality === "haadf" ? image.data : image.data.map((value) => -value);
  const matter = { width, height, data };
  const range = greyRange(image, mask);
  const radiusPx = median(discs.map((disc) => disc.radiusPx));
  const contrast = (disc: Disc) => localContrast(matter, disc, range);
  const isFree = ({ x, y }: Disc) =>
    (mask === null || mask[Math.floor(y) * width + Math.floor(x)] === 0) &&
    discs.every((disc) => Math.hypot(disc.x - x, disc.y - y) >= radiusPx + disc.radiusPx);
  const ground = placesAlong(width, radiusPx)
    .flatMap((x) => placesAlong(height, radiusPx).map((y) => ({ x, y, radiusPx })))
    .filter(isFree)
    .map(contrast)
    .filter(Number.isFinite);
  if (ground.length < LEAST_FREE) return null;
  const level = median(ground);
  const sigma = SIGMA_PER_MAD * median(ground.map((value) => Math.abs(value - level)));
  const white = ((SIGMA_PER_MAD * median(pixelNoise(matter).residuals)) / range) * noiseOfContrast(radiusPx);
  if (!(sigma <= MOST_UNEVEN * white)) return null;
  const own = discs.map(contrast).filter(Number.isFinite);
  if (own.length === 0 || sigma === 0) return null;
  return quantile(
    own.map((value) => (value - level) / sigma),
    CLEAR_SHARE,
  );
}

/** Centres of discs that lie in the image from edge to edge. */
function placesAlong(length: number, radiusPx: number): number[] {
  const free = length - 2 * radiusPx;
  if (free <= 0) return [length / 2];
  const count = Math.max(1, Math.min(PLACES, Math.floor(free)));
  return Array.from({ length: count }, (_, i) => radiusPx + ((i + 0.5) * free) / count);
}

/** Standard deviation of the local contrast over that of independent pixels: the inner disc less the second darkest eighth of the ring. */
function noiseOfContrast(radiusPx: number): number {
  const inner = Math.PI * (INNER * radiusPx) ** 2;
  const sector = (Math.PI * (RING[1] ** 2 - RING[0] ** 2) * radiusPx ** 2) / SECTORS;
  return Math.sqrt(1 / inner + SECOND_OF_EIGHT / sector);
}
