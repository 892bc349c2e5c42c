import { REFERENCE_RULES } from "./reference-rules.ts";
import { applyRule } from "../../src/graph/operator.ts";
import { shapeText, sizeOf } from "../../src/graph/index.ts";
import { isLeaf, valuesInOrder } from "../../src/graph/value.ts";
import type { Value } from "../../src/graph/index.ts";

/**
 * Computes values in float64 with plain loops: slow, and the yardstick for everything that is fast.
 *
 * @throws RangeError when a feed is missing or has the wrong count of elements
 * @example
 * import { evaluate } from "./graph/evaluate.ts";
 * import { input, relu } from "../src/graph/index.ts";
 * import { expect } from "vitest";
 * expect([...evaluate([relu(input("x", [2]))], { x: [-1, 4] })[0]]).toEqual([0, 4]);
 */
export function evaluate(
  outputs: readonly Value[],
  feeds: Readonly<Record<string, ArrayLike<number>>>,
): Float64Array[] {
  const known = new Map<Value, Float64Array>();
  for (const value of valuesInOrder(outputs)) known.set(value, compute(value, known, feeds));
  return outputs.map((output) => known.get(output) as Float64Array);
}

function compute(
  value: Value,
  known: ReadonlyMap<Value, Float64Array>,
  feeds: Readonly<Record<string, ArrayLike<number>>>,
): Float64Array {
  const { source, shape } = value;
  if (!isLeaf(source)) {
    const inputs = value.inputs.map((input) => ({
      shape: input.shape,
      data: known.get(input) as Float64Array,
    }));
    return applyRule(REFERENCE_RULES, source, inputs, shape);
  }
  if (source.kind === "constant") return Float64Array.from(source.data);
  const fed = feeds[source.name];
  if (fed === undefined || fed.length !== sizeOf(shape)) {
    const got = fed === undefined ? "none" : `${fed.length} elements`;
    throw new RangeError(
      `Cannot evaluate: feed ${source.name} must have shape ${shapeText(shape)}, got ${got}`,
    );
  }
  return Float64Array.from(fed);
}
