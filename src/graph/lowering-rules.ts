import { rangeError } from "../core/index.ts";
import { lowerConvolution, lowerTransposedConvolution } from "./lower-convolution.ts";
import { lowerFilterGradient } from "./lower-filter-gradient.ts";
import { lowerProduct } from "./lower-product.ts";
import type { LoweredTensor } from "./lower-convolution.ts";
import type { OnnxWriter } from "./onnx-writer.ts";
import type { BinaryName, PoolGeometry, RuleTable, UnaryName } from "./operator.ts";
import type { Shape } from "./shape.ts";

/** (operator, writer, inputs, shape of the result) -> name of the result. */
type LoweringArguments = readonly [OnnxWriter, readonly LoweredTensor[], Shape];

const UNARY_OPERATORS: Readonly<Record<Exclude<UnaryName, "step">, string>> = {
  relu: "Relu",
  sigmoid: "Sigmoid",
  tanh: "Tanh",
  softplus: "Softplus",
  exp: "Exp",
  log: "Log",
  sqrt: "Sqrt",
  abs: "Abs",
  negate: "Neg",
  reciprocal: "Reciprocal",
};

const BINARY_OPERATORS: Readonly<Record<BinaryName, string>> = {
  add: "Add",
  subtract: "Sub",
  multiply: "Mul",
  divide: "Div",
};

/** Every operator as ONNX nodes. */
export const LOWERING_RULES: RuleTable<LoweringArguments, string> = {
  unary: ({ name }, writer, [x]) =>
    name === "step" ? lowerStep(writer, x.name) : writer.emit(UNARY_OPERATORS[name], [x.name]),
  leakyRelu: ({ slope }, writer, [x]) => writer.emit("LeakyRelu", [x.name], { alpha: { float: slope } }),
  clamp: ({ min, max }, writer, [x]) => writer.emit("Clip", [x.name, writer.float(min), writer.float(max)]),
  binary: ({ name }, writer, [a, b]) => writer.emit(BINARY_OPERATORS[name], [a.name, b.name]),
  where: (_, writer, [condition, a, b]) => {
    const isTaken = writer.emit("Greater", [condition.name, writer.float(0)]);
    return writer.emit("Where", [isTaken, a.name, b.name]);
  },
  matmul: ({ transposeA, transposeB }, writer, [a, b]) =>
    lowerProduct(writer, a.name, b.name, { transposeA, transposeB, rank: a.shape.length }),
  reduceSum: ({ axes }, writer, [x]) => writer.emit("ReduceSum", [x.name, writer.int64(axes)]),
  reduceMax: ({ axes }, writer, [x]) => writer.emit("ReduceMax", [x.name], { axes: { ints: axes } }),
  softmax: ({ axis }, writer, [x]) => writer.emit("Softmax", [x.name], { axis: { int: axis } }),
  logSoftmax: ({ axis }, writer, [x]) =>
    writer.isPortable
      ? lowerLogSoftmax(writer, x.name, axis)
      : writer.emit("LogSoftmax", [x.name], { axis: { int: axis } }),
  stopGradient: (_, __, [x]) => x.name,
  reshape: ({ shape }, writer, [x]) => {
    // -1 lets the runtime find the extent: the batch axis of an exported model stays free
    const extents = shape.map((extent, axis) => (axis === 0 ? -1 : extent));
    return writer.emit("Reshape", [x.name, writer.int64(extents)]);
  },
  broadcastTo: ({ shape }, writer, [x]) => writer.emit("Expand", [x.name, writer.int64(shape)]),
  transpose: ({ permutation }, writer, [x]) =>
    writer.emit("Transpose", [x.name], { perm: { ints: permutation } }),
  slice: ({ axis, start, end }, writer, [x]) =>
    writer.emit("Slice", [x.name, ...[[start], [end], [axis]].map((list) => writer.int64(list))]),
  concat: ({ axis }, writer, inputs) =>
    writer.emit(
      "Concat",
      inputs.map((input) => input.name),
      { axis: { int: axis } },
    ),
  pad: ({ before, after }, writer, [x]) => writer.emit("Pad", [x.name, writer.int64([...before, ...after])]),
  gather: ({ axis, indices }, writer, [x]) =>
    writer.emit("Gather", [x.name, writer.int64(indices)], { axis: { int: axis } }),
  scatterAdd: (operator, writer, [x]) => lowerScatterAdd(operator, writer, x),
  conv2d: (geometry, writer, inputs) => lowerConvolution(writer, geometry, inputs),
  convTranspose2d: (geometry, writer, inputs, shape) =>
    lowerTransposedConvolution(writer, geometry, inputs, shape),
  conv2dFilterGradient: (geometry, writer, inputs) =>
    lowerFilterGradient(writer, geometry, inputs, geometry.filterSize),
  maxPool2d: (geometry, writer, [x]) => writer.emit("MaxPool", [x.name], poolAttributes(geometry)),
  maxPool2dGradient: (geometry, writer, inputs) => lowerMaxPoolGradient(geometry, writer, inputs),
  averagePool2d: (geometry, writer, [x]) => writer.emit("AveragePool", [x.name], poolAttributes(geometry)),
  upsampleNearest: ({ scale }, writer, [x]) => lowerUpsample(writer, x.name, scale),
};

/**
 * 1 above zero, else 0, as HardSigmoid(x) = max(0, min(1, alpha x)) with the largest alpha a float32 holds.
 *
 * Greater and Cast run on one thread; HardSigmoid on all. Numbers below 3e-39 count as zero.
 */
function lowerStep(writer: OnnxWriter, x: string): string {
  return writer.emit("HardSigmoid", [x], { alpha: { float: 3.4e38 }, beta: { float: 0 } });
}

/** x - max - ln sum e^(x - max): ONNX Runtime 1.30 has no LogSoftmax on WebGPU. */
function lowerLogSoftmax(writer: OnnxWriter, x: string, axis: number): string {
  const shifted = writer.emit("Sub", [x, writer.emit("ReduceMax", [x], { axes: { ints: [axis] } })]);
  const sum = writer.emit("ReduceSum", [writer.emit("Exp", [shifted]), writer.int64([axis])]);
  return writer.emit("Sub", [shifted, writer.emit("Log", [sum])]);
}

function lowerUpsample(writer: OnnxWriter, x: string, scale: number): string {
  const scales = writer.floats(Float32Array.of(1, 1, scale, scale), [4]);
  return writer.emit("Resize", [x, "", scales], NEAREST);
}

const NEAREST = {
  mode: { text: "nearest" },
  coordinate_transformation_mode: { text: "asymmetric" },
  nearest_mode: { text: "floor" },
};

/** Pixels equal to their window's maximum share its gradient: g up(1/count) (x >= up(pooled)). */
function lowerMaxPoolGradient(
  geometry: PoolGeometry,
  writer: OnnxWriter,
  [x, pooled, gradient]: readonly LoweredTensor[],
): string {
  const { size, stride } = geometry;
  const missing = [2, 3].map((axis) => x.shape[axis] - pooled.shape[axis] * size);
  if (size !== stride || missing.some((extent) => extent !== 0)) {
    const got = `size ${size}, stride ${stride}, image ${x.shape[2]} x ${x.shape[3]}`;
    throw rangeError({ action: "train through maxPool2d" }, "windows must tile the image", got);
  }
  const behind = writer.emit("Sub", [x.name, spreadTo(writer, pooled.name, x.shape)]);
  const isMaximum = writer.emit("HardSigmoid", [behind], { alpha: { float: 3.4e38 }, beta: { float: 1 } });
  const share = writer.emit("AveragePool", [isMaximum], poolAttributes(geometry));
  const count = writer.emit("Mul", [share, writer.float(size * size)]);
  const spread = spreadTo(writer, writer.emit("Div", [gradient.name, count]), x.shape);
  return writer.emit("Mul", [spread, isMaximum]);
}

/** As lowerUpsample, but to stated extents: ONNX Runtime then leaves the layout alone, which its neighbours need. */
function spreadTo(writer: OnnxWriter, x: string, shape: Shape): string {
  return writer.emit("Resize", [x, "", "", writer.int64(shape)], NEAREST);
}

/** A product with the matrix that has a one at (indices[i], i). */
function lowerScatterAdd(
  { axis, indices, extent }: { axis: number; indices: readonly number[]; extent: number },
  writer: OnnxWriter,
  x: LoweredTensor,
): string {
  const oneHot = new Float32Array(extent * indices.length);
  indices.forEach((target, i) => (oneHot[target * indices.length + i] = 1));
  const matrix = writer.floats(oneHot, [extent, indices.length]);
  const before = x.shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const flat = writer.emit("Reshape", [x.name, writer.int64([before, indices.length, -1])]);
  const summed = writer.emit("MatMul", [matrix, flat]);
  return writer.emit("Reshape", [summed, writer.int64(x.shape.with(axis, extent))]);
}

/** Attributes of ONNX MaxPool and AveragePool. */
export function poolAttributes({ size, stride }: PoolGeometry) {
  return { kernel_shape: { ints: [size, size] }, strides: { ints: [stride, stride] } };
}
