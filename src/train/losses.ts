import { meanOf, square, subtract } from "../graph/index.ts";
import type { Value } from "../graph/index.ts";

/** A scalar that says how wrong an output is; the mean over the batch. */
export type Loss = (output: Value, target: Value) => Value;

/**
 * Mean squared error, over samples and outputs alike.
 *
 * @param output [n, ...]
 * @param target same shape
 * @returns scalar, in the target's unit squared
 */
export function meanSquaredError(output: Value, target: Value): Value {
  return meanOf(square(subtract(output, target)));
}
