import { rangeError } from "../../core/index.ts";
import { planInversion, type InversionRecipe } from "../../inverse/index.ts";
import type { Base } from "./draw-sample.ts";

/** Thickest film of any change, with its texture [nm]. */
const THICKEST_FILM_NM = 120;

/**
 * Prior, microscope and scattering tables of a recipe for the second simulator; the tables reach to the thickest film.
 *
 * @param recipe with a supporting film
 * @param seed of all that is drawn
 * @throws RangeError where the recipe has no film
 */
export function prepareForeign(recipe: InversionRecipe, seed: number): Base {
  const { film } = recipe.microscope;
  if (film === "none") {
    throw rangeError({ action: "simulate foreign images" }, "the recipe must have a film", "none");
  }
  const thick = { ...film, thicknessNm: { uniform: [0, THICKEST_FILM_NM] as [number, number] } };
  const tables = planInversion({ ...recipe, microscope: { ...recipe.microscope, film: thick } });
  const { prior, prepared } = tables.samples;
  return { seed, prior, prepared: { ...prepared, microscope: recipe.microscope } };
}
