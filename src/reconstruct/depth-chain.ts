import type { RandomStream } from "../core/index.ts";
import { depthLogAt } from "./depth-evidence.ts";
import type { DepthEvidence } from "./depth-evidence.ts";
import { compactnessOf, spreadAcross, type ModelWeights } from "./model-weights.ts";
import type { ProjectedPairs } from "./projected-pairs.ts";
import type { ProjectedParticles } from "./projected-particles.ts";

/** What a chain of depths walks over. */
export interface DepthProblem {
  readonly particles: ProjectedParticles;
  readonly pairs: ProjectedPairs;
  readonly weights: ModelWeights;
  /** What other views say of each particle's depth; null for one view alone. */
  readonly evidence: DepthEvidence | null;
}

/** What places are weighed by besides their contacts. */
export interface ChainSettings {
  /** How deep spheres may overlap beyond the necking [nm]. */
  readonly softnessNm: number;
  /** ln of what a contact that carries the aggregate is worth: of two of the first material, one of each, two of the second. */
  readonly logLabels: readonly [number, number, number];
}

/**
 * The state of a chain: depths, and the tree of contacts that carries the aggregate.
 *
 * Every particle but the root hangs on a parent; the two stand at the distance of a contact.
 */
export interface DepthState {
  /** [count] heights along the beam [nm]. */
  readonly depthsNm: Float64Array;
  /** [count], -1 for the root. */
  readonly parents: Int32Array;
  /** [count] index of the pair with the parent, -1 for the root. */
  readonly parentPairs: Int32Array;
}

/** Scratch of a chain: what one move writes down. */
export interface DepthScratch {
  /** [count] 1 for the subtree that is moved, 2 for the rest. */
  readonly sides: Int8Array;
  /** The subtree and the rest. */
  readonly members: Int32Array;
  readonly others: Int32Array;
  memberCount: number;
  /** Pairs across the cut, and what their depths differ by: as they are, and with the subtree mirrored [nm]. */
  readonly crossing: Int32Array;
  readonly differences: readonly [plain: Float64Array, mirrored: Float64Array];
  crossingCount: number;
  /** What a further contact weighs. */
  readonly furtherLog: number;
  /** Variance of the places across the beam, along one axis [nm2]. */
  readonly acrossNm2: number;
  /** Places: shift of the subtree [nm], ln of the weight, and 2 x place among the crossing pairs + 1 where it is mirrored. */
  readonly shifts: Float64Array;
  readonly logs: Float64Array;
  readonly hows: Int32Array;
}

/** Scratch for the chains of a problem. */
export function depthScratch({ particles, pairs, weights }: DepthProblem): DepthScratch {
  const { further, furtherByCompactness } = weights;
  return {
    furtherLog: further + furtherByCompactness * compactnessOf(particles),
    acrossNm2: spreadAcross(particles.xNm, particles.yNm),
    sides: new Int8Array(particles.count),
    members: new Int32Array(particles.count),
    others: new Int32Array(particles.count),
    memberCount: 0,
    crossing: new Int32Array(pairs.count),
    differences: [new Float64Array(pairs.count), new Float64Array(pairs.count)],
    crossingCount: 0,
    shifts: new Float64Array(4 * pairs.count),
    logs: new Float64Array(4 * pairs.count),
    hows: new Int32Array(4 * pairs.count),
  };
}

/** Overlaps that cost more than this, ln, rule a place out. */
const HOPELESS = 40;

/**
 * Cuts a particle's contact with its parent and hangs its subtree on any pair that may carry it, mirrored or not: a Gibbs draw among
 * all such places.
 *
 * A place has the weight of its contact times exp(-sum overlap^2/(2 softness^2)) over the pairs across the cut, times what other views
 * say of the depths.
 *
 * @param rng stream of the chain
 * @param state changed in place
 * @param problem particles, pairs, evidence
 * @param scratch of the problem
 * @param move particle that is not the root, and settings
 */
export function rehangInPlace(
  rng: RandomStream,
  state: DepthState,
  problem: DepthProblem,
  scratch: DepthScratch,
  { particle, settings }: { readonly particle: number; readonly settings: ChainSettings },
): DepthState {
  cutInto(scratch, state, problem, particle);
  const pivotNm = state.depthsNm[particle];
  const count = placesInto(scratch, state, problem, { pivotNm, settings });
  if (count === 0) return state;
  const chosen = drawPlace(rng, scratch.logs, count);
  const how = scratch.hows[chosen];
  const { members, memberCount, crossing, shifts } = scratch;
  for (let m = 0; m < memberCount; m++) {
    const i = members[m];
    const depth = state.depthsNm[i];
    state.depthsNm[i] = ((how & 1) === 1 ? 2 * pivotNm - depth : depth) + shifts[chosen];
  }
  return rerootInPlace(state, problem.pairs, scratch.sides, { particle, pair: crossing[how >> 1] });
}

/** Index of a place, by the weights exp(logs). */
function drawPlace(rng: RandomStream, logs: Float64Array, count: number): number {
  let most = -Infinity;
  for (let k = 0; k < count; k++) if (logs[k] > most) most = logs[k];
  let total = 0;
  for (let k = 0; k < count; k++) total += Math.exp(logs[k] - most);
  let rest = rng.uniform() * total;
  for (let k = 0; k < count - 1; k++) {
    rest -= Math.exp(logs[k] - most);
    if (rest < 0) return k;
  }
  return count - 1;
}

/** Parts the subtree of a particle from the rest, and lists the pairs between the two. */
function cutInto(
  scratch: DepthScratch,
  { parents, depthsNm }: DepthState,
  { particles: { count }, pairs }: DepthProblem,
  particle: number,
): DepthScratch {
  const { sides, members, others, crossing, differences } = scratch;
  let memberCount = 0;
  let otherCount = 0;
  sides.fill(0);
  sides[particle] = 1;
  for (let i = 0; i < count; i++) {
    let at = i;
    while (sides[at] === 0 && parents[at] >= 0) at = parents[at];
    const side = sides[at] === 1 ? 1 : 2;
    for (let up = i; up >= 0 && sides[up] === 0; up = parents[up]) sides[up] = side;
    if (side === 1) members[memberCount++] = i;
    else others[otherCount++] = i;
  }
  const isFewer = memberCount <= otherCount;
  const [walked, length, own] = isFewer ? [members, memberCount, 1] : [others, otherCount, 2];
  const { first, second, starts, ofParticle } = pairs;
  const pivotNm = depthsNm[particle];
  let found = 0;
  for (let m = 0; m < length; m++) {
    const i = walked[m];
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      const pair = ofParticle[k];
      const j = first[pair] === i ? second[pair] : first[pair];
      if (sides[j] === own) continue;
      const inside = depthsNm[isFewer ? i : j];
      const outside = depthsNm[isFewer ? j : i];
      crossing[found] = pair;
      differences[0][found] = outside - inside;
      differences[1][found] = outside - (2 * pivotNm - inside);
      found++;
    }
  }
  scratch.memberCount = memberCount;
  scratch.crossingCount = found;
  return scratch;
}

/** Weighs every place that the subtree may hang at; returns how many there are. */
function placesInto(
  scratch: DepthScratch,
  { depthsNm }: DepthState,
  { particles: { materialIndices }, pairs, weights, evidence }: DepthProblem,
  {
    pivotNm,
    settings: { softnessNm, logLabels },
  }: { readonly pivotNm: number; readonly settings: ChainSettings },
): number {
  const { crossing, crossingCount, differences, shifts, logs, hows, members, memberCount } = scratch;
  const { first, second, contactDepthNm, logDensity } = pairs;
  const costScale = 1 / (2 * softnessNm * softnessNm);
  const sums = depthSums(scratch, depthsNm);
  let count = 0;
  for (let k = 0; k < crossingCount; k++) {
    const pair = crossing[k];
    const carrying =
      logDensity[pair] + logLabels[materialIndices[first[pair]] + materialIndices[second[pair]]];
    if (carrying === -Infinity) continue;
    // a pair that stands side by side has one place, not one above and one below
    const signCount = contactDepthNm[pair] > 0 ? 2 : 1;
    for (let mode = 0; mode < 2 * signCount; mode++) {
      const isMirrored = mode & 1;
      const sign = mode < 2 ? 1 : -1;
      const shift = differences[isMirrored][k] + sign * contactDepthNm[pair];
      const fit = fitAcross(scratch, pairs, { shift, isMirrored, carrying: k, costScale });
      if (fit === -Infinity) continue;
      const offset = isMirrored === 1 ? 2 * pivotNm + shift : shift;
      const ratio = Math.log(depthVariance(sums, isMirrored === 1 ? -1 : 1, offset) / scratch.acrossNm2);
      let log = carrying + fit;
      log += weights.depthRatio * ratio + weights.depthRatioSquare * ratio * ratio;
      if (evidence !== null) {
        for (let m = 0; m < memberCount; m++) {
          const depth = depthsNm[members[m]];
          log += depthLogAt(evidence, members[m], isMirrored === 1 ? offset - depth : depth + offset);
        }
      }
      shifts[count] = shift;
      logs[count] = log;
      hows[count] = 2 * k + isMirrored;
      count++;
    }
  }
  return count;
}

/** Sums of depths and of their squares, of the subtree and of the rest. */
interface DepthSums {
  readonly count: number;
  readonly memberCount: number;
  readonly members: number;
  readonly others: number;
  readonly memberSquares: number;
  readonly otherSquares: number;
}

function depthSums({ sides, memberCount }: DepthScratch, depthsNm: Float64Array): DepthSums {
  let [members, others, memberSquares, otherSquares] = [0, 0, 0, 0];
  for (let i = 0; i < depthsNm.length; i++) {
    const depth = depthsNm[i];
    if (sides[i] === 1) {
      members += depth;
      memberSquares += depth * depth;
    } else {
      others += depth;
      otherSquares += depth * depth;
    }
  }
  return { count: depthsNm.length, memberCount, members, others, memberSquares, otherSquares };
}

/** Least variance of depths [nm2]: keeps the logarithm finite where all particles lie in one plane. */
const LEAST_VARIANCE_NM2 = 1;

/** Variance of all depths once those of the subtree are sign x depth + offset [nm2]. */
function depthVariance(sums: DepthSums, sign: number, offsetNm: number): number {
  const { count, memberCount, members, others, memberSquares, otherSquares } = sums;
  const moved = sign * members + memberCount * offsetNm;
  const movedSquares = memberSquares + 2 * sign * offsetNm * members + memberCount * offsetNm * offsetNm;
  const mean = (moved + others) / count;
  return LEAST_VARIANCE_NM2 + Math.max(0, (movedSquares + otherSquares) / count - mean * mean);
}

/** What the pairs across the cut say of a place: further contacts less overlaps, ln; -Infinity where spheres lie in one another. */
function fitAcross(
  { crossing, crossingCount, differences, furtherLog }: DepthScratch,
  { contactDepthNm, touchingDepthNm, contactNm, squares }: ProjectedPairs,
  {
    shift,
    isMirrored,
    carrying,
    costScale,
  }: {
    readonly shift: number;
    readonly isMirrored: number;
    readonly carrying: number;
    readonly costScale: number;
  },
): number {
  const apart = differences[isMirrored];
  let cost = 0;
  let furtherCount = 0;
  for (let l = 0; l < crossingCount; l++) {
    const pair = crossing[l];
    const depth = Math.abs(apart[l] - shift);
    if (depth > touchingDepthNm[pair] || l === carrying) continue;
    furtherCount++;
    if (depth >= contactDepthNm[pair]) continue;
    const overlap = contactNm[pair] - Math.sqrt(squares[pair] + depth * depth);
    cost += overlap * overlap * costScale;
    if (cost > HOPELESS) return -Infinity;
  }
  return furtherLog * furtherCount - cost;
}

/** Makes the subtree hang on the rest by a pair: its way up from there to where it hung before is turned round. */
function rerootInPlace(
  state: DepthState,
  { first, second }: ProjectedPairs,
  sides: Int8Array,
  { particle, pair }: { readonly particle: number; readonly pair: number },
): DepthState {
  const { parents, parentPairs } = state;
  let at = sides[first[pair]] === 1 ? first[pair] : second[pair];
  let parent = first[pair] === at ? second[pair] : first[pair];
  let through = pair;
  for (;;) {
    const [formerParent, formerPair] = [parents[at], parentPairs[at]];
    parents[at] = parent;
    parentPairs[at] = through;
    if (at === particle) return state;
    [parent, through, at] = [at, formerPair, formerParent];
  }
}
