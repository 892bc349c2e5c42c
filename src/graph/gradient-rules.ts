import { rangeError } from "../core/index.ts";
import {
  add,
  broadcastTo,
  conv2d,
  divide,
  exp,
  matmul,
  multiply,
  negate,
  pad,
  reduceSum,
  reshape,
  sigmoid,
  slice,
  square,
  step,
  subtract,
  transpose,
  averagePool2d,
  upsampleNearest,
  gather,
} from "./operations.ts";
import { applyRule } from "./operator.ts";
import type { BinaryName, ConvolutionGeometry, Operator, RuleTable, UnaryName } from "./operator.ts";
import { isSameShape } from "./shape.ts";
import type { Shape } from "./shape.ts";
import { applyOperator, scalar } from "./value.ts";
import type { Value } from "./value.ts";

/** What a gradient rule sees: the operator's inputs x, its output y, and gradient = dL/dy. */
export interface BackwardContext {
  readonly inputs: readonly Value[];
  readonly output: Value;
  readonly gradient: Value;
}

/**
 * dL/dx for each input x of an operator, given dL/dy.
 *
 * @returns one gradient per input, of that input's shape; null where none passes
 * @throws Error for an operator that belongs to a gradient itself and has no derivative here
 */
export function inputGradients(operator: Operator, context: BackwardContext): readonly (Value | null)[] {
  return applyRule(GRADIENT_RULES, operator, context);
}

/** dy/dx of each function of one tensor, from x and y; null where no gradient passes. */
const UNARY_DERIVATIVES: Readonly<Record<UnaryName, ((x: Value, y: Value) => Value) | null>> = {
  relu: (_, y) => step(y),
  sigmoid: (_, y) => multiply(y, subtract(1, y)),
  tanh: (_, y) => subtract(1, square(y)),
  softplus: (x) => sigmoid(x),
  exp: (_, y) => y,
  log: (x) => divide(1, x),
  sqrt: (_, y) => divide(0.5, y),
  // 2/sqrt(pi) exp(-x^2)
  // sign(x), 0 at 0
  abs: (x) => subtract(step(x), step(negate(x))),
  negate: () => scalar(-1),
  reciprocal: (_, y) => negate(square(y)),
  step: null,
};

/** (dL/da, dL/db) of each function of two tensors, before broadcasting is undone. */
const BINARY_GRADIENTS: Readonly<
  Record<BinaryName, (gradient: Value, a: Value, b: Value, y: Value) => readonly [Value, Value]>
> = {
  add: (gradient) => [gradient, gradient],
  subtract: (gradient) => [gradient, negate(gradient)],
  multiply: (gradient, a, b) => [multiply(gradient, b), multiply(gradient, a)],
  // d(a/b) = da/b - y db/b
  divide: (gradient, _, b, y) => [divide(gradient, b), negate(divide(multiply(gradient, y), b))],
};

const GRADIENT_RULES: RuleTable<readonly [BackwardContext], readonly (Value | null)[]> = {
  unary: ({ name }, { inputs: [x], output, gradient }) => {
    const derivative = UNARY_DERIVATIVES[name];
    return [derivative === null ? null : multiply(gradient, derivative(x, output))];
  },
  leakyRelu: ({ slope }, { inputs: [x], gradient }) => [
    multiply(gradient, add(multiply(step(x), 1 - slope), slope)),
  ],
  // 1 inside the limits, 0 outside
  clamp: ({ min, max }, { inputs: [x], gradient }) => [
    multiply(gradient, multiply(step(subtract(x, min)), step(subtract(max, x)))),
  ],
  binary: ({ name }, { inputs: [a, b], output, gradient }) => {
    const [ofA, ofB] = BINARY_GRADIENTS[name](gradient, a, b, output);
    return [sumToShape(ofA, a.shape), sumToShape(ofB, b.shape)];
  },
  where: (_, { inputs: [condition], gradient }) => {
    const taken = step(condition);
    return [null, multiply(gradient, taken), multiply(gradient, subtract(1, taken))];
  },
  // Y = A B: dA = G B^T, dB = A^T G; where a factor was given transposed its gradient is transposed too
  matmul: ({ transposeA, transposeB }, { inputs: [a, b], gradient }) => [
    transposeA
      ? matmul(b, gradient, { transposeA: transposeB, transposeB: true })
      : matmul(gradient, b, { transposeB: !transposeB }),
    transposeB
      ? matmul(gradient, a, { transposeA: true, transposeB: transposeA })
      : matmul(a, gradient, { transposeA: !transposeA }),
  ],
  reduceSum: (_, { inputs: [x], gradient }) => [broadcastTo(gradient, x.shape)],
  // equal maxima share the gradient evenly: a subgradient
  reduceMax: ({ axes }, { inputs: [x], output, gradient }) => {
    const isMaximum = subtract(1, step(subtract(output, x)));
    return [multiply(isMaximum, divide(gradient, reduceSum(isMaximum, axes)))];
  },
  // dx = y (g - sum(g y))
  softmax: ({ axis }, { output, gradient }) => [
    multiply(output, subtract(gradient, reduceSum(multiply(gradient, output), [axis]))),
  ],
  // dx = g - exp(y) sum(g)
  logSoftmax: ({ axis }, { output, gradient }) => [
    subtract(gradient, multiply(exp(output), reduceSum(gradient, [axis]))),
  ],
  stopGradient: () => [null],
  reshape: (_, { inputs: [x], gradient }) => [reshape(gradient, x.shape)],
  broadcastTo: (_, { inputs: [x], gradient }) => [sumToShape(gradient, x.shape)],
  transpose: ({ permutation }, { gradient }) => [
    transpose(
      gradient,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
  slice: ({ axis, start, end }, { inputs: [x], gradient }) => {
    const along = (value: number) => x.shape.map((_, index) => (index === axis ? value : 0));
    return [pad(gradient, along(start), along(x.shape[axis] - end))];
  },
  concat: ({ axis }, { inputs, gradient }) => {
    let start = 0;
    return inputs.map((x) => {
      start += x.shape[axis];
      return slice(gradient, axis, start - x.shape[axis], start);
    });
  },
  pad: ({ before }, { inputs: [x], gradient }) => [
    before.reduce(
      (cut, start, axis) =>
        cut.shape[axis] === x.shape[axis] ? cut : slice(cut, axis, start, start + x.shape[axis]),
      gradient,
    ),
  ],
  gather: ({ axis, indices }, { inputs: [x], gradient }) => [
    applyOperator({ kind: "scatterAdd", axis, indices, extent: x.shape[axis] }, [gradient]),
  ],
  scatterAdd: ({ axis, indices }, { gradient }) => [gather(gradient, axis, indices)],
  conv2d: (operator, { inputs: [x, filter, bias], gradient }) => {
    const ofImage = convTransposeTo(operator, filter, gradient, x.shape);
    const ofFilter = filterGradient(operator, x, gradient, filter.shape[2]);
    if (bias === undefined) return [ofImage, ofFilter];
    return [ofImage, ofFilter, reshape(reduceSum(gradient, [0, 2, 3]), bias.shape)];
  },
  convTranspose2d: (operator, { inputs: [filter, x], gradient }) => [
    filterGradient(operator, gradient, x, filter.shape[2]),
    conv2d(gradient, filter, null, operator),
  ],
  // bilinear in image and output gradient, like conv2d in image and filter
  conv2dFilterGradient: (operator, { inputs: [x, outputGradient], gradient }) => [
    convTransposeTo(operator, gradient, outputGradient, x.shape),
    conv2d(x, gradient, null, operator),
  ],
  maxPool2d: ({ size, stride }, { inputs: [x], output, gradient }) => [
    applyOperator({ kind: "maxPool2dGradient", size, stride }, [x, output, gradient]),
  ],
  maxPool2dGradient: () => {
    throw new Error(
      "Cannot differentiate maxPool2dGradient: second derivatives of max pooling are not built",
    );
  },
  // every pixel of a window gets 1/size^2 of its gradient; windows that do not overlap only
  averagePool2d: ({ size, stride }, { inputs: [x], gradient }) => {
    if (size !== stride) {
      throw rangeError(
        { action: "differentiate averagePool2d" },
        `stride must be size ${size}`,
        String(stride),
      );
    }
    const spread = multiply(upsampleNearest(gradient, size), 1 / size ** 2);
    const missing = x.shape.map((extent, axis) => extent - spread.shape[axis]);
    return [isSameShape(spread.shape, x.shape) ? spread : pad(spread, [0, 0, 0, 0], missing)];
  },
  upsampleNearest: ({ scale }, { gradient }) => [
    multiply(averagePool2d(gradient, { size: scale, stride: scale }), scale ** 2),
  ],
};

/** Undoes broadcasting: sums over the axes that were stretched or added. */
function sumToShape(gradient: Value, shape: Shape): Value {
  if (isSameShape(gradient.shape, shape)) return gradient;
  const added = gradient.shape.length - shape.length;
  const stretched = gradient.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < added || (shape[axis - added] === 1 && gradient.shape[axis] !== 1));
  return reshape(reduceSum(gradient, stretched), shape);
}

function convTransposeTo(geometry: ConvolutionGeometry, filter: Value, gradient: Value, shape: Shape): Value {
  const { stride, padding, dilation, groups } = geometry;
  const [height, width] = shape.slice(2);
  const operator = { kind: "convTranspose2d", height, width, stride, padding, dilation, groups } as const;
  return applyOperator(operator, [filter, gradient]);
}

function filterGradient(geometry: ConvolutionGeometry, x: Value, gradient: Value, filterSize: number): Value {
  const { stride, padding, dilation, groups } = geometry;
  const operator = { kind: "conv2dFilterGradient", filterSize, stride, padding, dilation, groups } as const;
  return applyOperator(operator, [x, gradient]);
}
