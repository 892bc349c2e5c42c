import { readFileSync } from "node:fs";
import { unreadableInput } from "../../core/index.ts";
import { INVERSION_KIND, parseInversionModel, type InversionModel } from "../../posterior/index.ts";
import { relabelTargets } from "../data/plan-targets.ts";
import { inversionRecipeSchema, type InversionRecipe } from "../data/inversion-recipe.ts";
import type { Device } from "../../graph/index.ts";
import { loadModel, type LoadedModel } from "../../train/index.ts";

/** A trained inversion, ready to answer; dispose of the network when done. */
export interface Inversion {
  readonly model: InversionModel;
  readonly network: LoadedModel;
}

/**
 * Opens a model file that `heterostem train` wrote.
 *
 * @param path the .onnx file
 * @param threads threads of the runtime
 * @param options what runs it; the processor, by ONNX Runtime, by default
 * @returns network and inversion record
 * @throws Error where the file is missing, is not ONNX, or holds a model of another kind
 */
export function openInversion(
  path: string,
  threads: number,
  options: { readonly device?: Device } = {},
): Promise<Inversion> {
  return inversionOfBytes(readModel(path), { ...options, where: path, threads });
}

/**
 * The same of a model's bytes, for who has no disk.
 *
 * @param bytes of the .onnx file
 * @param options what errors call it, threads of the runtime, and what runs it
 */
export async function inversionOfBytes(
  bytes: Uint8Array,
  options: { readonly where: string; readonly threads: number; readonly device?: Device },
): Promise<Inversion> {
  const { where } = options;
  const network = await loadModel(bytes, { kind: INVERSION_KIND, ...options });
  try {
    const model = parseInversionModel(network.metadata, where);
    const { materials } = model;
    if (materials === null) return { network, model };
    return { network, model: { ...model, targets: relabelTargets(model.targets, materials) } };
  } catch (error) {
    await network.dispose();
    throw error;
  }
}

/**
 * The recipe that a model was trained by, which says how its images are made.
 *
 * @param model record of the model
 * @returns the recipe; null for a model that does not say, or says it in the words of another version
 */
export function recipeOfModel({ recipe }: InversionModel): InversionRecipe | null {
  const parsed = inversionRecipeSchema.safeParse(recipe ?? undefined);
  return parsed.success ? parsed.data : null;
}

function readModel(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const wanted = "wanted an ONNX file written by heterostem train";
    throw unreadableInput({ action: "open model", where: path }, wanted, cause);
  }
}
