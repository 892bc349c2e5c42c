import { rangeError } from "../core/index.ts";
import { applyRule } from "./operator.ts";
import type { ConvolutionGeometry, Operator, RuleTable } from "./operator.ts";
import { broadcastShapes, isSameShape, shapeText, sizeOf } from "./shape.ts";
import type { Shape } from "./shape.ts";

/**
 * Shape of an operator's result, which is also the check that its inputs fit.
 *
 * @throws RangeError naming the operator, what it wanted and the shapes that came
 */
export function outputShape(operator: Operator, inputs: readonly Shape[]): Shape {
  return applyRule(SHAPE_RULES, operator, inputs);
}

type Inputs = readonly [readonly Shape[]];

const SHAPE_RULES: RuleTable<Inputs, Shape> = {
  unary: (_, [x]) => x,
  leakyRelu: (_, [x]) => x,
  clamp: (_, [x]) => x,
  binary: (_, [a, b]) => broadcastShapes(a, b),
  where: (operator, inputs) => {
    const [condition, a, b] = inputs;
    require(isSameShape(condition, a) && isSameShape(a, b), operator, "three equal shapes", inputs);
    return a;
  },
  matmul: (operator, inputs) => {
    const [a, b] = inputs;
    const [m, kOfA] = operator.transposeA ? [a.at(-1), a.at(-2)] : [a.at(-2), a.at(-1)];
    const [kOfB, n] = operator.transposeB ? [b.at(-1), b.at(-2)] : [b.at(-2), b.at(-1)];
    const fits = a.length >= 2 && kOfA === kOfB && isSameShape(a.slice(0, -2), b.slice(0, -2));
    require(fits, operator, "[..., m, k] and [..., k, n]", inputs);
    return [...a.slice(0, -2), m as number, n as number];
  },
  reduceSum: (operator, inputs) => reducedShape(operator, inputs, operator.axes),
  reduceMax: (operator, inputs) => reducedShape(operator, inputs, operator.axes),
  softmax: (operator, inputs) => {
    reducedShape(operator, inputs, [operator.axis]);
    return inputs[0];
  },
  logSoftmax: (operator, inputs) => {
    reducedShape(operator, inputs, [operator.axis]);
    return inputs[0];
  },
  stopGradient: (_, [x]) => x,
  reshape: (operator, inputs) => {
    require(sizeOf(operator.shape) === sizeOf(inputs[0]), operator, sizeText(operator.shape), inputs);
    return operator.shape;
  },
  broadcastTo: (operator, inputs) => {
    const reached = isSameShape(broadcastShapes(inputs[0], operator.shape), operator.shape);
    require(reached, operator, `a shape that stretches to ${shapeText(operator.shape)}`, inputs);
    return operator.shape;
  },
  transpose: (operator, inputs) => {
    const { permutation } = operator;
    const isPermutation = inputs[0].every((_, axis) => permutation.includes(axis));
    require(isPermutation && permutation.length === inputs[0].length, operator, "one axis each", inputs);
    return permutation.map((axis) => inputs[0][axis]);
  },
  slice: (operator, inputs) => {
    const { axis, start, end } = operator;
    require(0 <= start && start < end && end <= inputs[0][axis], operator, `axis ${axis} to hold`, inputs);
    return replaceExtent(inputs[0], axis, end - start);
  },
  concat: (operator, inputs) => {
    const { axis } = operator;
    const fits = inputs.every((x) =>
      isSameShape(replaceExtent(x, axis, 1), replaceExtent(inputs[0], axis, 1)),
    );
    require(fits, operator, `shapes that differ along axis ${axis} only`, inputs);
    const extent = inputs.reduce((sum, x) => sum + x[axis], 0);
    return replaceExtent(inputs[0], axis, extent);
  },
  pad: (operator, inputs) => {
    const { before, after } = operator;
    require(before.length === inputs[0].length &&
      after.length === before.length, operator, "one pad an axis", inputs);
    return inputs[0].map((extent, axis) => extent + before[axis] + after[axis]);
  },
  gather: (operator, inputs) => {
    const { axis, indices } = operator;
    require(indices.every(
      (i) => i >= 0 && i < inputs[0][axis],
    ), operator, `indices inside axis ${axis}`, inputs);
    return replaceExtent(inputs[0], axis, indices.length);
  },
  scatterAdd: (operator, inputs) => {
    const { axis, indices, extent } = operator;
    require(indices.length === inputs[0][axis], operator, `${indices.length} slices on axis ${axis}`, inputs);
    return replaceExtent(inputs[0], axis, extent);
  },
  conv2d: (operator, inputs) => {
    const [x, filter, bias] = inputs;
    const isImage = x.length === 4 && filter.length === 4 && filter[2] === filter[3];
    const fits = isImage && x[1] === filter[1] * operator.groups && filter[0] % operator.groups === 0;
    require(fits, operator, "image [n, ci, h, w] and filter [co, ci/groups, k, k]", inputs);
    require(bias === undefined || isSameShape(bias, [filter[0]]), operator, "bias [co]", inputs);
    const [height, width] = [x[2], x[3]].map((extent) => convolvedExtent(extent, filter[2], operator));
    require(height > 0 && width > 0, operator, "an image no smaller than the filter", inputs);
    return [x[0], filter[0], height, width];
  },
  convTranspose2d: (operator, inputs) => {
    const [filter, x] = inputs;
    const { height, width, groups } = operator;
    require(filter.length === 4 &&
      x.length === 4 &&
      filter[0] === x[1], operator, "filter [ci, ...]", inputs);
    const fits = [height, width].every((e, i) => convolvedExtent(e, filter[2], operator) === x[2 + i]);
    require(fits, operator, `a result of ${height} x ${width}`, inputs);
    return [x[0], filter[1] * groups, height, width];
  },
  conv2dFilterGradient: (operator, inputs) => {
    const [x, gradient] = inputs;
    const { filterSize, groups } = operator;
    const fits = [2, 3].every((axis) => convolvedExtent(x[axis], filterSize, operator) === gradient[axis]);
    require(fits && x[0] === gradient[0], operator, "image and gradient of its convolution", inputs);
    return [gradient[1], x[1] / groups, filterSize, filterSize];
  },
  maxPool2d: (operator, inputs) => pooledShape(operator, inputs),
  maxPool2dGradient: (operator, inputs) => {
    const [x, pooled, gradient] = inputs;
    const fits = isSameShape(pooledShape(operator, [x]), pooled) && isSameShape(pooled, gradient);
    require(fits, operator, "image, pooled image and its gradient", inputs);
    return x;
  },
  averagePool2d: (operator, inputs) => pooledShape(operator, inputs),
  upsampleNearest: ({ scale }, [x]) => [x[0], x[1], x[2] * scale, x[3] * scale],
};

/** floor((extent + 2 padding - dilation (k - 1) - 1) / stride) + 1 [dumoulin2016]. */
function convolvedExtent(extent: number, filterSize: number, geometry: ConvolutionGeometry): number {
  const reach = geometry.dilation * (filterSize - 1) + 1;
  return Math.floor((extent + 2 * geometry.padding - reach) / geometry.stride) + 1;
}

function pooledShape(operator: Operator & { size: number; stride: number }, inputs: readonly Shape[]): Shape {
  const [x] = inputs;
  require(x.length === 4 &&
    Math.min(x[2], x[3]) >= operator.size, operator, "[n, c, h, w] over the window", inputs);
  const pooled = (extent: number) => Math.floor((extent - operator.size) / operator.stride) + 1;
  return [x[0], x[1], pooled(x[2]), pooled(x[3])];
}

function reducedShape(operator: Operator, inputs: readonly Shape[], axes: readonly number[]): Shape {
  const [x] = inputs;
  require(axes.every((axis) => axis >= 0 && axis < x.length), operator, "axes inside the shape", inputs);
  return x.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
}

function replaceExtent(shape: Shape, axis: number, extent: number): Shape {
  return shape.map((old, index) => (index === axis ? extent : old));
}

function sizeText(shape: Shape): string {
  return `${sizeOf(shape)} elements for ${shapeText(shape)}`;
}

function require(fits: boolean, operator: Operator, wanted: string, inputs: readonly Shape[]): void {
  if (fits) return;
  const got = inputs.map(shapeText).join(" and ");
  const name = operator.kind === "unary" || operator.kind === "binary" ? operator.name : operator.kind;
  throw rangeError({ action: `apply ${name}` }, `wanted ${wanted}`, got);
}
