import type { Shape } from "./shape.ts";

/** Element-by-element functions of one tensor. `step` is 1 above zero and 0 elsewhere. */
export type UnaryName =
  | "relu"
  | "sigmoid"
  | "tanh"
  | "softplus"
  | "exp"
  | "log"
  | "sqrt"
  | "abs"
  | "negate"
  | "reciprocal"
  | "step";

/** Element-by-element functions of two tensors, with broadcasting. */
export type BinaryName = "add" | "subtract" | "multiply" | "divide";

/** Geometry of a two-dimensional convolution; the same along both image axes. */
export interface ConvolutionGeometry {
  readonly stride: number;
  /** Zero pixels added on each of the four sides. */
  readonly padding: number;
  readonly dilation: number;
  /** Channel groups that do not see each other; the channel count makes it depthwise. */
  readonly groups: number;
}

/** Geometry of a two-dimensional pooling window; the same along both image axes. */
export interface PoolGeometry {
  readonly size: number;
  readonly stride: number;
}

/**
 * Every operation that a network, its gradient or its optimiser may contain; one parameter record each.
 *
 * The union is closed. Each table over it (shape, gradient, reference evaluation, ONNX lowering) is total, so an
 * operator without a rule does not compile.
 */
export type Operator =
  | { readonly kind: "unary"; readonly name: UnaryName }
  | { readonly kind: "leakyRelu"; readonly slope: number }
  | { readonly kind: "clamp"; readonly min: number; readonly max: number }
  | { readonly kind: "binary"; readonly name: BinaryName }
  /** (condition, a, b): a where the condition is above zero, else b; all of one shape. */
  | { readonly kind: "where" }
  /** [..., m, k] x [..., k, n], leading axes equal; either factor may be given transposed. */
  | { readonly kind: "matmul"; readonly transposeA: boolean; readonly transposeB: boolean }
  /** Sum over axes, which stay with extent 1. */
  | { readonly kind: "reduceSum"; readonly axes: readonly number[] }
  /** Maximum over axes, which stay with extent 1. */
  | { readonly kind: "reduceMax"; readonly axes: readonly number[] }
  | { readonly kind: "softmax"; readonly axis: number }
  | { readonly kind: "logSoftmax"; readonly axis: number }
  | { readonly kind: "stopGradient" }
  | { readonly kind: "reshape"; readonly shape: Shape }
  | { readonly kind: "broadcastTo"; readonly shape: Shape }
  | { readonly kind: "transpose"; readonly permutation: readonly number[] }
  | { readonly kind: "slice"; readonly axis: number; readonly start: number; readonly end: number }
  | { readonly kind: "concat"; readonly axis: number }
  /** Zeros before and after each axis. */
  | { readonly kind: "pad"; readonly before: readonly number[]; readonly after: readonly number[] }
  | { readonly kind: "gather"; readonly axis: number; readonly indices: readonly number[] }
  /** Adds slice i of the input to slice indices[i] of a zero tensor: the transpose of gather. */
  | {
      readonly kind: "scatterAdd";
      readonly axis: number;
      readonly indices: readonly number[];
      readonly extent: number;
    }
  /** (image [n, ci, h, w], filter [co, ci/groups, k, k], bias [co] or none) -> [n, co, h', w']. */
  | ({ readonly kind: "conv2d" } & ConvolutionGeometry)
  /** (filter [ci, co/groups, k, k], image [n, ci, h, w]) -> [n, co, height, width]: conv2d's input gradient. */
  | ({
      readonly kind: "convTranspose2d";
      readonly height: number;
      readonly width: number;
    } & ConvolutionGeometry)
  /** (image [n, ci, h, w], output gradient [n, co, h', w']) -> [co, ci/groups, k, k]: conv2d's filter gradient. */
  | ({ readonly kind: "conv2dFilterGradient"; readonly filterSize: number } & ConvolutionGeometry)
  | ({ readonly kind: "maxPool2d" } & PoolGeometry)
  /** (image, pooled, output gradient) -> gradient of the image; equal maxima of a window share it evenly. */
  | ({ readonly kind: "maxPool2dGradient" } & PoolGeometry)
  | ({ readonly kind: "averagePool2d" } & PoolGeometry)
  | { readonly kind: "upsampleNearest"; readonly scale: number };

export type OperatorKind = Operator["kind"];
export type OperatorOf<K extends OperatorKind> = Extract<Operator, { readonly kind: K }>;

/** One rule for every operator. */
export type RuleTable<Arguments extends readonly unknown[], Result> = {
  readonly [K in OperatorKind]: (operator: OperatorOf<K>, ...rest: Arguments) => Result;
};

/** Applies the rule that a table holds for an operator. */
export function applyRule<Arguments extends readonly unknown[], Result>(
  table: RuleTable<Arguments, Result>,
  operator: Operator,
  ...rest: Arguments
): Result {
  // the table's type pairs each kind with its own record; the compiler cannot follow that through a variable
  const rule = table[operator.kind] as (operator: Operator, ...rest: Arguments) => Result;
  return rule(operator, ...rest);
}
