import { findMaterial } from "../../core/index.ts";
import type { InversionRecipe } from "../../inverse/index.ts";
import { priorOfRecipe, type PriorSource } from "../../reconstruct/index.ts";

/** The prior of structures as the page carries it, as JSON. */
interface StoredPrior {
  readonly seed: number;
  readonly materials: readonly [string, string];
  readonly necking: number;
  readonly preferences: readonly (readonly [number, number])[];
  readonly logShares: readonly number[];
}

/**
 * What a recipe says of its aggregates before an image is seen, learned when the page is made: it takes seconds, and is 2 KB.
 *
 * @param recipe that the networks which ship were trained by
 * @returns the bytes of a part of the page
 */
export function encodeStructurePrior(recipe: InversionRecipe): Uint8Array {
  const { materials, necking, labelPrior } = priorOfRecipe(recipe);
  const { preferences, logShares } = labelPrior();
  const [first, second] = materials;
  const stored: StoredPrior = {
    seed: recipe.seed,
    materials: [first.name, second.name],
    necking,
    preferences,
    logShares: [...logShares],
  };
  return new TextEncoder().encode(JSON.stringify(stored));
}

/** Reads it back; the seed is that of the recipe, with which `heterostem reconstruct` draws. */
export function decodeStructurePrior(bytes: Uint8Array): {
  readonly seed: number;
  readonly source: PriorSource;
} {
  const stored = JSON.parse(new TextDecoder().decode(bytes)) as StoredPrior;
  const { seed, necking, preferences, logShares } = stored;
  const [first, second] = stored.materials;
  const labelPrior = { preferences, logShares: Float64Array.from(logShares) };
  const materials = [findMaterial(first), findMaterial(second)] as const;
  return { seed, source: { materials, necking, labelPrior: () => labelPrior } };
}
