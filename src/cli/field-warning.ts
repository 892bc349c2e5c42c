import { estimateFieldLoss, fieldLossWarning } from "../corpus/index.ts";
import type { InversionRecipe } from "../inverse/index.ts";
import type { CommandContext } from "./command.ts";

/** Tells of a field of view that cuts off the recipe's aggregates, before anything long begins. */
export function warnOfField(
  recipe: InversionRecipe,
  { progress }: Pick<CommandContext, "progress">,
  sampleCount?: number,
): void {
  // lengths in pixels: the field is made to hold every aggregate
  if (recipe.lengths === "pixels") return;
  const loss = estimateFieldLoss(recipe, sampleCount);
  const warning = loss === null ? null : fieldLossWarning(loss, recipe.microscope);
  if (warning !== null) progress.write(`Warning: ${warning}\n`);
}
