import { findMaterial, UsageError, type Material } from "../core/index.ts";
import type { FlagRecord, FlagValues } from "./command.ts";
import type { ConfigContext } from "./config/read-config.ts";
import { readMaterials } from "./read-materials.ts";

export const MATERIAL_FLAGS = {
  materials: {
    value: "A,B",
    help: 'materials by name, in the order of the species ("heterostem materials" lists those known)',
    parse: parseNames,
  },
  materialsFile: { value: "FILE", help: "your own materials, as YAML: a list of them, or a recipe" },
} satisfies FlagRecord;

/** Materials by name, in order, and the user's own, among which names were looked for. */
export interface StatedMaterials {
  readonly materials?: readonly Material[];
  readonly ownMaterials: readonly Material[];
}

/**
 * The materials that a call states: by name among the user's own and the library's.
 *
 * @throws UsageError for an unknown name, with those that could be meant, and for a broken file
 */
export function knownMaterials(
  { materials: names, materialsFile }: FlagValues<typeof MATERIAL_FLAGS>,
  context: ConfigContext,
): StatedMaterials {
  const ownMaterials = materialsFile === undefined ? [] : readMaterials(materialsFile, context);
  if (names === undefined) return { ownMaterials };
  try {
    return { ownMaterials, materials: names.map((name) => findMaterial(name, ownMaterials)) };
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function parseNames(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.length <= 2 && names.every((name) => name !== "")) return names;
  throw new RangeError(`wanted one name, or two with a comma between them, got ${text}`);
}
