import type { Material, RandomStream } from "../core/index.ts";
import { AGGREGATE_DESCRIPTORS, CONTACT_TOLERANCE, describeAggregate } from "../stochastic/index.ts";
import type { Aggregate, AggregateDescriptorKey, AggregateDescriptors } from "../stochastic/index.ts";
import { convergenceOf, type Convergence } from "./convergence.ts";
import { depthScratch, rehangInPlace } from "./depth-chain.ts";
import type { DepthProblem, DepthState } from "./depth-chain.ts";
import { depthEvidence, depthLogAt } from "./depth-evidence.ts";
import { drawPreference, type LabelPrior } from "./label-prior.ts";
import { labelCounts } from "./learn-label-prior.ts";
import type { ModelWeights } from "./model-weights.ts";
import { projectedPairs } from "./projected-pairs.ts";
import type { ProjectedParticles, TiltedView } from "./projected-particles.ts";
import { startDepths } from "./start-depths.ts";

/** What a reconstruction is made from. */
export interface ReconstructionProblem {
  readonly particles: ProjectedParticles;
  readonly materials: readonly [Material, Material];
  /** Overlap of touching particles, as a share of the sum of their radii. */
  readonly necking: number;
  readonly labelPrior: LabelPrior;
  readonly weights: ModelWeights;
  /** Further views of the same aggregate. */
  readonly views: readonly TiltedView[];
}

/** How long chains are. */
export interface ReconstructionOptions {
  readonly chainCount: number;
  /** Draws of all chains together; a multiple of the chains. */
  readonly drawCount: number;
  /** States of a chain that contacts and convergence are counted over, at least; 24. */
  readonly leastRecords?: number;
  /** Called with the share that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** One structure that looks like the image. */
export interface ReconstructionDraw {
  readonly chain: number;
  readonly aggregate: Aggregate;
  readonly descriptors: AggregateDescriptors;
}

/** Structures that look like an image, and what they agree on. */
export interface Reconstruction {
  readonly draws: readonly ReconstructionDraw[];
  /** Pairs that may touch: how many of the recorded states have them in contact, and the spread of their depths. */
  readonly contacts: readonly ContactProbability[];
  readonly convergence: Readonly<Record<AggregateDescriptorKey, Convergence>>;
}

/** How probable it is that two particles touch. */
export interface ContactProbability {
  readonly first: number;
  readonly second: number;
  readonly probability: number;
}

/** Sweeps, each of as many moves as there are particles: until a chain has forgotten its start, and from one record to the next. */
const WARM_SWEEPS = 80;
const SWEEPS_A_RECORD = 6;
/** Least records a chain: what convergence and contacts are counted over. */
const LEAST_RECORDS = 24;
/** Softness at the start, and the least there is [nm]. */
const SOFT_START_NM = 2;
const LEAST_SOFTNESS_NM = 0.05;
/** Share of the warm sweeps in which the softness falls. */
const COOLING_SHARE = 0.7;

/**
 * Draws structures that look like a view of particles: their depths, and which of them touch, by Markov chains over the trees of
 * contacts that carry the aggregate.
 *
 * The prior is the stochastic model's: contacts at the distance of the necking in directions even over the sphere, no pair nearer, like
 * touching like as often as in aggregates of the recipe. The view fixes all but depths; further views say more of those.
 *
 * @param rng stream of the chains
 * @param problem particles of the view, materials, necking, label prior, further views
 * @param options chains and draws
 * @returns draws, probabilities of contacts, convergence
 * @example
 * import { findMaterial, openRandomStream } from "../src/core/index.ts";
 * import { reconstructDepths, SHIPPED_WEIGHTS, singleMaterialPrior } from "../src/reconstruct/index.ts";
 * import { expect } from "vitest";
 * const pair = {
 *   particles: {
 *     count: 2,
 *     xNm: Float64Array.of(0, 4),
 *     yNm: Float64Array.of(0, 0),
 *     radiiNm: Float64Array.of(5, 5),
 *     materialIndices: Uint8Array.of(0, 1),
 *     errorNm: 0,
 *   },
 *   materials: [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const,
 *   necking: 0.2,
 *   labelPrior: singleMaterialPrior(),
 *   weights: SHIPPED_WEIGHTS,
 *   views: [],
 * };
 * const { draws } = reconstructDepths(openRandomStream(1), pair, { chainCount: 2, drawCount: 4 });
 * const { centersNm } = draws[0].aggregate;
 * // a contact of 8 nm, of which 4 nm lie across the beam
 * expect(Math.abs(centersNm[5] - centersNm[2])).toBeCloseTo(Math.sqrt(48), 6);
 */
export function reconstructDepths(
  rng: RandomStream,
  problem: ReconstructionProblem,
  { chainCount, drawCount, leastRecords = LEAST_RECORDS, onProgress = () => {} }: ReconstructionOptions,
): Reconstruction {
  const chainProblem = chainProblemOf(problem);
  const { particles, pairs } = chainProblem;
  const drawsAChain = Math.ceil(drawCount / chainCount);
  const recordCount = Math.max(leastRecords, drawsAChain);
  const inContact = new Float64Array(pairs.count);
  const draws: ReconstructionDraw[] = [];
  const traces: AggregateDescriptors[][] = [];
  for (let chain = 0; chain < chainCount; chain++) {
    const trace: AggregateDescriptors[] = [];
    walk(
      rng.fork("chain", chain),
      chainProblem,
      { labelPrior: problem.labelPrior, recordCount },
      (state, record) => {
        const aggregate = aggregateOf(particles, problem.materials, state);
        const descriptors = describeAggregate(aggregate);
        countContacts(inContact, chainProblem, state);
        trace.push(descriptors);
        // draws stand evenly over the records
        if (
          Math.floor(((record + 1) * drawsAChain) / recordCount) >
          Math.floor((record * drawsAChain) / recordCount)
        ) {
          draws.push({ chain, aggregate, descriptors });
        }
        onProgress((chain + (record + 1) / recordCount) / chainCount);
      },
    );
    traces.push(trace);
  }
  const contacts = Array.from(inContact, (count, k) => ({
    first: pairs.first[k],
    second: pairs.second[k],
    probability: count / (recordCount * chainCount),
  }));
  const convergence = AGGREGATE_DESCRIPTORS.map(({ key }) => {
    const values = traces.map((trace) => trace.map((row) => row[key]).filter(Number.isFinite));
    return [key, convergenceOf(values)] as const;
  });
  return { draws, contacts, convergence: Object.fromEntries(convergence) as Reconstruction["convergence"] };
}

function chainProblemOf({ particles, necking, weights, views }: ReconstructionProblem): DepthProblem {
  const { xNm, yNm, radiiNm } = particles;
  const extent = (values: Float64Array) =>
    values.reduce((a, b) => Math.max(a, b), -Infinity) - values.reduce((a, b) => Math.min(a, b), Infinity);
  // an aggregate is seldom deeper than it is wide
  const reachNm = Math.max(extent(xNm), extent(yNm)) + 2 * radiiNm.reduce((a, b) => Math.max(a, b), 0);
  return {
    particles,
    pairs: projectedPairs(particles, necking),
    weights,
    evidence: views.length === 0 ? null : depthEvidence(particles, views, reachNm),
  };
}

/** One chain: a start, cooling, and records. */
function walk(
  rng: RandomStream,
  problem: DepthProblem,
  { labelPrior, recordCount }: { readonly labelPrior: LabelPrior; readonly recordCount: number },
  onRecord: (state: DepthState, record: number) => void,
): void {
  const { count, materialIndices } = problem.particles;
  const scratch = depthScratch(problem);
  const softest = Math.max(LEAST_SOFTNESS_NM, problem.particles.errorNm);
  const state = startDepths(rng, problem);
  const sweep = (softnessNm: number) => {
    const settings = { softnessNm, logLabels: drawLabels(rng, labelPrior, materialIndices, state) };
    for (let move = 0; move < count; move++) {
      const particle = rng.integerBelow(count);
      if (state.parents[particle] < 0) continue;
      rehangInPlace(rng, state, problem, scratch, { particle, settings });
    }
    if (problem.evidence !== null) shiftInPlace(rng, state, problem);
  };
  for (let k = 0; k < WARM_SWEEPS; k++) {
    const warmth = Math.max(0, 1 - k / (COOLING_SHARE * WARM_SWEEPS));
    sweep(softest * Math.max(1, SOFT_START_NM / softest) ** warmth);
  }
  for (let record = 0; record < recordCount; record++) {
    for (let k = 0; k < SWEEPS_A_RECORD; k++) sweep(softest);
    onRecord(state, record);
  }
}

/** Draws how like touches like, by the carrying contacts of a state. */
export function drawLabels(
  rng: RandomStream,
  labelPrior: LabelPrior,
  materialIndices: Uint8Array,
  { parents }: DepthState,
): readonly [number, number, number] {
  const byMaterials = [0, 0, 0];
  parents.forEach((parent, i) => {
    if (parent >= 0) byMaterials[materialIndices[i] + materialIndices[parent]]++;
  });
  const [first, second] = drawPreference(rng, labelPrior, labelCounts(materialIndices, byMaterials));
  return [first, 0, second];
}

/** Steps of a shift of the whole, each way, in steps of the evidence's table. */
const SHIFT_STEPS = 12;

/** Shifts the whole along the beam: a Gibbs draw among some steps, by what further views say. */
function shiftInPlace(rng: RandomStream, { depthsNm }: DepthState, { evidence }: DepthProblem): void {
  if (evidence === null) return;
  const logs = Array.from({ length: 2 * SHIFT_STEPS + 1 }, (_, k) =>
    depthsNm.reduce(
      (sum, depth, i) => sum + depthLogAt(evidence, i, depth + (k - SHIFT_STEPS) * evidence.stepNm),
      0,
    ),
  );
  const most = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - most));
  let rest = rng.uniform() * weights.reduce((a, b) => a + b, 0);
  const chosen = weights.findIndex((weight) => (rest -= weight) < 0);
  const shiftNm = ((chosen < 0 ? SHIFT_STEPS : chosen) - SHIFT_STEPS) * evidence.stepNm;
  for (let i = 0; i < depthsNm.length; i++) depthsNm[i] += shiftNm;
}

/** Counts the pairs that touch in a state. */
function countContacts(
  counts: Float64Array,
  { particles: { radiiNm }, pairs: { count, first, second, squares } }: DepthProblem,
  { depthsNm }: DepthState,
): void {
  for (let k = 0; k < count; k++) {
    const reach = (radiiNm[first[k]] + radiiNm[second[k]]) * (1 + CONTACT_TOLERANCE);
    if (squares[k] + (depthsNm[first[k]] - depthsNm[second[k]]) ** 2 <= reach * reach) counts[k]++;
  }
}

/** The particles with the depths of a state, moved along the beam so that the centre of volume has depth 0. */
function aggregateOf(
  { count, xNm, yNm, radiiNm, materialIndices }: ProjectedParticles,
  materials: readonly [Material, Material],
  { depthsNm }: DepthState,
): Aggregate {
  const volumes = radiiNm.map((radius) => radius ** 3);
  const total = volumes.reduce((a, b) => a + b, 0);
  const middle = depthsNm.reduce((sum, depth, i) => sum + volumes[i] * depth, 0) / total;
  const centersNm = new Float64Array(3 * count);
  for (let i = 0; i < count; i++) {
    centersNm[3 * i] = xNm[i];
    centersNm[3 * i + 1] = yNm[i];
    centersNm[3 * i + 2] = depthsNm[i] - middle;
  }
  return { particleCount: count, centersNm, radiiNm, materialIndices, materials };
}
