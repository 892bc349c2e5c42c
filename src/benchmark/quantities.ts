import type { InversionRecipe } from "../inverse/index.ts";
import { planInversion } from "../inverse/index.ts";
import type { Target } from "../posterior/index.ts";
import { CONTACT_DESCRIPTORS, type BenchmarkTask } from "./tasks.ts";

/** A number that a task asks for. */
export type Quantity = Pick<Target, "key" | "label" | "unit" | "scale">;

/**
 * The numbers that a task asks for; none of a task that asks for particles.
 *
 * @param recipe of the benchmark: the parameters that vary in it, and its descriptors
 * @param task one of the benchmark
 * @returns in the order of the recipe's network
 */
export function quantitiesOf(recipe: InversionRecipe, { asks }: BenchmarkTask): Quantity[] {
  const { parameters, descriptors } = planInversion(recipe).network.targets;
  switch (asks) {
    case "parameters of the powder":
      return [...parameters];
    case "parameters and descriptors of the aggregate":
      return [...parameters, ...descriptors];
    case "contacts":
      return descriptors.filter(({ key }) => CONTACT_DESCRIPTORS.some((name) => name === key));
    case "particles":
      return [];
  }
}
