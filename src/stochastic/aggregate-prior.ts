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
      composition: z
        .record(z.string(), z.number().positive())
        .refine((elements) => Object.keys(elements).length > 0, {
          error: "wanted one element at least, got none",
        }),
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

const pairSchema = z.tuple([materialSchema, materialSchema]);
const singleSchema = z.tuple([materialSchema]);

const materialsSchema = z
  .union(
    [
      pairSchema,
      singleSchema,
      z.strictObject({ anyOf: z.union([z.array(pairSchema).min(1), z.array(singleSchema).min(1)]) }),
    ],
    { error: "wanted [A, B], [A] for a powder of one material, or {anyOf: [...]} of a list of either kind" },
  )
  .default(["TiO2-anatase", "WO3"])
  .describe(
    "the two materials, to which the parameters named First and Second refer in this order; or the only one; or {anyOf: [[A, B], [C, D]]}: " +
      "each aggregate draws its own, and the first is the one that scatters less",
  );

/**
 * The configuration section `aggregate`: the materials and the prior of every model parameter.
 *
 * Defaults describe TiO2-WO3 from a double flame: radii and their spread as measured on real aggregates,
 * 20 to 150 particles, DLCA-like fractal dimension.
 */
export const aggregatePriorSchema = z
  .strictObject({
    materials: materialsSchema,
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
  .superRefine(({ materials }, context) => {
    for (const [first, second] of entriesOf({ materials })) {
      if (second === undefined || nameOf(first) !== nameOf(second)) continue;
      const message = `wanted two different materials, got ${nameOf(first)} twice`;
      context.addIssue({ code: "custom", path: ["materials"], message });
    }
  })
  .overwrite((prior) => (hasOneMaterial(prior) ? { ...prior, ...NO_SECOND } : prior));

/** What is known of an aggregate before its image is seen: its materials and a distribution of every parameter. */
export type AggregatePrior = z.infer<typeof aggregatePriorSchema>;

type MaterialEntry = string | Material;

/** Parameters of an aggregate without a second material; the ones of what is not there are never used. */
const NO_SECOND = {
  numberFraction: 0,
  radiusSecondNm: 1,
  radiusSpreadSecond: 1,
  clusterSizeFirst: 1,
  clusterSizeSecond: 1,
} as const;

function nameOf(material: MaterialEntry): string {
  return typeof material === "string" ? material : material.name;
}

/** What a prior lists: one entry, or those of anyOf. */
function entriesOf({ materials }: Pick<AggregatePrior, "materials">): readonly (readonly MaterialEntry[])[] {
  return "anyOf" in materials ? materials.anyOf : [materials];
}

/**
 * Whether the aggregates of a prior are of one material each.
 *
 * @param prior a parsed `aggregate` section
 * @returns true where no second material is named
 */
export function hasOneMaterial(prior: Pick<AggregatePrior, "materials">): boolean {
  return entriesOf(prior)[0].length === 1;
}

/**
 * The pairs of materials that a prior chooses from, as records.
 *
 * @param prior a parsed `aggregate` section
 * @returns [first, second] of each choice in the prior's order; a powder of one material has it twice
 * @throws RangeError for a name that does not ship with the suite
 * @example
 * import { aggregatePriorSchema, materialChoices } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * const prior = aggregatePriorSchema.parse({ materials: { anyOf: [["SiO2", "Au"], ["C", "Pt"]] } });
 * expect(materialChoices(prior).map(([, second]) => second.name)).toEqual(["Au", "Pt"]);
 */
export function materialChoices(
  prior: Pick<AggregatePrior, "materials">,
): readonly (readonly [Material, Material])[] {
  const resolve = (entry: MaterialEntry) => (typeof entry === "string" ? findMaterial(entry) : entry);
  return entriesOf(prior).map(([first, second = first]) => [resolve(first), resolve(second)] as const);
}

/**
 * The two materials of a prior as records; of one that chooses, its first pair.
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
  return materialChoices(prior)[0];
}
