import { quantile } from "../../../src/core/index.ts";
import type { RandomStream } from "../../../src/core/index.ts";
import type { FitFrame } from "../../../src/particles/index.ts";
import type { LabelPrior } from "../../../src/reconstruct/label-prior.ts";
import type { ProjectedParticles } from "../../../src/reconstruct/projected-particles.ts";
import { drawLawsInPlace } from "./draw-laws.ts";
import type { LawPrior } from "./draw-laws.ts";
import { excessOf, logTreesOf, moveListInPlace, residualOf } from "./list-chain.ts";
import type { ListLaws, ListProblem, ListState } from "./list-chain.ts";
import { changeScratch, eachChord } from "./list-image.ts";
import type { ListedSphere, ListImage } from "./list-image.ts";

/** An image, the list that the detector and the fit make of it, and what is believed of the aggregate. */
export interface ListSource {
  readonly frame: FitFrame;
  readonly pixelSizeNm: number;
  /** The list to begin with. */
  readonly particles: ProjectedParticles;
  readonly materialCount: 1 | 2;
  readonly necking: number;
  readonly labelPrior: LabelPrior;
}

/** How long chains over lists are. */
export interface ListOptions {
  readonly chainCount: number;
  readonly listsAChain: number;
  /** Called with the share that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Sweeps, each of twice as many moves as there are particles: until a chain has forgotten its start, and from one list to the next. */
const WARM_SWEEPS = 160;
/** Power of the likelihood at the start, and share of the warm sweeps in which it rises to its own. */
const LEAST_HEAT = 0.0004;
const HEATING_SHARE = 0.7;
/** Power of the likelihood: the pixels of a particle err alike, by its shape and by how it scatters, so that some fifty of them count as one. */
const HEAT = 0.02;
const SWEEPS_A_LIST = 8;
const MOVES_A_PARTICLE = 2;
/** Most particles over those that were found. */
const MOST_BORN = 4;
/** How far what spheres explain is from an image, as a share of its signal: particles are no spheres, and crystals scatter unevenly. */
const MODEL_ERROR = 0.05;
/** Standard error of a distance across the beam [px of the fit]. */
const ERROR_PX = 0.3;
/** Room for the mean of the radii beyond those that were found, ln. */
const MEAN_ROOM = 0.5;
/** Weight of a pixel for births where nothing is left to explain, over the brightest of the signal. */
const EVEN_WEIGHT = 0.05;

/**
 * Draws lists of particles that an image allows, hidden ones and false ones among them, by Markov chains that begin with the detector's list.
 *
 * The likelihood is that of the image as thicknesses of spheres along the beam, added up, with an error of the noise and of 5 % of the signal, fifty pixels for one; the prior of a list are
 * the trees of contacts that can carry it, log-normal radii for each material, and numbers even in the logarithm.
 *
 * @param rng stream; forked by chain
 * @param source image, first list, prior
 * @param options chains and lists
 * @returns [chain][list] particles as the view shows them [nm]
 */
export function drawLists(
  rng: RandomStream,
  source: ListSource,
  { chainCount, listsAChain, onProgress = () => {} }: ListOptions,
): ProjectedParticles[][] {
  const start = startOf(source);
  return Array.from({ length: chainCount }, (_, chain) => {
    const own = rng.fork("list", chain);
    const state: ListState = {
      ...start.state,
      spheres: [...start.state.spheres],
      residual: start.state.residual.slice(),
    };
    const scratch = changeScratch(start.problem.image);
    const sweep = (heat: number) => {
      state.heat = heat;
      drawLawsInPlace(own, state, start.problem, start.prior);
      const moves = MOVES_A_PARTICLE * state.spheres.length;
      for (let move = 0; move < moves; move++) moveListInPlace(own, state, start.problem, scratch);
    };
    for (let k = 0; k < WARM_SWEEPS; k++)
      sweep(HEAT * (LEAST_HEAT / HEAT) ** Math.max(0, 1 - k / (HEATING_SHARE * WARM_SWEEPS)));
    return Array.from({ length: listsAChain }, (_unused, list) => {
      for (let k = 0; k < SWEEPS_A_LIST; k++) sweep(HEAT);
      onProgress((chain + (list + 1) / listsAChain) / chainCount);
      return inNanometres(state.spheres, source);
    });
  });
}

function startOf({ frame, pixelSizeNm, particles, materialCount, necking, labelPrior }: ListSource) {
  const { width, height, signal, counts, noise, softPx } = frame.problem;
  const scale = 1 / (pixelSizeNm * frame.ratio);
  const spheres = Array.from(particles.radiiNm, (radiusNm, i): ListedSphere => ({
    x: particles.xNm[i] * scale + width / 2,
    y: height / 2 - particles.yNm[i] * scale,
    radiusPx: radiusNm * scale,
    material: particles.materialIndices[i] === 1 && materialCount === 2 ? 1 : 0,
  }));
  const level = quantile(signal, 0.1);
  const weights = signal.map((value, pixel) =>
    counts[pixel] === 0 ? 0 : 1 / (noise ** 2 + (MODEL_ERROR * Math.max(0, value - level)) ** 2),
  );
  const image: ListImage = { width, height, signal, weights, softPx };
  const logRadii = spheres.map(({ radiusPx }) => Math.log(radiusPx));
  const strengths = startStrengths(frame, spheres, level);
  const law = { mean: quantile(logRadii, 0.5), spread: 0.2 };
  const laws: ListLaws = {
    strengths,
    sizes: [law, law],
    secondShare: 0.5,
    preference: labelPrior.preferences[0],
  };
  const ground = new Float64Array(signal.length).fill(level);
  const residual = residualOf(image, spheres, { strengths, ground });
  const problem: ListProblem = {
    image,
    necking,
    errorPx: ERROR_PX,
    materialCount,
    counts: [2, MOST_BORN * spheres.length],
    evenWeight: EVEN_WEIGHT * (quantile(signal, 0.98) - level),
    radiusPx: Math.exp(law.mean),
  };
  const state: ListState = {
    spheres,
    laws,
    residual,
    logTrees: logTreesOf(problem, spheres, laws),
    excess: excessOf(residual),
    heat: 1,
  };
  const prior: LawPrior = {
    strengths,
    meanRange: [quantile(logRadii, 0) - MEAN_ROOM, quantile(logRadii, 1) + MEAN_ROOM],
    labels: labelPrior,
  };
  return { problem, state, prior };
}

/** What a pixel of thickness of either material adds to the signal, by least squares of the first list; alike where the list tells no two. */
function startStrengths(
  { problem: { width, height, signal, counts, softPx } }: FitFrame,
  spheres: readonly ListedSphere[],
  level: number,
): readonly [number, number] {
  const thickness = [0, 1].map((material) => {
    const map = new Float64Array(width * height);
    for (const sphere of spheres) {
      if (sphere.material !== material) continue;
      eachChord({ width, height, softPx }, sphere, (pixel, px) => (map[pixel] += px));
    }
    return map;
  });
  const product = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    counts.reduce((sum, counted, pixel) => sum + counted * a[pixel] * b[pixel], 0);
  const above = signal.map((value) => value - level);
  const both = thickness[0].map((px, pixel) => px + thickness[1][pixel]);
  const common = product(both, above) / product(both, both);
  const [aa, ab, bb] = [
    product(thickness[0], thickness[0]),
    product(thickness[0], thickness[1]),
    product(thickness[1], thickness[1]),
  ];
  const [a, b] = thickness.map((own) => product(own, above));
  const determinant = aa * bb - ab * ab;
  const [first, second] = [(a * bb - b * ab) / determinant, (b * aa - a * ab) / determinant];
  return Math.min(first, second) > 0 ? [first, second] : [common, common];
}

/** A list in nm, from the middle of the image, y upwards. */
function inNanometres(
  spheres: readonly ListedSphere[],
  { frame, pixelSizeNm }: ListSource,
): ProjectedParticles {
  const { width, height } = frame.problem;
  const scale = pixelSizeNm * frame.ratio;
  const numbers = (of: (sphere: ListedSphere) => number) => Float64Array.from(spheres, of);
  return {
    count: spheres.length,
    xNm: numbers(({ x }) => (x - width / 2) * scale),
    yNm: numbers(({ y }) => (height / 2 - y) * scale),
    radiiNm: numbers(({ radiusPx }) => radiusPx * scale),
    materialIndices: Uint8Array.from(spheres, ({ material }) => material),
    errorNm: ERROR_PX * scale,
  };
}
