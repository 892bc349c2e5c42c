import type { RandomStream } from "../core/index.ts";
import { drawAggregate, findContacts, type Aggregate, type AggregatePrior } from "../stochastic/index.ts";
import { fitLabelPrior } from "./label-prior.ts";
import type { LabelCounts, LabelPrior } from "./label-prior.ts";

/** Aggregates that are grown for it: a second or two. */
const AGGREGATE_COUNT = 200;
/** Contacts at the distance of the necking, to round-off, carry the aggregate; nearer pairs there are none. */
const ROUND_OFF = 1e-6;

/**
 * Grows aggregates of a recipe and learns from them how like touches like.
 *
 * @param rng stream of the growth
 * @param prior of the recipe
 * @returns the prior of reconstructions under that recipe
 */
export function learnLabelPrior(rng: RandomStream, prior: AggregatePrior): LabelPrior {
  const counts = Array.from({ length: AGGREGATE_COUNT }, (_, k) => {
    const { aggregate, parameters } = drawAggregate(rng.fork(k), prior);
    return carryingContacts(aggregate, parameters.necking);
  });
  return fitLabelPrior(counts);
}

/** Contacts that carry an aggregate, by their materials. */
export function carryingContacts(aggregate: Aggregate, necking: number): LabelCounts {
  const { centersNm: c, radiiNm: r, materialIndices } = aggregate;
  const { first, second, contactCount } = findContacts(aggregate, 0);
  const byMaterials = [0, 0, 0];
  for (let k = 0; k < contactCount; k++) {
    const [i, j] = [first[k], second[k]];
    const distanceNm = Math.hypot(
      c[3 * i] - c[3 * j],
      c[3 * i + 1] - c[3 * j + 1],
      c[3 * i + 2] - c[3 * j + 2],
    );
    const isCarrying = distanceNm <= (1 - necking) * (r[i] + r[j]) * (1 + ROUND_OFF);
    if (isCarrying) byMaterials[materialIndices[i] + materialIndices[j]]++;
  }
  return labelCounts(materialIndices, byMaterials);
}

/** Counts of contacts by the sum of their material indices, with the particles of each material. */
export function labelCounts(materialIndices: Uint8Array, byMaterials: readonly number[]): LabelCounts {
  const secondCount = materialIndices.reduce((sum, material) => sum + material, 0);
  return {
    firstCount: materialIndices.length - secondCount,
    secondCount,
    homoFirst: byMaterials[0],
    hetero: byMaterials[1],
    homoSecond: byMaterials[2],
  };
}
