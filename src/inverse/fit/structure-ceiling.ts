import { coefficientOfDetermination, mean, standardDeviation } from "../../core/index.ts";
import {
  estimateClassically,
  fitClassicalEstimate,
  toScaleCode,
  type Target,
} from "../../posterior/index.ts";
import type { Sample, SampleLabels } from "../../corpus/index.ts";
import { cutToField, type PreparedMicroscope } from "../../stem-sim/index.ts";
import { describeAggregate, type Aggregate, type AggregateDescriptors } from "../../stochastic/index.ts";
import { truthsOf } from "../data/data-set.ts";

/** What is measured of one aggregate whose every sphere is known. */
export interface StructureStatistics {
  readonly labels: SampleLabels;
  /** Estimators of the model's parameters from the spheres themselves. */
  readonly statistics: Float64Array;
}

/** Estimators of the model's parameters from an aggregate whose every sphere is known. */
export function structureStatistics({
  aggregate,
  labels,
}: Pick<Sample, "aggregate" | "labels">): StructureStatistics {
  return { labels, statistics: estimatorsOf(aggregate, labels.descriptors) };
}

/** The same of the particles that the image shows: what lies outside the field tells nothing. */
export function fieldStatistics(
  { aggregate, labels }: Pick<Sample, "aggregate" | "labels">,
  prepared: PreparedMicroscope,
): StructureStatistics {
  const seen = cutToField(aggregate, { prepared, settings: labels.microscope });
  if (seen.particleCount === aggregate.particleCount) return structureStatistics({ aggregate, labels });
  const statistics = estimatorsOf(seen, describeAggregate(seen));
  return { labels, statistics: seen.particleCount < 2 ? statistics.fill(0) : statistics };
}

function estimatorsOf(aggregate: Aggregate, descriptors: AggregateDescriptors): Float64Array {
  const logRadii = [0, 1].map((material) => logRadiiOf(aggregate, material));
  const all = [...logRadii[0], ...logRadii[1]];
  const logCount = Math.log(aggregate.particleCount);
  const logSize = Math.log(descriptors.radiusOfGyrationNm) - mean(all);
  const statistics = [
    logRadii[1].length / aggregate.particleCount,
    ...logRadii.map((values) => Math.exp(mean(values))),
    ...logRadii.map((values) => Math.exp(standardDeviation(values))),
    Math.log(descriptors.homoClusterSizeFirst),
    Math.log(descriptors.homoClusterSizeSecond),
    descriptors.heteroContactFraction,
    descriptors.meanCoordination,
    logCount,
    aggregate.particleCount,
    logCount / logSize,
    1 / logSize,
  ];
  // an aggregate without one of the materials says nothing of it
  return Float64Array.from(statistics, (value) => (Number.isFinite(value) ? value : 0));
}

function logRadiiOf({ radiiNm, materialIndices }: Aggregate, material: number): number[] {
  return Array.from(radiiNm, Math.log).filter((_, i) => materialIndices[i] === material);
}

/**
 * How well each target is known from the spheres of one aggregate, by a linear fit to the estimators.
 *
 * For a parameter of the powder the rest is mostly the randomness of a single realisation, which only more aggregates can
 * average away. A fit is no limit: one that is not linear finds a little more.
 */
export function structureCeilings(
  targets: readonly Target[],
  fitted: readonly StructureStatistics[],
  heldOut: readonly StructureStatistics[],
): Record<string, number> {
  const codesOf = ({ labels }: StructureStatistics) => {
    const truths = truthsOf(labels);
    return targets.map((target) => toScaleCode(target, truths[target.key]));
  };
  // an aggregate without one of the materials has no value for its clusters
  const isWhole = (one: StructureStatistics) => codesOf(one).every(Number.isFinite);
  const [known, unknown] = [fitted.filter(isWhole), heldOut.filter(isWhole)];
  const statisticsOf = ({ statistics }: StructureStatistics) => statistics;
  const estimate = fitClassicalEstimate(known.map(statisticsOf), known.map(codesOf));
  const found = unknown.map((one) => estimateClassically(estimate, one.statistics));
  const truths = unknown.map(codesOf);
  const r2 = (t: number) =>
    coefficientOfDetermination(
      found.map((row) => row[t]),
      truths.map((row) => row[t]),
    );
  return Object.fromEntries(targets.map(({ key }, t) => [key, r2(t)]));
}
