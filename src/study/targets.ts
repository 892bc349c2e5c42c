import { priorRange } from "../core/index.ts";
import type { Target } from "../inverse/index.ts";
import { AGGREGATE_PARAMETERS, materialsOfPrior, type AggregatePrior } from "../stochastic/index.ts";

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
      return { key, label: withMaterialNames(label, prior), unit, scale, low, high };
    },
  );
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
