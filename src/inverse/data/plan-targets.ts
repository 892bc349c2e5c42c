import { mean, priorRange, standardDeviation } from "../../core/index.ts";
import { toLine, toScale, type Target, type Transform } from "../../posterior/index.ts";
import type { SampleLabels } from "../../corpus/index.ts";
import {
  AGGREGATE_DESCRIPTORS,
  AGGREGATE_PARAMETERS,
  materialsOfPrior,
  type AggregateDescriptorInfo,
  type AggregateDescriptorKey,
  type AggregatePrior,
} from "../../stochastic/index.ts";
import { headOfConfig, type InversionRecipe } from "./inversion-recipe.ts";

/**
 * The parameters a network can learn from a prior: all that vary in it.
 *
 * @example
 * import { aggregatePriorSchema } from "../src/stochastic/index.ts";
 * import { targetsOfPrior } from "../src/inverse/data/plan-targets.ts";
 * import { expect } from "vitest";
 * const prior = aggregatePriorSchema.parse({ fractalPrefactor: 1.3 });
 * expect(targetsOfPrior(prior).map((target) => target.key)).not.toContain("fractalPrefactor");
 */
export function targetsOfPrior(prior: AggregatePrior): Target[] {
  return AGGREGATE_PARAMETERS.filter(({ key }) => typeof prior[key] !== "number").map(
    ({ key, label, unit }) => {
      const law = prior[key];
      const [low, high] = priorRange(law);
      const scale = typeof law === "object" && "logUniform" in law ? "log" : "linear";
      return { key, label: withMaterialNames(label, prior), unit, scale, low, high, quantity: "parameter" };
    },
  );
}

/** What a descriptor can be: least where nothing is in contact, most where everything is; no bounds for a length. */
interface DescriptorLaw {
  readonly scale: Target["scale"];
  readonly least?: number;
  readonly most?: number;
}

/** What the descriptors of aggregates can be whose particle counts a prior limits. */
function descriptorLaws(prior: AggregatePrior): Readonly<Record<AggregateDescriptorKey, DescriptorLaw>> {
  const [fewest, most] = priorRange(prior.particleCount).map(Math.round);
  const heteroCoordination: DescriptorLaw = { scale: "linear", least: 0 };
  const clusterSize: DescriptorLaw = { scale: "log", least: 1, most };
  return {
    // N particles hang together by N - 1 contacts or more: 2 |E| / N >= 2 (1 - 1/N)
    meanCoordination: { scale: "linear", least: 2 * (1 - 1 / fewest) },
    heteroCoordinationAll: heteroCoordination,
    heteroCoordinationFirst: heteroCoordination,
    heteroCoordinationSecond: heteroCoordination,
    heteroContactFraction: { scale: "linear", least: 0, most: 1 },
    homoClusterSizeFirst: clusterSize,
    homoClusterSizeSecond: clusterSize,
    radiusOfGyrationNm: { scale: "log" },
  };
}

/** Margin of what is counted: half a count among about fifty particles or contacts, the middle of the prior. */
const HALF_COUNT = 0.01;
/**
 * What an image tells a parameter by, as share of the prior's range: what is stated up to there beyond the end is the end. A
 * smaller margin stretches differences that nobody can see, and costs the rest of the range (docs/decisions/bounded-targets.md).
 */
const MARGIN_OF_RANGE = 0.05;
/** Standard deviation of ln((u + h) / (1 + h - u)) for u uniform in 0 to 1 and that margin h. */
const LOGIT_DEVIATION = 1.3644;

/**
 * All that a study's network learns: the parameters that vary, then the descriptors of the imaged aggregate.
 *
 * On the bounded scale a network works where every number is possible: parameters go through the logit of their place
 * in the prior, descriptors through what their bounds ask for, standardised by the training samples. On the prior's scale
 * a descriptor lies between the smallest and the largest value of the training samples.
 *
 * @throws RangeError where no sample has a descriptor
 */
export function targetsOfStudy(config: InversionRecipe, labels: readonly SampleLabels[]): Target[] {
  const wanted = AGGREGATE_DESCRIPTORS.filter(({ key }) => config.training.descriptors.includes(key));
  const isBounded = config.training.targetScale === "bounded" && headOfConfig(config).kind !== "point";
  return [
    ...targetsOfPrior(config.aggregate).map((target) => (isBounded ? withinPrior(target) : target)),
    ...wanted.map((info) => descriptorTarget(info, labels, { prior: config.aggregate, isBounded })),
  ];
}

/** A parameter through the logit of its place in the prior. */
function withinPrior(target: Target): Target {
  const [low, high] = [target.low, target.high].map((value) => toScale(target, value));
  const margin = MARGIN_OF_RANGE * (high - low);
  return {
    ...target,
    transform: { kind: "logit", low, high, margin, center: 0, deviation: LOGIT_DEVIATION },
  };
}

function descriptorTarget(
  { key, label, unit }: AggregateDescriptorInfo,
  labels: readonly SampleLabels[],
  { prior, isBounded }: { readonly prior: AggregatePrior; readonly isBounded: boolean },
): Target {
  const values = labels.map(({ descriptors }) => descriptors[key]).filter(Number.isFinite);
  if (values.length === 0) {
    throw new RangeError(
      `Cannot train on ${key}: at least one sample must have it, got none of ${labels.length}`,
    );
  }
  const [low, high] = [Math.min, Math.max].map((pick) => values.reduce((a, b) => pick(a, b)));
  const law = descriptorLaws(prior)[key];
  const name = `${withMaterialNames(label, prior)}, this aggregate`;
  const target: Target = { key, label: name, unit, scale: law.scale, low, high, quantity: "descriptor" };
  return isBounded ? withinPossible(target, values, law) : target;
}

/** A descriptor through the transform that its bounds ask for. */
function withinPossible(target: Target, values: readonly number[], law: DescriptorLaw): Target {
  const numbers = values.map((value) => toScale(target, value));
  const transform = transformOf(law, deviationOf(numbers));
  const places = numbers.map((value) => toLine(transform, value));
  return {
    ...target,
    transform: { ...transform, center: mean(places), deviation: deviationOf(places) },
  };
}

/** 1 where all samples are alike: there is nothing to be learned then, and nothing to divide by. */
function deviationOf(values: readonly number[]): number {
  return standardDeviation(values) || 1;
}

function transformOf({ scale, least, most }: DescriptorLaw, deviation: number): Transform {
  if (least === undefined) return { kind: "identity" };
  const bounded = { low: toScale({ scale }, least), margin: HALF_COUNT };
  if (most === undefined) return { kind: "softplus", ...bounded, bend: deviation };
  return { kind: "logit", ...bounded, high: toScale({ scale }, most) };
}

/** A label of the model's tables with the materials' names for "first" and "second". */
export function withMaterialNames(label: string, prior: AggregatePrior): string {
  const [first, second] = materialsOfPrior(prior).map((material) => material.name);
  return label.replace(/\bfirst\b/, first).replace(/\bsecond\b/, second);
}
