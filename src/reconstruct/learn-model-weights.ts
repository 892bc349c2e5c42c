import type { RandomStream } from "../core/index.ts";
import { viewAggregate } from "../stem-sim/index.ts";
import { drawAggregate, type AggregatePrior } from "../stochastic/index.ts";
import { depthScratch, rehangInPlace } from "./depth-chain.ts";
import type { DepthProblem, DepthState } from "./depth-chain.ts";
import type { LabelPrior } from "./label-prior.ts";
import { compactnessOf, NO_WEIGHTS, spreadAcross, varianceOf, type ModelWeights } from "./model-weights.ts";
import { projectedPairs } from "./projected-pairs.ts";
import { drawLabels } from "./reconstruct-depths.ts";
import { projectAggregate } from "./projected-particles.ts";

/** How long the weights are learned. */
export interface LearningOptions {
  readonly aggregateCount: number;
  readonly rounds: number;
  readonly onRound?: (round: number, weights: ModelWeights) => void;
}

const KEYS = Object.keys(NO_WEIGHTS) as (keyof ModelWeights)[];
/** Overlaps of aggregates that are known exactly [nm]. */
const SOFTNESS_NM = 0.05;
/** Sweeps of every chain in a round. */
const SWEEPS = 2;
/** Step of a weight in the first half of the rounds, and after. */
const STEPS = [0.1, 0.03] as const;
/** Decays of Adam's averages of gradients and of their squares [kingma2015]. */
const [DECAY, SQUARE_DECAY] = [0.8, 0.98];
/** Share of the rounds, the last ones, that the weights are averaged over. */
const AVERAGED = 0.3;

/**
 * Learns what the stochastic model prefers from aggregates of a recipe whose depths are known: the weights under which trees and depths drawn over
 * their projections have the features of the true ones (persistent contrastive divergence [tieleman2008]).
 *
 *   d ln p(true)/d weight = feature(true) - E feature(drawn)
 *
 * @param rng stream of aggregates and chains
 * @param prior of the recipe
 * @param labelPrior how like touches like in that recipe
 * @param options aggregates and rounds
 */
export function learnModelWeights(
  rng: RandomStream,
  prior: AggregatePrior,
  labelPrior: LabelPrior,
  { aggregateCount, rounds, onRound = () => {} }: LearningOptions,
): ModelWeights {
  const chains = Array.from({ length: aggregateCount }, (_, k) =>
    knownChain(rng.fork("aggregate", k), prior),
  ).filter((chain) => chain !== null);
  const values = KEYS.map(() => 0);
  const gradients = KEYS.map(() => 0);
  const squares = KEYS.map(() => 0);
  const averages = KEYS.map(() => 0);
  const averaged = Math.max(1, Math.floor(AVERAGED * rounds));
  for (let round = 1; round <= rounds; round++) {
    const weights = weightsOf(values);
    const gradient = KEYS.map(() => 0);
    for (const { rng: own, problem, state, truth } of chains) {
      sweep(own, { ...problem, weights }, state, labelPrior);
      featuresOf(problem, state).forEach(
        (feature, q) => (gradient[q] += (truth[q] - feature) / chains.length),
      );
    }
    const step = STEPS[round <= rounds / 2 ? 0 : 1];
    gradient.forEach((own, q) => {
      gradients[q] = DECAY * gradients[q] + (1 - DECAY) * own;
      squares[q] = SQUARE_DECAY * squares[q] + (1 - SQUARE_DECAY) * own * own;
      const size = Math.sqrt(squares[q] / (1 - SQUARE_DECAY ** round)) + 1e-9;
      values[q] += (step * gradients[q]) / (1 - DECAY ** round) / size;
      if (round > rounds - averaged) averages[q] += values[q] / averaged;
    });
    onRound(round, weightsOf(values));
  }
  return weightsOf(averages);
}

const weightsOf = (values: readonly number[]) =>
  Object.fromEntries(KEYS.map((key, q) => [key, values[q]])) as unknown as ModelWeights;

/** A chain that starts at the truth, and the features of the truth. */
interface KnownChain {
  readonly rng: RandomStream;
  readonly problem: DepthProblem;
  readonly state: DepthState;
  readonly truth: readonly number[];
}

/** An aggregate as it lies under the beam after a random turn; null where contacts at the distance of the necking do not join all of it. */
function knownChain(rng: RandomStream, prior: AggregatePrior): KnownChain | null {
  const { aggregate, parameters } = drawAggregate(rng.fork("growth"), prior);
  const degrees = (range: number) => range * rng.uniform();
  const seen = viewAggregate(aggregate, {
    eulerAlphaDeg: degrees(360),
    eulerBetaDeg: (Math.acos(2 * rng.uniform() - 1) * 180) / Math.PI,
    eulerGammaDeg: degrees(360),
    tiltDeg: 0,
    offsetXNm: 0,
    offsetYNm: 0,
  });
  const particles = projectAggregate(seen);
  const problem: DepthProblem = {
    particles,
    pairs: projectedPairs(particles, parameters.necking),
    weights: NO_WEIGHTS,
    evidence: null,
  };
  const state = stateOfDepths(
    problem,
    Float64Array.from({ length: particles.count }, (_, i) => seen.centersNm[3 * i + 2]),
  );
  return state === null
    ? null
    : { rng: rng.fork("chain"), problem, state, truth: featuresOf(problem, state) };
}

/** Contacts at the distance of the necking, to round-off, carry. */
const ROUND_OFF = 1e-6;

/** The state of known depths: a tree of the contacts that carry; null where they do not join all particles. */
function stateOfDepths(
  { particles: { count }, pairs: { first, second, starts, ofParticle, squares, contactNm } }: DepthProblem,
  depthsNm: Float64Array,
): DepthState | null {
  const parents = new Int32Array(count).fill(-1);
  const parentPairs = new Int32Array(count).fill(-1);
  const isJoined = new Uint8Array(count);
  isJoined[0] = 1;
  const reached = [0];
  for (const i of reached) {
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      const pair = ofParticle[k];
      const j = first[pair] === i ? second[pair] : first[pair];
      const distanceNm = Math.sqrt(squares[pair] + (depthsNm[i] - depthsNm[j]) ** 2);
      if (isJoined[j] === 1 || distanceNm > contactNm[pair] * (1 + ROUND_OFF)) continue;
      isJoined[j] = 1;
      parents[j] = i;
      parentPairs[j] = pair;
      reached.push(j);
    }
  }
  return reached.length === count ? { depthsNm, parents, parentPairs } : null;
}

function sweep(rng: RandomStream, problem: DepthProblem, state: DepthState, labelPrior: LabelPrior): void {
  const { count, materialIndices } = problem.particles;
  const scratch = depthScratch(problem);
  const settings = {
    softnessNm: SOFTNESS_NM,
    logLabels: drawLabels(rng, labelPrior, materialIndices, state),
  };
  for (let move = 0; move < SWEEPS * count; move++) {
    const particle = rng.integerBelow(count);
    if (state.parents[particle] >= 0) rehangInPlace(rng, state, problem, scratch, { particle, settings });
  }
}

/** What each weight is a weight of, in the order of the weights. */
function featuresOf({ particles, pairs }: DepthProblem, { depthsNm, parentPairs }: DepthState): number[] {
  const isCarrying = new Uint8Array(pairs.count);
  for (const pair of parentPairs) if (pair >= 0) isCarrying[pair] = 1;
  let further = 0;
  for (let k = 0; k < pairs.count; k++) {
    const depth = Math.abs(depthsNm[pairs.first[k]] - depthsNm[pairs.second[k]]);
    if (isCarrying[k] === 0 && depth <= pairs.touchingDepthNm[k]) further++;
  }
  const ratio = Math.log((1 + varianceOf(depthsNm)) / spreadAcross(particles.xNm, particles.yNm));
  return [further, further * compactnessOf(particles), ratio, ratio * ratio];
}
