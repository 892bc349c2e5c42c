import type * as Tf from "@tensorflow/tfjs-core";
import { convolve, convolveTransposed, pool } from "./tfjs-convolution.ts";
import { floatOf, intOf, intsOf, type TfjsNode } from "./tfjs-node.ts";

/** Computes a node's only output. */
export type TfjsRule = (node: TfjsNode) => Tf.Tensor;

type Unary = (tf: typeof Tf, x: Tf.Tensor) => Tf.Tensor;
type Binary = (tf: typeof Tf, a: Tf.Tensor, b: Tf.Tensor) => Tf.Tensor;

const unary =
  (compute: Unary): TfjsRule =>
  ({ tf, x: [x] }) =>
    compute(tf, x);
const binary =
  (compute: Binary): TfjsRule =>
  ({ tf, x: [a, b] }) =>
    compute(tf, a, b);

/** What lowerToOnnx and exportModel write, node by node, as calls of TensorFlow.js [onnx operator set 17]. */
export const TFJS_RULES: Readonly<Record<string, TfjsRule>> = {
  Abs: unary((tf, x) => tf.abs(x)),
  Add: binary((tf, a, b) => tf.add(a, b)),
  AveragePool: (node) => pool(node, (tf, image, size, stride) => tf.avgPool(image, size, stride, "valid")),
  // weights stored in half precision are single precision here already
  Cast: unary((tf, x) => tf.clone(x)),
  Clip: ({ tf, x: [x, min, max] }) => tf.minimum(tf.maximum(x, min), max),
  Concat: (node) => node.tf.concat([...node.x], intOf(node, "axis", 0)),
  Conv: convolve,
  ConvTranspose: convolveTransposed,
  Div: binary((tf, a, b) => tf.div(a, b)),
  Exp: unary((tf, x) => tf.exp(x)),
  Expand: ({ tf, x: [x], numbers: [, shape] }) => tf.broadcastTo(x, stretched(x.shape, shape)),
  FusedMatMul: multiplyMatrices,
  Gather: (node) => {
    const { tf, x, numbers } = node;
    return tf.gather(x[0], tf.tensor1d([...numbers[1]], "int32"), intOf(node, "axis", 0));
  },
  Gemm: multiplyMatrices,
  Greater: binary((tf, a, b) => tf.greater(a, b)),
  HardSigmoid: (node) => {
    const { tf, x } = node;
    const line = tf.add(tf.mul(x[0], floatOf(node, "alpha", 0.2)), floatOf(node, "beta", 0.5));
    return tf.clipByValue(line, 0, 1);
  },
  Identity: unary((tf, x) => tf.clone(x)),
  LeakyRelu: (node) => node.tf.leakyRelu(node.x[0], floatOf(node, "alpha", 0.01)),
  Log: unary((tf, x) => tf.log(x)),
  LogSoftmax: (node) => logSoftmax(node),
  MatMul: multiplyMatrices,
  MaxPool: (node) => pool(node, (tf, image, size, stride) => tf.maxPool(image, size, stride, "valid")),
  Mul: binary((tf, a, b) => tf.mul(a, b)),
  Neg: unary((tf, x) => tf.neg(x)),
  Pad: pad,
  Reciprocal: unary((tf, x) => tf.reciprocal(x)),
  ReduceMax: (node) => node.tf.max(node.x[0], intsOf(node, "axes", []), intOf(node, "keepdims", 1) === 1),
  ReduceSum: (node) => node.tf.sum(node.x[0], [...node.numbers[1]], intOf(node, "keepdims", 1) === 1),
  Relu: unary((tf, x) => tf.relu(x)),
  // 0 keeps an extent
  Reshape: ({ tf, x: [x], numbers: [, shape] }) =>
    tf.reshape(
      x,
      shape.map((extent, axis) => (extent === 0 ? x.shape[axis] : extent)),
    ),
  Resize: repeatPixels,
  Sigmoid: unary((tf, x) => tf.sigmoid(x)),
  Slice: slice,
  Softmax: (node) => node.tf.exp(logSoftmax(node)),
  Softplus: unary((tf, x) => tf.softplus(x)),
  Sqrt: unary((tf, x) => tf.sqrt(x)),
  Sub: binary((tf, a, b) => tf.sub(a, b)),
  Tanh: unary((tf, x) => tf.tanh(x)),
  Transpose: (node) => node.tf.transpose(node.x[0], intsOf(node, "perm", [])),
  Where: ({ tf, x: [condition, a, b] }) => tf.where(condition, a, b),
};

function multiplyMatrices(node: TfjsNode): Tf.Tensor {
  const { tf, x } = node;
  return tf.matMul(x[0], x[1], intOf(node, "transA", 0) === 1, intOf(node, "transB", 0) === 1);
}

/** log(e^x / sum of e^x along an axis), the largest x taken away first. */
function logSoftmax(node: TfjsNode): Tf.Tensor {
  const { tf, x } = node;
  const axis = intOf(node, "axis", -1);
  const shifted = tf.sub(x[0], tf.max(x[0], axis, true));
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), axis, true)));
}

/** Both shapes stretched to each other: an extent of 1 takes the other's. */
function stretched(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const at = (shape: readonly number[], axis: number) => shape[shape.length - rank + axis] ?? 1;
  return Array.from({ length: rank }, (_, axis) => Math.max(at(a, axis), at(b, axis)));
}

/** Zeros before and after each axis; negative numbers crop. */
function pad({ tf, x: [x], numbers: [, pads] }: TfjsNode): Tf.Tensor {
  const rank = x.shape.length;
  const sides = x.shape.map((_, axis): [number, number] => [pads[axis], pads[rank + axis]]);
  const grown = tf.pad(
    x,
    sides.map(([before, after]): [number, number] => [Math.max(0, before), Math.max(0, after)]),
  );
  if (sides.flat().every((side) => side >= 0)) return grown;
  const begin = sides.map(([before]) => Math.max(0, -before));
  const size = sides.map(([before, after], axis) => x.shape[axis] + before + after);
  return tf.slice(grown, begin, size);
}

function slice({ tf, x: [x], numbers: [, starts, ends, axes, steps] }: TfjsNode): Tf.Tensor {
  const begin = x.shape.map(() => 0);
  const end = [...x.shape];
  const strides = x.shape.map(() => 1);
  (axes ?? starts.map((_, axis) => axis)).forEach((axis, i) => {
    begin[axis] = starts[i];
    end[axis] = ends[i];
    strides[axis] = steps?.[i] ?? 1;
  });
  // half the time of a strided one on the CPU backend, and a training step has hundreds
  if (strides.some((stride) => stride !== 1)) return tf.stridedSlice(x, begin, end, strides);
  return tf.slice(
    x,
    begin,
    end.map((last, axis) => last - begin[axis]),
  );
}

/** Nearest neighbour by whole numbers: every pixel several times along both axes of an image. */
function repeatPixels({ tf, x: [x], numbers: [, , scales, sizes] }: TfjsNode): Tf.Tensor {
  const [n, channels, height, width] = x.shape;
  const [times, timesAcross] = sizes === undefined ? scales.slice(2) : [sizes[2] / height, sizes[3] / width];
  const pixels = tf.reshape(x, [n * channels * height, 1, width, 1]);
  const repeated = tf.tile(pixels, [1, times, 1, timesAcross]);
  return tf.reshape(repeated, [n, channels, height * times, width * timesAcross]);
}
