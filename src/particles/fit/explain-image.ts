import type { GrayImage } from "../../core/index.ts";
import type { ImageParticles, Particle } from "../measure/image-particles.ts";
import { fitDiscs } from "./fit-discs.ts";
import type { DiscFit, DiscFitProblem } from "./fit-discs.ts";
import { fitFrame } from "./fit-frame.ts";
import type { FitFrame, Places } from "./fit-frame.ts";
import { noiseSource } from "./noise-source.ts";
import type { NoiseSource } from "./noise-source.ts";

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
  /**
   * Squared residuals over the variance of the noise, a degree of freedom; 1 where nothing is left to explain. Null where the image does not tell
   * its noise.
   */
  readonly reducedChiSquare: number | null;
  /** By what the noise is known, or why it is not. */
  readonly noise: NoiseSource;
  /** The same ratio by the differences of neighbouring pixels, whatever they are worth: the scale of the fit itself. */
  readonly excess: number;
  /** Particles that the image did not need. */
  readonly droppedCount: number;
  /** What is explained, in the fit's pixels, and by what: background and particles. */
  readonly signal: Float32Array;
  readonly model: Float32Array;
  /** What is left: the signal minus the model over the noise. */
  readonly residual: { readonly width: number; readonly height: number; readonly data: Float32Array };
  /** Pixels of the image a pixel of the fit. */
  readonly ratio: number;
}

/** Most particles that are fitted together: the normal equations grow with the square, their solution with the cube. */
const MOST_PARTICLES = 400;

/**
 * Refines all particles of an image on the image itself, and says how much of it they explain.
 *
 * In bright field the signal is -ln I, in HAADF I: both grow with the thickness, linearly as long as the matter is thin. The image is
 * brought to pixels at which a typical radius has 9 of them. A particle is dropped where the sum of squares over the noise's
 * variance falls by less than 3 ln n through it, for n pixels (its three parameters by Schwarz's criterion [schwarz1978]), and
 * the others are fitted once more. From a list that a person has corrected none is dropped.
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
  const frame = fitFrame(image, mask, found.modality, particles);
  const { problem, place, ratio } = frame;
  const known = noiseSource(image, mask, { modality: found.modality, frame });
  const { width, height, counts, noise } = problem;
  const materials = [...new Set(particles.map(({ material }) => material))].sort();
  const all = particles.map((particle, k) => ({
    ...problem.discs[k],
    materialIndex: materials.indexOf(particle.material),
  }));
  const fitAll = (discs: DiscFitProblem["discs"]): DiscFit =>
    fitDiscs({ ...problem, discs, materialCount: materials.length });
  const first = fitAll(all);
  const excess = Math.max(1, first.reducedChiSquare);
  const pixelCount = counts.reduce((sum, value) => sum + value, 0);
  const isNeeded = (_: unknown, k: number) => first.discs[k].gain / excess > 3 * Math.log(pixelCount);
  const needed = particles.filter(isNeeded);
  // what a person has gone over stays whole
  const isWhole = found.isCorrected || needed.length === particles.length || needed.length === 0;
  const kept = isWhole ? particles : needed;
  const fit = isWhole ? first : fitAll(all.filter(isNeeded));
  return {
    particles: kept.map((particle, k) => refined(particle, fit.discs[k], { place, ratio, image })),
    explained: fit.explained,
    reducedChiSquare: chiSquareOf(fit, frame, known),
    noise: known,
    excess: fit.reducedChiSquare,
    droppedCount: particles.length - kept.length,
    signal: Float32Array.from(problem.signal),
    model: Float32Array.from(problem.signal, (value, pixel) => value - fit.residual[pixel]),
    residual: { width, height, data: Float32Array.from(fit.residual, (value) => value / noise) },
    ratio,
  };
}

function chiSquareOf(
  fit: DiscFit,
  { problem, variance }: FitFrame,
  { from, varianceRatio }: NoiseSource,
): number | null {
  if (from === null) return null;
  if (from === "image" || variance === null) return fit.reducedChiSquare / varianceRatio;
  let [sum, count] = [0, 0];
  fit.residual.forEach((value, pixel) => {
    if (problem.counts[pixel] === 0) return;
    sum += value ** 2 / variance[pixel];
    count++;
  });
  return sum / Math.max(1, count - fit.parameterCount);
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
