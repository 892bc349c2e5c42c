import type { RandomStream } from "../core/index.ts";
import type { DepthProblem, DepthState } from "./depth-chain.ts";
import { depthLogAt } from "./depth-evidence.ts";
import type { DepthEvidence } from "./depth-evidence.ts";

/** How deep spheres may overlap in a first state, as a share of the distance of a contact. */
const SOFT_SHARE = 0.1;

/** Pairs looked at for the next particle where other views say where it should hang. */
const LOOKED_AT = 40;

/**
 * A first state of a chain: particles are hung one after another on those that hang already, in random order, above or below as they
 * overlap less. Where other views tell depths, the particle comes next that fits them best.
 *
 * @param rng stream of the chain
 * @param problem particles and pairs, which join all of them
 */
export function startDepths(rng: RandomStream, problem: DepthProblem): DepthState {
  const {
    particles: { count },
    pairs: { first, second, starts, ofParticle, contactDepthNm, logDensity },
    evidence,
  } = problem;
  const state: DepthState = {
    depthsNm: new Float64Array(count),
    parents: new Int32Array(count).fill(-1),
    parentPairs: new Int32Array(count).fill(-1),
  };
  const isPlaced = new Uint8Array(count);
  const open: number[] = [];
  const place = (i: number) => {
    isPlaced[i] = 1;
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      if (logDensity[ofParticle[k]] > -Infinity) open.push(ofParticle[k]);
    }
  };
  /** The better side of a pair of which one particle hangs. */
  const sideOf = (pair: number) => {
    const isFirst = isPlaced[first[pair]] === 1;
    const [parent, child] = isFirst ? [first[pair], second[pair]] : [second[pair], first[pair]];
    const places = [1, -1].map((sign) => state.depthsNm[parent] + sign * contactDepthNm[pair]);
    const [above, below] = places.map((depth) => costAt(problem, state, isPlaced, { child, depth }));
    const isAbove = above === below ? rng.uniform() < 0.5 : above < below;
    return { pair, parent, child, depth: places[isAbove ? 0 : 1], cost: Math.min(above, below) };
  };
  const root = evidence === null ? rng.integerBelow(count) : surestParticle(rng, evidence, count);
  state.depthsNm[root] = evidence === null ? 0 : likeliestDepth(evidence, root);
  place(root);
  while (open.length > 0) {
    let best: ReturnType<typeof sideOf> | null = null;
    for (let look = 0; look < (evidence === null ? 1 : LOOKED_AT) && open.length > 0; look++) {
      const at = rng.integerBelow(open.length);
      const pair = open[at];
      if (isPlaced[first[pair]] === isPlaced[second[pair]]) {
        open[at] = open[open.length - 1];
        open.pop();
        continue;
      }
      const side = sideOf(pair);
      if (best === null || side.cost < best.cost) best = side;
    }
    if (best === null) continue;
    const { pair, parent, child, depth } = best;
    state.depthsNm[child] = depth;
    state.parents[child] = parent;
    state.parentPairs[child] = pair;
    place(child);
  }
  return state;
}

function costAt(
  { pairs: { first, second, starts, ofParticle, contactNm, squares }, evidence }: DepthProblem,
  { depthsNm }: DepthState,
  isPlaced: Uint8Array,
  { child, depth }: { readonly child: number; readonly depth: number },
): number {
  let cost = evidence === null ? 0 : -depthLogAt(evidence, child, depth);
  for (let k = starts[child]; k < starts[child + 1]; k++) {
    const pair = ofParticle[k];
    const other = first[pair] === child ? second[pair] : first[pair];
    if (isPlaced[other] === 0) continue;
    const overlap = 1 - Math.sqrt(squares[pair] + (depth - depthsNm[other]) ** 2) / contactNm[pair];
    if (overlap > 1e-9) cost += (overlap / SOFT_SHARE) ** 2 / 2;
  }
  return cost;
}

function likeliestDepth({ logs, length, lowNm, stepNm }: DepthEvidence, particle: number): number {
  const row = logs.subarray(particle * length, (particle + 1) * length);
  let best = 0;
  for (let at = 1; at < length; at++) if (row[at] > row[best]) best = at;
  return lowNm + best * stepNm;
}

/** How far below the best a depth may be to count among the likely ones, ln. */
const LIKELY = 3;
/** The root is drawn among so many of those whose depth other views leave the least open. */
const SUREST = 3;

function surestParticle(rng: RandomStream, { logs, length }: DepthEvidence, count: number): number {
  const openness = Array.from({ length: count }, (_, i) => {
    const row = logs.subarray(i * length, (i + 1) * length);
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
    return row.reduce((sum, log) => sum + (log > most - LIKELY ? 1 : 0), 0);
  });
  const order = openness.map((_, i) => i).sort((a, b) => openness[a] - openness[b]);
  return order[rng.integerBelow(Math.min(SUREST, count))];
}
