import { rangeError } from "../core/index.ts";
import type { Operator } from "./operator.ts";
import { outputShape } from "./shape-rules.ts";
import { shapeText, sizeOf } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** Where a value with no inputs comes from: fed at run time, or fixed when the graph is written. */
export type Leaf =
  | { readonly kind: "input"; readonly name: string }
  | { readonly kind: "constant"; readonly data: Float32Array; readonly name: string | null };

/**
 * A tensor that has not been computed yet: an operator applied to other values, or a leaf.
 *
 * A graph is nothing but the values that its outputs reach. Values are immutable and compared by identity.
 */
export interface Value {
  readonly shape: Shape;
  readonly source: Operator | Leaf;
  readonly inputs: readonly Value[];
}

/**
 * Applies an operator to values, after its shape rule has checked them.
 *
 * @throws RangeError when the shapes do not fit
 */
export function applyOperator(operator: Operator, inputs: readonly Value[]): Value {
  return {
    shape: outputShape(
      operator,
      inputs.map((operand) => operand.shape),
    ),
    source: operator,
    inputs,
  };
}

/**
 * A value that is fed at run time.
 *
 * @param name name of the feed; one shape per name
 * @param shape extents, outermost first
 * @returns the value
 * @example
 * import { input, multiply } from "../src/graph/index.ts";
 * import { expect } from "vitest";
 * expect(multiply(input("a", [2, 3]), input("b", [3])).shape).toEqual([2, 3]);
 */
export function input(name: string, shape: Shape): Value {
  return { shape, source: { kind: "input", name }, inputs: [] };
}

/**
 * A value fixed when the graph is written; stored in the ONNX file.
 *
 * @param data elements, row-major
 * @param shape extents, outermost first
 * @param name name of the stored tensor; without one a number is chosen
 * @returns the value
 * @throws RangeError when the count of elements is not that of the shape
 */
export function constant(data: ArrayLike<number>, shape: Shape, name: string | null = null): Value {
  if (data.length !== sizeOf(shape)) {
    const wanted = `${sizeOf(shape)} elements for ${shapeText(shape)}`;
    throw rangeError({ action: "make constant" }, `wanted ${wanted}`, String(data.length));
  }
  return { shape, source: { kind: "constant", data: Float32Array.from(data), name }, inputs: [] };
}

/**
 * A scalar constant.
 *
 * @returns a value of shape []
 */
export function scalar(number: number): Value {
  return constant([number], []);
}

/** Whether a value is a leaf: fed or constant. */
export function isLeaf(source: Operator | Leaf): source is Leaf {
  return source.kind === "input" || source.kind === "constant";
}

/** All values that some outputs need, each after its inputs. */
export function valuesInOrder(outputs: readonly Value[]): Value[] {
  const ordered = new Set<Value>();
  // an explicit stack: deep networks would overflow recursion
  const stack = outputs.toReversed().map((value) => ({ value, isExpanded: false }));
  while (stack.length > 0) {
    const { value, isExpanded } = stack.pop() as { value: Value; isExpanded: boolean };
    if (ordered.has(value)) continue;
    if (isExpanded) {
      ordered.add(value);
      continue;
    }
    stack.push({ value, isExpanded: true });
    for (const needed of value.inputs.toReversed()) stack.push({ value: needed, isExpanded: false });
  }
  return [...ordered];
}
