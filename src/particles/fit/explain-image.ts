import { median } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import { pixelNoise, resamplePixels } from "../../image/index.ts";
import type { ImageParticles, Particle } from "../measure/image-particles.ts";
import { fitDiscs } from "./fit-discs.ts";
import type { DiscFit } from "./fit-discs.ts";

/** A particle after the fit. */
export interface FittedParticle extends Particle {
  /** Thickness at the centre over the diameter; 1 for a sphere of the strength of its material. */
  readonly depth: number;
  /** Standard errors [px]. */
  readonly errorPx: { readonly x: number; readonly y: number; readonly radius: number };
}

/** What the particles explain of an image. */
export interface Explanation {
  readonly particles: readonly FittedParticle[];
  /** Share of the image's variance that background and particles explain, 0 to 1. */
  readonly explained: number;
  /** Squared residuals over the variance of the noise, a pixel; 1 where nothing is left to explain. */
  readonly reducedChiSquare: number;
  /** Particles that the image did not need. */
  readonly droppedCount: number;
  /** What is left, in the fit's pixels: the signal minus the model over the noise. */
  readonly residual: { readonly width: number; readonly height: number; readonly data: Float32Array };
  /** Pixels of the image a pixel of the fit. */
  readonly ratio: number;
}

/** Radius of a typical particle in the fit [px]: finer pixels cost time and tell little more. */
const FIT_RADIUS_PX = 9;
/** Standard deviation of what softens the edges: the pixels and the probe [px of the fit]. */
const SOFT_PX = 0.7;
/** Most particles that are fitted together: the normal equations grow with the square, their solution with the cube. */
const MOST_PARTICLES = 400;
/** Least transmission that a logarithm is taken of, over the median. */
const LEAST_SHARE = 0.01;

/**
 * Refines all particles of an image on the image itself, and says how much of it they explain.
 *
 * In bright field the signal is -ln I, in HAADF I: both grow with the thickness, linearly as long as the matter is thin. The image is
 * brought to pixels at which a typical radius has 9 of them. A particle is dropped where the sum of squares over the noise's
 * variance falls by less than 3 ln n through it, for n pixels (its three parameters by Schwarz's criterion [schwarz1978]), and
 * the others are fitted once more.
 *
 * @param image as it was read
 * @param mask not 0 where a pixel shows no specimen; null where all do
 * @param found its particles; the 400 most probable are fitted
 * @returns refined particles with standard errors, shares, residual; null where no particle is found
 */
export function explainImage(
  image: GrayImage,
  mask: Uint8Array | null,
  found: ImageParticles,
): Explanation | null {
  const particles = found.particles.slice(0, MOST_PARTICLES);
  if (particles.length === 0) return null;
  const typicalPx = median(particles.map(({ radiusPx }) => radiusPx));
  const ratio = Math.max(1, typicalPx / FIT_RADIUS_PX);
  const { signal, counts, width, height } = signalOf(image, mask, found.modality, ratio);
  // resampling keeps the centre of the image where it is
  const place = placesOf(image, { width, height }, ratio);
  const noise = Math.max(noiseOf(signal, width, height), 1e-12);
  const materials = [...new Set(particles.map(({ material }) => material))].sort();
  const fit = (list: readonly Particle[]): DiscFit =>
    fitDiscs({
      width,
      height,
      signal,
      counts,
      noise,
      materialCount: materials.length,
      softPx: SOFT_PX,
      discs: list.map(({ x, y, radiusPx, material }) => ({
        x: place.into(x, "width"),
        y: place.into(y, "height"),
        radiusPx: radiusPx / ratio,
        materialIndex: materials.indexOf(material),
      })),
    });
  const first = fit(particles);
  const excess = Math.max(1, first.reducedChiSquare);
  const pixelCount = counts.reduce((sum, value) => sum + value, 0);
  const needed = particles.filter((_, k) => first.discs[k].gain / excess > 3 * Math.log(pixelCount));
  const isWhole = needed.length === particles.length || needed.length === 0;
  const kept = isWhole ? particles : needed;
  const last = isWhole ? first : fit(kept);
  return {
    particles: kept.map((particle, k) => refined(particle, last.discs[k], { place, ratio, image })),
    explained: last.explained,
    reducedChiSquare: last.reducedChiSquare,
    droppedCount: particles.length - kept.length,
    residual: { width, height, data: Float32Array.from(last.residual, (value) => value / noise) },
    ratio,
  };
}

/** Coordinates of the image in the pixels of the fit and back. */
interface Places {
  readonly into: (at: number, side: "width" | "height") => number;
  readonly back: (at: number, side: "width" | "height") => number;
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

function refined(
  particle: Particle,
  { x, y, radiusPx, depth, errors }: DiscFit["discs"][number],
  { place, ratio, image }: { readonly place: Places; readonly ratio: number; readonly image: GrayImage },
): FittedParticle {
  const { width, height } = image;
  const [u, v, r] = [place.back(x, "width"), place.back(y, "height"), radiusPx * ratio];
  return {
    ...particle,
    x: u,
    y: v,
    radiusPx: r,
    isCut: u - r < 0 || v - r < 0 || u + r > width || v + r > height,
    depth,
    errorPx: { x: errors.x * ratio, y: errors.y * ratio, radius: errors.radiusPx * ratio },
  };
}

/** What grows with thickness, in the pixels of the fit. */
function signalOf(
  image: GrayImage,
  mask: Uint8Array | null,
  modality: ImageParticles["modality"],
  ratio: number,
) {
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
  return { signal, counts, width, height };
}

/** Standard deviation of the noise: the median of its residuals over that of a normal distribution. */
function noiseOf(signal: Float64Array, width: number, height: number): number {
  const { residuals } = pixelNoise({ width, height, data: signal });
  return residuals.length === 0 ? 0 : median(residuals) / 0.6745;
}
