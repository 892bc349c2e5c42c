import { coefficientOfDetermination, mean, median } from "../core/index.ts";
import type { DescriptorDefinition } from "./realisations.ts";
import { effectiveCount } from "./tilted-weights.ts";

/** Structures grown from the answer to one image. */
export interface StructureSet {
  /** Descriptors of the aggregate that was imaged. */
  readonly truth: Readonly<Record<string, number>>;
  readonly structures: readonly Readonly<Record<string, number>>[];
  /** [structures.length], together 1. */
  readonly weights: readonly number[];
}

/** How near structures of an answer come to the aggregate that was imaged. */
export interface StructureScore extends DescriptorDefinition {
  /** Of weighted means over the structures, against the aggregates' own. */
  readonly r2: number;
  /** Of weighted medians, which are nearest where distributions are skew. */
  readonly medianRelativeError: number;
  /** The same with even weights: what the parameters alone tell. */
  readonly r2ByParameters: number;
  readonly medianRelativeErrorByParameters: number;
  /** Share of the aggregates inside the central 95 % of their weighted structures. */
  readonly covered: number;
  readonly truth: readonly number[];
  readonly fromAnswer: readonly number[];
}

/** The scores of all descriptors. */
export interface StructureScores {
  readonly imageCount: number;
  /** Images from whose answer no structure could be grown. */
  readonly unrealisableCount: number;
  /** As many structures of even weight would tell as much: median over the images. */
  readonly effectiveCount: number;
  readonly descriptors: readonly StructureScore[];
}

/**
 * Scores weighted structures against the aggregates whose images they answer.
 *
 * @param sets one per image
 * @param definitions descriptors, the most important first
 */
export function scoreStructures(
  sets: readonly StructureSet[],
  definitions: readonly DescriptorDefinition[],
): StructureScores {
  const usable = sets.filter(({ structures }) => structures.length > 0);
  return {
    imageCount: usable.length,
    unrealisableCount: sets.length - usable.length,
    effectiveCount: median(usable.map(({ weights }) => effectiveCount(weights))),
    descriptors: definitions.map((definition) => scoreOf(definition, usable)),
  };
}

function scoreOf(definition: DescriptorDefinition, sets: readonly StructureSet[]): StructureScore {
  const rows = sets
    .map(({ truth, structures, weights }) => ({
      truth: truth[definition.key],
      values: structures.map((structure) => structure[definition.key]),
      weights,
    }))
    // an aggregate without one of the materials has no cluster of it
    .filter(({ truth, values }) => [truth, ...values].every(Number.isFinite));
  const truth = rows.map((row) => row.truth);
  const fromAnswer = rows.map(({ values, weights }) =>
    values.reduce((sum, value, k) => sum + weights[k] * value, 0),
  );
  const middles = rows.map((row) => weightedQuantile(row, 0.5));
  const inside = rows.filter((row) => {
    return row.truth >= weightedQuantile(row, 0.025) && row.truth <= weightedQuantile(row, 0.975);
  });
  return {
    ...definition,
    r2: coefficientOfDetermination(fromAnswer, truth),
    medianRelativeError: relativeError(middles, truth),
    r2ByParameters: coefficientOfDetermination(
      rows.map(({ values }) => mean(values)),
      truth,
    ),
    medianRelativeErrorByParameters: relativeError(
      rows.map(({ values }) => median(values)),
      truth,
    ),
    covered: inside.length / rows.length,
    truth,
    fromAnswer,
  };
}

function relativeError(predicted: readonly number[], truth: readonly number[]): number {
  const errors = truth.map((value, i) => Math.abs(predicted[i] - value) / Math.abs(value));
  return median(errors.filter(Number.isFinite));
}

/** The value below which so much of the weight lies. */
function weightedQuantile(
  { values, weights }: { readonly values: readonly number[]; readonly weights: readonly number[] },
  probability: number,
): number {
  const order = values.map((_, k) => k).sort((a, b) => values[a] - values[b]);
  let sum = 0;
  for (const k of order) {
    sum += weights[k];
    if (sum >= probability) return values[k];
  }
  return values[order[order.length - 1]];
}
