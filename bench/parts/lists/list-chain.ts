import type { RandomStream } from "../../../src/core/index.ts";
import { applyChange, changeOfExcess, changeOfLikelihood, eachChord, riseAt } from "./list-image.ts";
import type { ChangeScratch, ListedSphere, ListImage } from "./list-image.ts";
import { logTreeWeight } from "./tree-weight.ts";

/** Law of the logarithm of the radii of one material [ln px]. */
export interface SizeLaw {
  readonly mean: number;
  readonly spread: number;
}

/** What a chain over lists is asked about. */
export interface ListProblem {
  readonly image: ListImage;
  readonly necking: number;
  /** Standard error of a distance between two particles across the beam [px]. */
  readonly errorPx: number;
  readonly materialCount: 1 | 2;
  /** Particles at least and at most; numbers between have the prior 1/n. */
  readonly counts: readonly [number, number];
  /** Weight of a pixel for births where nothing is left to explain, in the unit of the signal: the rest is what is left above 0. */
  readonly evenWeight: number;
  /** Typical radius [px]: scale of moves and of radii that are drawn wide. */
  readonly radiusPx: number;
}

/** What the list is believed to be drawn from; drawn along with it. */
export interface ListLaws {
  /** What a pixel of thickness of either material adds to the signal. */
  readonly strengths: readonly [number, number];
  readonly sizes: readonly [SizeLaw, SizeLaw];
  /** Share of the second material. */
  readonly secondShare: number;
  /** How much rather like touches like, ln. */
  readonly preference: readonly [number, number];
}

/** The state of a chain over lists. */
export interface ListState {
  spheres: ListedSphere[];
  laws: ListLaws;
  /** Signal minus model, [height, width], and the sum of what of it is above 0. */
  residual: Float64Array;
  excess: number;
  /** ln of the density of the places, by `logTreeWeight`. */
  logTrees: number;
  /** Power of the likelihood: below 1 while a chain is still led to the lists that explain the image, 1 when lists are drawn. */
  heat: number;
}

/** Shares of the kinds of move; the rest are births and deaths, as many of either. */
const [SHIFT_SHARE, RELABEL_SHARE, RENEW_SHARE] = [0.4, 0.1, 0.15] as const;
/** Scales of a shift, over the radius. */
const SHIFTS = [0.3, 0.1, 0.03] as const;
/** Scale of the place of what is drawn anew, over the radius. */
const RENEW_SCALE = 0.3;
/** Share of radii that are drawn from a wide law. */
const WIDE_SHARE = 0.4;
/** Share of births near a particle that is there; the others are drawn from the map. */
const NEAR_SHARE = 0.4;

/** ln of the density of a list's places. */
export function logTreesOf(
  { necking, errorPx }: ListProblem,
  spheres: readonly ListedSphere[],
  { preference }: ListLaws,
): number {
  return logTreeWeight(spheres, { necking, errorPx, preference });
}

/**
 * One move of a chain over lists of particles: one is shifted and resized, is taken for the other material, is born or dies.
 *
 * Reversible jumps [green1995]: with the posterior pi of lists, the density b of what is born at xi and deaths even over the particles,
 *
 *   a birth is accepted with probability min(1, pi(list + xi)/(pi(list) b(xi)))
 *
 * and a death with the inverse ratio. Radii and materials are drawn from their laws, or radii from a wide one; places where something is left to
 * explain, or within touch of a particle. The density of the places costs a determinant, which is looked at only where the image does not rule the move out.
 *
 * @param rng stream of the chain
 * @param state changed in place
 * @param problem image, necking, where particles are born
 * @param scratch of the image
 * @returns state
 */
export function moveListInPlace(
  rng: RandomStream,
  state: ListState,
  problem: ListProblem,
  scratch: ChangeScratch,
): ListState {
  const kind = rng.uniform();
  if (kind < SHIFT_SHARE) return shiftInPlace(rng, state, problem, scratch);
  if (kind < SHIFT_SHARE + RELABEL_SHARE) return relabelInPlace(rng, state, problem, scratch);
  if (kind < SHIFT_SHARE + RELABEL_SHARE + RENEW_SHARE) return renewInPlace(rng, state, problem, scratch);
  return birthOrDeathInPlace(rng, state, problem, scratch);
}

/** A birth or a death, with probability one half each. */
export function birthOrDeathInPlace(
  rng: RandomStream,
  state: ListState,
  problem: ListProblem,
  scratch: ChangeScratch,
): ListState {
  return rng.uniform() < 0.5
    ? birthInPlace(rng, state, problem, scratch)
    : deathInPlace(rng, state, problem, scratch);
}

function shiftInPlace(
  rng: RandomStream,
  state: ListState,
  problem: ListProblem,
  scratch: ChangeScratch,
): ListState {
  const place = rng.integerBelow(state.spheres.length);
  const before = state.spheres[place];
  const scale = SHIFTS[rng.integerBelow(SHIFTS.length)];
  const after = {
    ...before,
    x: before.x + scale * problem.radiusPx * rng.normal(),
    y: before.y + scale * problem.radiusPx * rng.normal(),
    radiusPx: before.radiusPx * Math.exp(0.5 * scale * rng.normal()),
  };
  if (!isInside(problem.image, after)) return state;
  const law = state.laws.sizes[before.material];
  const logSizes = logSize(law, after.radiusPx) - logSize(law, before.radiusPx);
  return replaceInPlace(rng, state, problem, scratch, { place, before, after, log: logSizes });
}

function relabelInPlace(
  rng: RandomStream,
  state: ListState,
  problem: ListProblem,
  scratch: ChangeScratch,
): ListState {
  if (problem.materialCount === 1) return state;
  const place = rng.integerBelow(state.spheres.length);
  const before = state.spheres[place];
  const material = before.material === 0 ? 1 : 0;
  const { strengths, sizes, secondShare } = state.laws;
  // thickness goes as the radius: one of the other material that adds as much, or one as large
  const ratio = strengths[before.material] / strengths[material];
  const [isScaled, factor] = [rng.uniform() < 0.5, Math.sqrt(ratio)];
  const radiusPx = before.radiusPx * (isScaled ? factor : 1);
  const after: ListedSphere = { ...before, material, radiusPx };
  const logShare = Math.log(
    material === 1 ? secondShare / (1 - secondShare) : (1 - secondShare) / secondShare,
  );
  const log =
    logSize(sizes[material], radiusPx) - logSize(sizes[before.material], before.radiusPx) + logShare;
  return replaceInPlace(rng, state, problem, scratch, { place, before, after, log });
}

/** Another particle about where one is, of a size and a material that are drawn anew. */
function renewInPlace(
  rng: RandomStream,
  state: ListState,
  problem: ListProblem,
  scratch: ChangeScratch,
): ListState {
  const place = rng.integerBelow(state.spheres.length);
  const before = state.spheres[place];
  const after: ListedSphere = {
    ...drawSphere(rng, state.laws, problem),
    x: before.x + RENEW_SCALE * problem.radiusPx * rng.normal(),
    y: before.y + RENEW_SCALE * problem.radiusPx * rng.normal(),
  };
  if (!isInside(problem.image, after)) return state;
  const log = logSphereRatio(state.laws, problem, after) - logSphereRatio(state.laws, problem, before);
  return replaceInPlace(rng, state, problem, scratch, { place, before, after, log });
}

/** Material by the share of both; radius by its law, or by a law as wide as any. */
function drawSphere(
  rng: RandomStream,
  { sizes, secondShare }: ListLaws,
  { materialCount, radiusPx: typicalPx }: ListProblem,
): Pick<ListedSphere, "radiusPx" | "material"> {
  const material = materialCount === 2 && rng.uniform() < secondShare ? 1 : 0;
  const isWide = rng.uniform() < WIDE_SHARE;
  const { mean, spread } = isWide ? wideLaw(typicalPx) : sizes[material];
  return { material, radiusPx: Math.exp(mean + spread * rng.normal()) };
}

const wideLaw = (typicalPx: number): SizeLaw => ({ mean: Math.log(typicalPx) - 0.2, spread: 0.5 });

/** ln of the density that a radius has by its law over the one that it is drawn from. */
function logSphereRatio(
  { sizes }: ListLaws,
  { radiusPx: typicalPx }: ListProblem,
  { material, radiusPx }: ListedSphere,
): number {
  const own = Math.exp(logSize(sizes[material], radiusPx));
  const wide = Math.exp(logSize(wideLaw(typicalPx), radiusPx));
  return Math.log(own / ((1 - WIDE_SHARE) * own + WIDE_SHARE * wide));
}

/** Tries a particle in the place of another, by the image as well. */
function replaceInPlace(
  rng: RandomStream,
  state: ListState,
  problem: ListProblem,
  scratch: ChangeScratch,
  { place, before, after, log }: Trial,
): ListState {
  const change = { before, after, strengths: state.laws.strengths };
  const likelihood = changeOfLikelihood(scratch, problem.image, state.residual, change);
  return tryInPlace(rng, state, problem, scratch, {
    place,
    before,
    after,
    log: log + likelihood * state.heat,
  });
}

function birthInPlace(
  rng: RandomStream,
  state: ListState,
  problem: ListProblem,
  scratch: ChangeScratch,
): ListState {
  const { spheres, laws, residual, excess } = state;
  if (spheres.length >= problem.counts[1]) return state;
  const own = drawSphere(rng, laws, problem);
  const after: ListedSphere = { ...drawPlace(rng, state, problem, own.radiusPx), ...own };
  if (!isInside(problem.image, after)) return state;
  const left = { residual: residual[pixelOf(problem.image, after)], excess };
  const log =
    Math.log(spheres.length / (spheres.length + 1)) +
    logSphereRatio(laws, problem, after) -
    Math.log(placeDensity(spheres, problem, after, left));
  const change = { before: null, after, strengths: laws.strengths };
  const likelihood = changeOfLikelihood(scratch, problem.image, residual, change);
  return tryInPlace(rng, state, problem, scratch, {
    place: spheres.length,
    before: null,
    after,
    log: log + likelihood * state.heat,
  });
}

function deathInPlace(
  rng: RandomStream,
  state: ListState,
  problem: ListProblem,
  scratch: ChangeScratch,
): ListState {
  const { spheres, laws, residual, excess } = state;
  if (spheres.length <= problem.counts[0]) return state;
  const place = rng.integerBelow(spheres.length);
  const before = spheres[place];
  const others = spheres.filter((_, k) => k !== place);
  const change = { before, after: null, strengths: laws.strengths };
  const likelihood = changeOfLikelihood(scratch, problem.image, residual, change);
  // what would be left without it: there it would be born again
  const pixel = pixelOf(problem.image, before);
  const left = {
    residual: residual[pixel] - riseAt(scratch, pixel),
    excess: excess + changeOfExcess(scratch, residual),
  };
  const log =
    Math.log(spheres.length / (spheres.length - 1)) -
    logSphereRatio(laws, problem, before) +
    Math.log(placeDensity(others, problem, before, left));
  return tryInPlace(rng, state, problem, scratch, {
    place,
    before,
    after: null,
    log: log + likelihood * state.heat,
  });
}

/** Ratio of densities of places, ln, that no move comes near: a move that would need more is not looked at. */
const HOPELESS = 60;

/** What a move puts in the place of what, and ln of its ratio but for the places; the scratch holds the change. */
interface Trial {
  readonly place: number;
  readonly before: ListedSphere | null;
  readonly after: ListedSphere | null;
  readonly log: number;
}

function tryInPlace(
  rng: RandomStream,
  state: ListState,
  problem: ListProblem,
  scratch: ChangeScratch,
  { place, after, log }: Trial,
): ListState {
  const { spheres, residual, laws } = state;
  const level = Math.log(rng.uniform()) - log;
  if (level > HOPELESS) return state;
  const next = spheres.filter((_, k) => k !== place);
  if (after !== null) next.splice(place, 0, after);
  const logTrees = logTreesOf(problem, next, laws);
  if (level >= logTrees - state.logTrees) return state;
  state.excess += changeOfExcess(scratch, residual);
  applyChange(scratch, residual);
  state.spheres = next;
  state.logTrees = logTrees;
  return state;
}

/** ln of the density of a radius over ln r, up to a constant. */
function logSize({ mean, spread }: SizeLaw, radiusPx: number): number {
  return -(((Math.log(radiusPx) - mean) / spread) ** 2) / 2 - Math.log(spread);
}

const isInside = ({ width, height }: ListImage, { x, y }: ListedSphere) =>
  x >= 0 && y >= 0 && x < width && y < height;

const pixelOf = ({ width }: ListImage, { x, y }: { readonly x: number; readonly y: number }) =>
  Math.floor(y) * width + Math.floor(x);

/** Where a particle of a radius is born: within touch of one that is there, or where something is left to explain. */
function drawPlace(
  rng: RandomStream,
  { spheres, residual, excess }: ListState,
  { image: { width }, evenWeight }: ListProblem,
  radiusPx: number,
): { readonly x: number; readonly y: number } {
  if (rng.uniform() >= NEAR_SHARE) {
    let rest = rng.uniform() * (excess + evenWeight * residual.length);
    let pixel = 0;
    for (; pixel < residual.length - 1; pixel++) {
      rest -= evenWeight + Math.max(0, residual[pixel]);
      if (rest < 0) break;
    }
    return { x: (pixel % width) + rng.uniform(), y: Math.floor(pixel / width) + rng.uniform() };
  }
  const other = spheres[rng.integerBelow(spheres.length)];
  const reach = (other.radiusPx + radiusPx) * Math.sqrt(rng.uniform());
  const angle = 2 * Math.PI * rng.uniform();
  return { x: other.x + reach * Math.cos(angle), y: other.y + reach * Math.sin(angle) };
}

/** Density of what `drawPlace` draws [1/px2]; what is left at the pixel and in all is given. */
function placeDensity(
  spheres: readonly ListedSphere[],
  { evenWeight, image: { width, height } }: ListProblem,
  { x, y, radiusPx }: ListedSphere,
  left: { readonly residual: number; readonly excess: number },
): number {
  let near = 0;
  for (const other of spheres) {
    const reach = other.radiusPx + radiusPx;
    if ((x - other.x) ** 2 + (y - other.y) ** 2 < reach * reach) near += 1 / (Math.PI * reach * reach);
  }
  const map = (evenWeight + Math.max(0, left.residual)) / (left.excess + evenWeight * width * height);
  return (NEAR_SHARE * near) / spheres.length + (1 - NEAR_SHARE) * map;
}

/** Sum of what of a residual is above 0. */
export function excessOf(residual: Float64Array): number {
  return residual.reduce((sum, value) => sum + Math.max(0, value), 0);
}

/** Signal minus what the particles of a list and a ground explain. */
export function residualOf(
  image: ListImage,
  spheres: readonly ListedSphere[],
  { strengths, ground }: { readonly strengths: readonly number[]; readonly ground: Float64Array },
): Float64Array {
  const residual = image.signal.map((value, pixel) => value - ground[pixel]);
  for (const sphere of spheres) {
    const strength = strengths[sphere.material];
    eachChord(image, sphere, (pixel, thicknessPx) => (residual[pixel] -= strength * thicknessPx));
  }
  return residual;
}
