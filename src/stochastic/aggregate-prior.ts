import { z } from "zod";
import { findMaterial, priorSchema } from "../core/index.ts";
import type { Material, Prior } from "../core/index.ts";
import { aggregateParameterInfo } from "./aggregate-parameters.ts";
import type { AggregateParameterKey } from "./aggregate-parameters.ts";
import { modelRulesShape } from "./model-rules.ts";

/** A material as recipes have it: a shipped one by name, or one of the user's own. */
export const materialSchema = z
  .union([
    z.string(),
    z.strictObject({
      name: z.string().min(1),
      densityGPerCm3: z.number().positive(),
      composition: z.record(z.string(), z.number().positive()),
    }),
  ])
  .superRefine((material, context) => {
    if (typeof material !== "string") return;
    try {
      findMaterial(material);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message });
    }
  })
  .describe("name of a shipped material, or {name, densityGPerCm3, composition}");

function parameterPrior(key: AggregateParameterKey, preset: Prior): z.ZodDefault<z.ZodType<Prior>> {
  const { min, max, unit, description } = aggregateParameterInfo(key);
  const range = unit === "" ? { min, max } : { min, max, unit };
  return priorSchema(range, description).default(preset);
}

/**
 * The configuration section `aggregate`: two materials and the prior of every model parameter.
 *
 * Defaults describe TiO2-WO3 from a double flame: radii and their spread as measured on real aggregates,
 * 20 to 150 particles, DLCA-like fractal dimension.
 */
export const aggregatePriorSchema = z
  .strictObject({
    materials: z
      .tuple([materialSchema, materialSchema])
      .default(["TiO2-anatase", "WO3"])
      .describe("the two materials; every parameter named First or Second refers to this order"),
    particleCount: parameterPrior("particleCount", { logUniform: [20, 150] }),
    numberFraction: parameterPrior("numberFraction", { uniform: [0.1, 0.9] }),
    radiusFirstNm: parameterPrior("radiusFirstNm", { uniform: [3, 12] }),
    radiusSecondNm: parameterPrior("radiusSecondNm", { uniform: [3, 12] }),
    radiusSpreadFirst: parameterPrior("radiusSpreadFirst", { uniform: [1.05, 1.6] }),
    radiusSpreadSecond: parameterPrior("radiusSpreadSecond", { uniform: [1.05, 1.6] }),
    clusterSizeFirst: parameterPrior("clusterSizeFirst", { logUniform: [1, 50] }),
    clusterSizeSecond: parameterPrior("clusterSizeSecond", { logUniform: [1, 50] }),
    fractalDimension: parameterPrior("fractalDimension", { uniform: [1.5, 2.3] }),
    fractalPrefactor: parameterPrior("fractalPrefactor", { uniform: [0.8, 1.6] }),
    necking: parameterPrior("necking", { uniform: [0, 0.25] }),
    ...modelRulesShape,
  })
  .superRefine(({ materials: [first, second] }, context) => {
    if (nameOf(first) !== nameOf(second)) return;
    const message = `wanted two different materials, got ${nameOf(first)} twice`;
    context.addIssue({ code: "custom", path: ["materials"], message });
  });

/** What is known of an aggregate before its image is seen: its materials and a distribution of every parameter. */
export type AggregatePrior = z.infer<typeof aggregatePriorSchema>;

type MaterialEntry = string | Material;

function nameOf(material: MaterialEntry): string {
  return typeof material === "string" ? material : material.name;
}

/**
 * The two materials of a prior as records.
 *
 * @param prior a parsed `aggregate` section
 * @returns [first, second] with density and composition
 * @throws RangeError for a name that does not ship with the suite
 * @example
 * import { aggregatePriorSchema, materialsOfPrior } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * expect(materialsOfPrior(aggregatePriorSchema.parse({}))[1].name).toBe("WO3");
 */
export function materialsOfPrior(prior: Pick<AggregatePrior, "materials">): readonly [Material, Material] {
  const resolve = (entry: MaterialEntry) => (typeof entry === "string" ? findMaterial(entry) : entry);
  return [resolve(prior.materials[0]), resolve(prior.materials[1])];
}
