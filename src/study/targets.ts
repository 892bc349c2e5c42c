import { priorRange } from "../core/index.ts";
import type { Target } from "../inverse/index.ts";
import type { SampleLabels } from "../corpus/index.ts";
import {
  AGGREGATE_DESCRIPTORS,
  AGGREGATE_PARAMETERS,
  materialsOfPrior,
  type AggregateDescriptorInfo,
  type AggregatePrior,
} from "../stochastic/index.ts";
import type { StudyConfig } from "./study-config.ts";

/**
 * The parameters a network can learn from a prior: all that vary in it.
 *
 * @param prior the recipe's prior; fixed parameters are not targets
 * @returns targets in the order of the model's parameter table, labelled with the materials' names
 * @example
 * import { aggregatePriorSchema } from "../src/stochastic/index.ts";
 * import { targetsOfPrior } from "../src/study/index.ts";
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

/** Descriptors that are sizes: always above 0, and spread over orders of magnitude. */
const LOG_DESCRIPTORS = /^(homoClusterSize|radiusOfGyration)/;

/**
 * All that a study's network learns: the parameters that vary, then the descriptors of the imaged aggregate.
 *
 * The bounds of a descriptor are its smallest and largest value among the training samples.
 *
 * @param config the study
 * @param labels of the training samples
 * @returns targets, parameters first
 * @throws RangeError where no sample has a descriptor
 */
export function targetsOfStudy(config: StudyConfig, labels: readonly SampleLabels[]): Target[] {
  const wanted = AGGREGATE_DESCRIPTORS.filter(({ key }) => config.training.descriptors.includes(key));
  return [
    ...targetsOfPrior(config.aggregate),
    ...wanted.map((info) => descriptorTarget(info, labels, config.aggregate)),
  ];
}

function descriptorTarget(
  { key, label, unit }: AggregateDescriptorInfo,
  labels: readonly SampleLabels[],
  prior: AggregatePrior,
): Target {
  const values = labels.map(({ descriptors }) => descriptors[key]).filter(Number.isFinite);
  if (values.length === 0) {
    throw new RangeError(
      `Cannot train on ${key}: at least one sample must have it, got none of ${labels.length}`,
    );
  }
  const [low, high] = [Math.min, Math.max].map((pick) => values.reduce((a, b) => pick(a, b)));
  const scale = LOG_DESCRIPTORS.test(key) ? "log" : "linear";
  const name = `${withMaterialNames(label, prior)}, this aggregate`;
  return { key, label: name, unit, scale, low, high, quantity: "descriptor" };
}

/**
 * A label of the model's tables with the materials' names for "first" and "second".
 *
 * @param label such as "mean radius, second"
 * @param prior the prior that names the materials
 * @returns such as "mean radius, WO3"
 */
export function withMaterialNames(label: string, prior: AggregatePrior): string {
  const [first, second] = materialsOfPrior(prior).map((material) => material.name);
  return label.replace(/\bfirst\b/, first).replace(/\bsecond\b/, second);
}
