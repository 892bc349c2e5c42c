import type { BinaryName, ConvolutionGeometry, PoolGeometry, UnaryName } from "./operator.ts";
import { sizeOf } from "./shape.ts";
import type { Shape } from "./shape.ts";
import { applyOperator, scalar } from "./value.ts";
import type { Value } from "./value.ts";

/** A value, or a plain number that stands for a scalar constant. */
export type Operand = Value | number;

const unary = (name: UnaryName) => (x: Value) => applyOperator({ kind: "unary", name }, [x]);
const binary = (name: BinaryName) => (a: Operand, b: Operand) =>
  applyOperator({ kind: "binary", name }, [asValue(a), asValue(b)]);
const asValue = (operand: Operand) => (typeof operand === "number" ? scalar(operand) : operand);

/** max(x, 0). */
export const relu = unary("relu");
/** 1 / (1 + exp(-x)). */
export const sigmoid = unary("sigmoid");
export const tanh = unary("tanh");
/** ln(1 + exp(x)), without overflow. */
export const softplus = unary("softplus");
export const exp = unary("exp");
/** Natural logarithm. */
export const log = unary("log");
export const sqrt = unary("sqrt");
export const abs = unary("abs");
export const negate = unary("negate");
export const reciprocal = unary("reciprocal");
/** 1 where x is above zero, else 0; no gradient passes. */
export const step = unary("step");

/** Sum with broadcasting; numbers are scalars. */
export const add = binary("add");
/** Difference with broadcasting. */
export const subtract = binary("subtract");
/** Product with broadcasting. */
export const multiply = binary("multiply");
/** Quotient with broadcasting. */
export const divide = binary("divide");

/** x above zero, slope x below. */
export const leakyRelu = (x: Value, slope = 0.01) => applyOperator({ kind: "leakyRelu", slope }, [x]);
/** x limited to [min, max]. */
export const clamp = (x: Value, min: number, max: number) => applyOperator({ kind: "clamp", min, max }, [x]);
/** a where condition is above zero, else b; all of one shape. */
export const where = (condition: Value, a: Value, b: Value) =>
  applyOperator({ kind: "where" }, [condition, a, b]);
/** The same numbers; the gradient stops here. */
export const stopGradient = (x: Value) => applyOperator({ kind: "stopGradient" }, [x]);
/** x^2. */
export const square = (x: Value) => multiply(x, x);
/** Product of matrices [..., m, k] x [..., k, n]. */
export const matmul = (a: Value, b: Value, { transposeA = false, transposeB = false } = {}) =>
  applyOperator({ kind: "matmul", transposeA, transposeB }, [a, b]);
/** Sum over axes, which stay with extent 1. */
export const reduceSum = (x: Value, axes: readonly number[]) =>
  axes.length === 0 ? x : applyOperator({ kind: "reduceSum", axes }, [x]);
/** Mean over axes, which stay with extent 1. */
export const reduceMean = (x: Value, axes: readonly number[]) =>
  multiply(reduceSum(x, axes), 1 / sizeOf(axes.map((axis) => x.shape[axis])));
/** Maximum over axes, which stay with extent 1. */
export const reduceMax = (x: Value, axes: readonly number[]) =>
  applyOperator({ kind: "reduceMax", axes }, [x]);
/** Mean over every element, as a scalar. */
export const meanOf = (x: Value) =>
  reshape(
    reduceMean(
      x,
      x.shape.map((_, axis) => axis),
    ),
    [],
  );
/** Sum of every element, as a scalar. */
export const sumOf = (x: Value) =>
  reshape(
    reduceSum(
      x,
      x.shape.map((_, axis) => axis),
    ),
    [],
  );
export const softmax = (x: Value, axis: number) => applyOperator({ kind: "softmax", axis }, [x]);
export const logSoftmax = (x: Value, axis: number) => applyOperator({ kind: "logSoftmax", axis }, [x]);

/** The same elements in row-major order under another shape. */
export const reshape = (x: Value, shape: Shape) => applyOperator({ kind: "reshape", shape }, [x]);
export const broadcastTo = (x: Value, shape: Shape) => applyOperator({ kind: "broadcastTo", shape }, [x]);
export const transpose = (x: Value, permutation: readonly number[]) =>
  applyOperator({ kind: "transpose", permutation }, [x]);
/** Elements start to end (exclusive) along one axis. */
export const slice = (x: Value, axis: number, start: number, end: number) =>
  applyOperator({ kind: "slice", axis, start, end }, [x]);
export const concat = (values: readonly Value[], axis: number) =>
  values.length === 1 ? values[0] : applyOperator({ kind: "concat", axis }, values);
export const pad = (x: Value, before: readonly number[], after: readonly number[]) =>
  applyOperator({ kind: "pad", before, after }, [x]);
export const gather = (x: Value, axis: number, indices: readonly number[]) =>
  applyOperator({ kind: "gather", axis, indices }, [x]);

/** ln(sum(exp(x))) over one axis, which stays with extent 1; the maximum is taken out against overflow. */
export const logSumExp = (x: Value, axis: number) => {
  const largest = stopGradient(reduceMax(x, [axis]));
  return add(log(reduceSum(exp(subtract(x, largest)), [axis])), largest);
};

/** Convolution geometry with its defaults: stride 1, no padding, no dilation, one group. */
export const convolutionGeometry = (given: Partial<ConvolutionGeometry>): ConvolutionGeometry => ({
  stride: given.stride ?? 1,
  padding: given.padding ?? 0,
  dilation: given.dilation ?? 1,
  groups: given.groups ?? 1,
});

/** Cross-correlation of [n, ci, h, w] with filters [co, ci/groups, k, k], plus a bias [co] where there is one. */
export const conv2d = (
  x: Value,
  filter: Value,
  bias: Value | null = null,
  geometry: Partial<ConvolutionGeometry> = {},
) =>
  applyOperator(
    { kind: "conv2d", ...convolutionGeometry(geometry) },
    bias === null ? [x, filter] : [x, filter, bias],
  );

/** Largest value of each window. */
export const maxPool2d = (x: Value, { size, stride }: PoolGeometry) =>
  applyOperator({ kind: "maxPool2d", size, stride }, [x]);
/** Mean of each window. */
export const averagePool2d = (x: Value, { size, stride }: PoolGeometry) =>
  applyOperator({ kind: "averagePool2d", size, stride }, [x]);
/** Every pixel repeated scale times along both image axes. */
export const upsampleNearest = (x: Value, scale: number) =>
  applyOperator({ kind: "upsampleNearest", scale }, [x]);
/** [n, c, h, w] -> [n, c]. */
export const globalAverage = (x: Value) => reshape(reduceMean(x, [2, 3]), x.shape.slice(0, 2));
