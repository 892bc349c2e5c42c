import { workerData } from "node:worker_threads";
import { openRandomStream } from "../../core/index.ts";
import { simulateHrtemField, type FieldRecipe, type HrtemField } from "./simulate-field.ts";

/** Recipe and seed: they arrive once, when the thread is started. */
const { recipe, seed } = workerData as { readonly recipe: FieldRecipe; readonly seed: number };

/** Simulates one field in a worker thread. */
export function simulateOne(index: number): HrtemField {
  return simulateHrtemField(openRandomStream(seed, "field", index), recipe);
}
