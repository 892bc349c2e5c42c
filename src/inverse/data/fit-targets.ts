import { mean, rangeError, standardDeviation } from "../../core/index.ts";
import { toLine, toScale, type Target, type Transform } from "../../posterior/index.ts";
import { truthsOf } from "./data-set.ts";
import type { ImageLabels } from "./labelled-sample.ts";
import type { DescriptorPlan, TargetPlan } from "./plan-targets.ts";

/**
 * The targets of a plan with what only samples can say: a descriptor's range, or its standardisation on the bounded scale.
 *
 * @throws RangeError where no sample has a descriptor
 */
export function fitTargets(
  { parameters, descriptors }: TargetPlan,
  labels: readonly Pick<ImageLabels, "descriptors">[],
): Target[] {
  return [...parameters, ...descriptors.map((descriptor) => fitDescriptor(descriptor, labels))];
}

function fitDescriptor(plan: DescriptorPlan, labels: readonly Pick<ImageLabels, "descriptors">[]): Target {
  const { key, label, unit, scale, isBounded } = plan;
  const values = labels
    .map((line) => truthsOf({ ...line, parameters: {} })[key])
    .filter((value) => value !== undefined && Number.isFinite(value));
  if (values.length === 0) {
    throw rangeError(
      { action: `train on ${key}` },
      "at least one sample must have it",
      `none of ${labels.length}`,
    );
  }
  const [low, high] = [Math.min, Math.max].map((pick) => values.reduce((a, b) => pick(a, b)));
  const target: Target = { key, label, unit, scale, low, high, quantity: "descriptor" };
  return isBounded ? withinPossible(target, values, plan) : target;
}

/** A descriptor through the transform that its bounds ask for. */
function withinPossible(target: Target, values: readonly number[], plan: DescriptorPlan): Target {
  const numbers = values.map((value) => toScale(target, value));
  const transform = transformOf(plan, deviationOf(numbers));
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

/** Margin of what is counted: half a count among about fifty particles or contacts, the middle of the prior. */
const HALF_COUNT = 0.01;

function transformOf(
  { scale, least, most, margin = HALF_COUNT }: DescriptorPlan,
  deviation: number,
): Transform {
  if (least === undefined) return { kind: "identity" };
  const bounded = { low: toScale({ scale }, least), margin };
  if (most === undefined) return { kind: "softplus", ...bounded, bend: deviation };
  return { kind: "logit", ...bounded, high: toScale({ scale }, most) };
}
