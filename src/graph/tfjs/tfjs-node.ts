import type * as Tf from "@tensorflow/tfjs-core";
import type { OnnxAttribute } from "../../onnx/index.ts";

/** A node about to be computed. */
export interface TfjsNode {
  readonly tf: typeof Tf;
  /** Inputs by position; undefined where a node leaves one out, and for whole numbers. */
  readonly x: readonly Tf.Tensor[];
  /** The same as numbers, where they are stored in the model: whole numbers, and float32 tensors of few elements. */
  readonly numbers: readonly (readonly number[])[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A whole-number attribute. */
export function intOf({ attributes }: TfjsNode, name: string, otherwise: number): number {
  const attribute = attributes[name];
  return attribute !== undefined && "int" in attribute ? attribute.int : otherwise;
}

/** An attribute of several whole numbers. */
export function intsOf({ attributes }: TfjsNode, name: string, otherwise: readonly number[]): number[] {
  const attribute = attributes[name];
  return attribute !== undefined && "ints" in attribute ? Array.from(attribute.ints) : [...otherwise];
}

/** An attribute that is a number. */
export function floatOf({ attributes }: TfjsNode, name: string, otherwise: number): number {
  const attribute = attributes[name];
  return attribute !== undefined && "float" in attribute ? attribute.float : otherwise;
}
