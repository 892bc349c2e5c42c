import { openRandomStream, priorRange, type Material } from "../core/index.ts";
import { materialsOfPrior, type AggregatePrior } from "../stochastic/index.ts";
import { learnLabelPrior } from "./learn-label-prior.ts";
import { singleMaterialPrior, type LabelPrior } from "./label-prior.ts";

/** What is believed before an image is seen. */
export interface PriorPlan {
  /** Names of the materials: one where all particles are alike. */
  readonly names: readonly string[];
  readonly materials: readonly [Material, Material];
  /** Overlap of touching particles, as a share of the sum of their radii. */
  readonly necking: number;
  readonly labelPrior: LabelPrior;
}

/** What a recipe says of its aggregates; how like touches like is learned when it is asked for. */
export interface PriorSource extends Pick<PriorPlan, "materials" | "necking"> {
  readonly labelPrior: () => LabelPrior;
}

/** What a recipe says of its aggregates, necks by the middle of their range. */
export function priorOfRecipe({
  seed,
  aggregate,
}: {
  readonly seed: number;
  readonly aggregate: AggregatePrior;
}): PriorSource {
  const [low, high] = priorRange(aggregate.necking);
  const labelPrior = () => learnLabelPrior(openRandomStream(seed, "labels"), aggregate);
  return { materials: materialsOfPrior(aggregate), necking: (low + high) / 2, labelPrior };
}

/**
 * The prior of a reconstruction: a recipe's, with its materials or with those that were named.
 *
 * @param source the recipe's part; growing knows no materials, so that it holds for any two
 * @param materials none: those of the recipe; one: that of all particles; two in their place
 * @returns the prior
 * @example
 * import { findMaterial } from "../src/core/index.ts";
 * import { planPrior, singleMaterialPrior } from "../src/reconstruct/index.ts";
 * import { expect } from "vitest";
 * const [a, b] = [findMaterial("TiO2-anatase"), findMaterial("WO3")];
 * const source = { materials: [a, b] as const, necking: 0.1, labelPrior: singleMaterialPrior };
 * expect(planPrior(source, []).names).toEqual(["TiO2-anatase", "WO3"]);
 * expect(planPrior(source, [b]).materials).toEqual([b, b]);
 */
export function planPrior(source: PriorSource, materials: readonly Material[]): PriorPlan {
  const { necking } = source;
  const [first, second] = materials.length === 0 ? source.materials : materials;
  if (second === undefined)
    return { names: [first.name], materials: [first, first], necking, labelPrior: singleMaterialPrior() };
  return {
    names: [first.name, second.name],
    materials: [first, second],
    necking,
    labelPrior: source.labelPrior(),
  };
}
