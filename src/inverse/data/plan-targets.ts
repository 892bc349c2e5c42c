import { priorRange } from "../../core/index.ts";
import { toScale, type Target } from "../../posterior/index.ts";
import {
  AGGREGATE_DESCRIPTORS,
  AGGREGATE_PARAMETERS,
  hasOneMaterial,
  materialChoices,
  nameMaterials,
  type AggregateDescriptorKey,
  type AggregatePrior,
} from "../../stochastic/index.ts";

/** What a network is to learn, as far as it is known before any sample is drawn. */
export interface TargetPlan {
  /** The parameters that vary in the prior. */
  readonly parameters: readonly Target[];
  /** Descriptors of the imaged aggregate; the training samples will say where they lie. */
  readonly descriptors: readonly DescriptorPlan[];
}

/** A descriptor to be learned, and what it can be. */
export interface DescriptorPlan extends DescriptorRange, Pick<Target, "label" | "unit"> {
  readonly key: string;
  /** Whether the network works where every number is possible. */
  readonly isBounded: boolean;
}

/** What a descriptor can be: least where nothing is in contact, most where everything is; no bounds for a length. */
interface DescriptorRange {
  readonly scale: Target["scale"];
  readonly least?: number;
  readonly most?: number;
  /** What lies this far beyond a bound is as far as the bound itself, on the scale; half a count by default. */
  readonly margin?: number;
}

/** Unit of lengths that are counted in the image's pixels. */
export const PIXEL_UNIT = "px";

/**
 * Plans all that a network learns: the parameters that vary, then the descriptors of the imaged aggregate.
 *
 * On the bounded scale a network works where every number is possible: parameters go through the logit of their place in
 * the prior, descriptors through what their bounds ask for.
 */
export function planTargets(
  prior: AggregatePrior,
  options: {
    readonly descriptors: readonly AggregateDescriptorKey[];
    readonly isBounded: boolean;
    /** What lengths are; nanometres by default. */
    readonly lengths?: "nm" | "pixels";
  },
): TargetPlan {
  const { descriptors, isBounded, lengths = "nm" } = options;
  const ranges = descriptorRanges(prior);
  const unitOf = (unit: string) => (unit === "nm" && lengths === "pixels" ? PIXEL_UNIT : unit);
  const parameters = parameterTargets(prior).map((target) => ({ ...target, unit: unitOf(target.unit) }));
  return {
    parameters: isBounded ? parameters.map(withinPrior) : parameters,
    descriptors: AGGREGATE_DESCRIPTORS.filter(({ key }) => descriptors.includes(key)).map(
      ({ key, label, unit }) => {
        return { key, label: ownName(label, namesOf(prior)), unit: unitOf(unit), ...ranges[key], isBounded };
      },
    ),
  };
}

/**
 * The parameters a network can learn from a prior: all that vary in it.
 *
 * @example
 * import { aggregatePriorSchema } from "../src/stochastic/index.ts";
 * import { parameterTargets } from "../src/inverse/data/plan-targets.ts";
 * import { expect } from "vitest";
 * const prior = aggregatePriorSchema.parse({ fractalPrefactor: 1.3 });
 * expect(parameterTargets(prior).map((target) => target.key)).not.toContain("fractalPrefactor");
 */
export function parameterTargets(prior: AggregatePrior): Target[] {
  return AGGREGATE_PARAMETERS.filter(({ key }) => typeof prior[key] !== "number").map(
    ({ key, label, unit }) => {
      const distribution = prior[key];
      const [low, high] = priorRange(distribution);
      const scale = typeof distribution === "object" && "logUniform" in distribution ? "log" : "linear";
      const name = nameMaterials(label, namesOf(prior));
      return { key, label: name, unit, scale, low, high, quantity: "parameter" };
    },
  );
}

/**
 * What an image tells a parameter by, as share of the prior's range: what is stated up to there beyond the end is the end. A
 * smaller margin stretches differences that nobody can see, and costs the rest of the range (docs/decisions/bounded-targets.md).
 */
const MARGIN_OF_RANGE = 0.05;
/** Standard deviation of ln((u + h) / (1 + h - u)) for u uniform in 0 to 1 and that margin h. */
const LOGIT_DEVIATION = 1.3644;

/** A parameter through the logit of its place in the prior. */
function withinPrior(target: Target): Target {
  const [low, high] = [target.low, target.high].map((value) => toScale(target, value));
  const margin = MARGIN_OF_RANGE * (high - low);
  return {
    ...target,
    transform: { kind: "logit", low, high, margin, center: 0, deviation: LOGIT_DEVIATION },
  };
}

/** What the descriptors of aggregates can be whose particle counts a prior limits. */
function descriptorRanges(prior: AggregatePrior): Readonly<Record<AggregateDescriptorKey, DescriptorRange>> {
  const [fewest, most] = priorRange(prior.particleCount).map(Math.round);
  const heteroCoordination: DescriptorRange = { scale: "linear", least: 0 };
  const clusterSize: DescriptorRange = { scale: "log", least: 1, most };
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

/** The targets of a model file under today's labels, whatever the version that wrote it. */
export function relabelTargets(targets: readonly Target[], materials: readonly [string, string]): Target[] {
  return targets.map((target) => {
    const parameter = AGGREGATE_PARAMETERS.find(({ key }) => key === target.key);
    if (parameter !== undefined) return { ...target, label: nameMaterials(parameter.label, materials) };
    const descriptor = AGGREGATE_DESCRIPTORS.find(({ key }) => key === target.key);
    return descriptor === undefined ? target : { ...target, label: ownName(descriptor.label, materials) };
  });
}

/** A descriptor as a target: that of the imaged aggregate, where a parameter is the powder's. */
function ownName(label: string, materials: readonly [string, string]): string {
  return `${nameMaterials(label, materials)} (this aggregate)`;
}

/** Names of the prior's materials; where aggregates choose theirs, what they are to one another. */
export function namesOf(prior: Pick<AggregatePrior, "materials">): [string, string] {
  const choices = materialChoices(prior);
  if (choices.length > 1)
    return hasOneMaterial(prior) ? ["the material", "none"] : ["lighter material", "heavier material"];
  const [first, second] = choices[0];
  return [first.name, second.name];
}
