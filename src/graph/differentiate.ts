import { rangeError } from "../core/index.ts";
import { inputGradients } from "./gradient-rules.ts";
import { add } from "./operations.ts";
import { shapeText } from "./shape.ts";
import { isLeaf, scalar, valuesInOrder } from "./value.ts";
import type { Value } from "./value.ts";

/**
 * Gradients of a scalar with respect to some values, by reverse accumulation.
 *
 * @param loss scalar, shape []
 * @param targets the values to differentiate by; what lies behind them is not looked at
 * @returns one gradient per target, of that target's shape
 * @throws RangeError when the loss is no scalar, or does not depend on a target
 * @example
 * import { evaluate } from "../test/graph/evaluate.ts";
 * import { gradients, input, meanOf, square } from "../src/graph/index.ts";
 * import { expect } from "vitest";
 * const x = input("x", [2]);
 * const [slope] = gradients(meanOf(square(x)), [x]);
 * expect([...evaluate([slope], { x: [3, 5] })[0]]).toEqual([3, 5]);
 */
export function gradients(loss: Value, targets: readonly Value[]): Value[] {
  if (loss.shape.length > 0) {
    throw rangeError({ action: "differentiate" }, "loss must be a scalar", `shape ${shapeText(loss.shape)}`);
  }
  const wanted = new Set(targets);
  const order = valuesInOrder([loss]);
  const leadsToTarget = new Set<Value>();
  for (const value of order) {
    if (wanted.has(value) || value.inputs.some((input) => leadsToTarget.has(input))) leadsToTarget.add(value);
  }
  const accumulated = new Map<Value, Value>([[loss, scalar(1)]]);
  for (const value of order.toReversed()) {
    const gradient = accumulated.get(value);
    if (gradient === undefined || wanted.has(value) || !leadsToTarget.has(value)) continue;
    if (isLeaf(value.source)) continue;
    const ofInputs = inputGradients(value.source, { inputs: value.inputs, output: value, gradient });
    value.inputs.forEach((input, index) => {
      const part = ofInputs[index];
      if (part === null || !leadsToTarget.has(input)) return;
      const sum = accumulated.get(input);
      accumulated.set(input, sum === undefined ? part : add(sum, part));
    });
  }
  return targets.map((target) => {
    const gradient = accumulated.get(target);
    if (gradient === undefined)
      throw rangeError({ action: "differentiate" }, "loss must depend on every target", "one it does not");
    return gradient;
  });
}
