import { rangeError, type RandomStream } from "../core/index.ts";
import { explainImage, fitFrame } from "../particles/index.ts";
import type { Explanation, FitFrame, ImageParticles, ParticleSource } from "../particles/index.ts";
import { blurredSphereTable, tiltAggregate } from "../stem-sim/index.ts";

import { SHIPPED_WEIGHTS } from "./model-weights.ts";
import { particlesOfImage } from "./particles-of-image.ts";
import type { PriorPlan } from "./plan-prior.ts";
import type { ProjectedParticles } from "./projected-particles.ts";
import { reconstructDepths, type Reconstruction, type ReconstructionOptions } from "./reconstruct-depths.ts";
import { renderDraw, type RenderedDraw } from "./render-draw.ts";

/** An image with its particles, and how it is compared with structures. */
export interface SeenView {
  readonly found: ImageParticles;
  readonly explanation: Explanation;
  readonly particles: ProjectedParticles;
  readonly frame: FitFrame;
}

/** Structures that look like one image or several, and how much of these they explain. */
export interface DrawnStructures {
  readonly views: readonly SeenView[];
  readonly plan: PriorPlan;
  readonly reconstruction: Reconstruction;
  /** [draw][view] */
  readonly rendered: readonly (readonly RenderedDraw[])[];
}

/** Steps to which particles are rounded before the fit: far below what a detector knows, far above what its arithmetic differs by [1/px]. */
const STEPS_A_PIXEL = 100;

/**
 * Particles on a grid: networks answer to 1e-6 px alike on all processors, and fit and chains would blow that up to other structures.
 */
function onGrid(found: ImageParticles): ImageParticles {
  const rounded = (px: number) => Math.round(px * STEPS_A_PIXEL) / STEPS_A_PIXEL;
  const particles = found.particles.map((particle) => {
    const { x, y, radiusPx } = particle;
    return { ...particle, x: rounded(x), y: rounded(y), radiusPx: rounded(radiusPx) };
  });
  return { ...found, particles };
}

/**
 * Refines the particles of an image, and makes them ready for a reconstruction.
 *
 * @param source the image
 * @param found its particles
 * @param names of the materials, as the prior has them
 * @returns what drawStructures takes
 * @throws RangeError where the image shows fewer than two particles, or no pixel size is known
 */
export function seeView(
  { path, image, mask }: ParticleSource,
  found: ImageParticles,
  names: readonly string[],
): SeenView {
  const explanation = explainImage(image, mask, onGrid(found));
  if (explanation === null) {
    const context = { action: "reconstruct aggregate", where: path };
    throw rangeError(context, "image must show particles", "none");
  }
  const frame = fitFrame(image, mask, found.modality, explanation.particles);
  return { found, explanation, particles: particlesOfImage(found, explanation.particles, names), frame };
}

/** Images of one aggregate, and what is believed of it. */
export interface StructureProblem {
  /** Structures are drawn over the particles of the first. */
  readonly views: readonly SeenView[];
  /** Tilt of the holder in each view [degrees]. */
  readonly tiltsDeg: readonly number[];
  readonly plan: PriorPlan;
}

/**
 * Draws structures that look like images of one aggregate, and images them again.
 *
 * @param rng stream of the chains
 * @param problem images with their tilts, and the prior
 * @param options chains, draws, progress
 * @returns structures, contacts, convergence, and every structure beside every image
 */
export function drawStructures(
  rng: RandomStream,
  { views, tiltsDeg, plan }: StructureProblem,
  options: ReconstructionOptions,
): DrawnStructures {
  const [own, ...others] = views;
  const tilts = tiltsDeg.map((tiltDeg) => tiltDeg - tiltsDeg[0]);
  const tilted = others.map(({ particles }, k) => ({ particles, tiltDeg: tilts[k + 1] }));
  const { particles } = own;
  const problem = { ...plan, weights: SHIPPED_WEIGHTS, particles, views: tilted };
  const reconstruction = reconstructDepths(rng, problem, options);
  const table = blurredSphereTable();
  const rendered = reconstruction.draws.map(({ aggregate }) =>
    views.map(({ frame, found: { pixelSizeNm } }, v) =>
      renderDraw(tiltAggregate(aggregate, tilts[v]), frame, { table, pixelSizeNm: pixelSizeNm ?? NaN }),
    ),
  );
  return { views, plan, reconstruction, rendered };
}
