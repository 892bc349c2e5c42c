import { z } from "zod";
import { findMaterial, type Material, usageError } from "../core/index.ts";
import { kirklandParameters } from "../stem-sim/index.ts";
import { materialSchema } from "../stochastic/index.ts";
import { readConfig, type ConfigContext } from "./config/read-config.ts";

const list = z.array(materialSchema).min(1);
/** A list of materials, alone or under `materials:`, or a recipe that has them. */
const materialsFile = z.union([
  list,
  z.looseObject({ materials: list }).transform(({ materials }) => materials),
  z
    .looseObject({ aggregate: z.looseObject({ materials: list }) })
    .transform(({ aggregate }) => aggregate.materials),
]);

/**
 * Reads one's own materials: a YAML or JSON file of records as recipes have them, or a recipe.
 *
 * @throws UsageError with file, line and column, and for an element that nothing is known of
 */
export function readMaterials(path: string, context: ConfigContext): readonly Material[] {
  return readConfig(path, materialsFile, context).map((entry) => {
    const material = typeof entry === "string" ? findMaterial(entry) : entry;
    Object.keys(material.composition).forEach((element) => checkElement(element, material, path));
    return material;
  });
}

function checkElement(element: string, { name }: Material, where: string): void {
  try {
    kirklandParameters(element);
  } catch (cause) {
    const wanted = `composition of ${name} must have chemical symbols from H to Lr`;
    throw usageError({ action: "read materials", where }, wanted, element, { cause });
  }
}
