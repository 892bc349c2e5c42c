import { conv2dFilterGradient64, conv2d64, convTranspose2d64 } from "./reference-convolution.ts";
import type { BinaryName, RuleTable, UnaryName } from "../../src/graph/operator.ts";
import { sizeOf } from "../../src/graph/index.ts";
import type { Shape } from "../../src/graph/index.ts";
import type { Tensor64 } from "./tensor64.ts";

const UNARY: Readonly<Record<UnaryName, (x: number) => number>> = {
  relu: (x) => Math.max(x, 0),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  negate: (x) => -x,
  reciprocal: (x) => 1 / x,
  step: (x) => (x > 0 ? 1 : 0),
};

const BINARY: Readonly<Record<BinaryName, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
};

/** Every operator in float64 by its definition: (operator, inputs, shape of the result) -> elements. */
export const REFERENCE_RULES: RuleTable<readonly [readonly Tensor64[], Shape], Float64Array> = {
  unary: ({ name }, [x]) => x.data.map(UNARY[name]),
  leakyRelu: ({ slope }, [x]) => x.data.map((v) => (v > 0 ? v : slope * v)),
  clamp: ({ min, max }, [x]) => x.data.map((v) => Math.min(Math.max(v, min), max)),
  binary: ({ name }, [a, b], shape) => {
    const [wideA, wideB] = [stretch(a, shape), stretch(b, shape)];
    return wideA.map((v, i) => BINARY[name](v, wideB[i]));
  },
  where: (_, [condition, a, b]) => condition.data.map((c, i) => (c > 0 ? a.data[i] : b.data[i])),
  matmul: ({ transposeA, transposeB }, [a, b], shape) => matmul64(a, b, transposeA, transposeB, shape),
  reduceSum: (_, [x], shape) => reduce(x, shape, 0, (sum, v) => sum + v),
  reduceMax: (_, [x], shape) => reduce(x, shape, -Infinity, Math.max),
  softmax: ({ axis }, [x]) => logSoftmax64(x, axis).map(Math.exp),
  logSoftmax: ({ axis }, [x]) => logSoftmax64(x, axis),
  stopGradient: (_, [x]) => x.data,
  reshape: (_, [x]) => x.data,
  broadcastTo: (_, [x], shape) => stretch(x, shape),
  transpose: ({ permutation }, [x], shape) => {
    const strides = stridesOf(x.shape);
    return fill(shape, (at) => x.data[at.reduce((sum, i, axis) => sum + i * strides[permutation[axis]], 0)]);
  },
  slice: ({ axis, start }, [x], shape) => {
    return fill(shape, (at) => x.data[offsetOf(at.with(axis, at[axis] + start), x.shape)]);
  },
  concat: ({ axis }, inputs, shape) =>
    fill(shape, (at) => {
      let index = at[axis];
      let source = 0;
      while (index >= inputs[source].shape[axis]) index -= inputs[source++].shape[axis];
      return inputs[source].data[offsetOf(at.with(axis, index), inputs[source].shape)];
    }),
  pad: ({ before }, [x], shape) =>
    fill(shape, (at) => {
      const from = at.map((i, axis) => i - before[axis]);
      const isInside = from.every((i, axis) => i >= 0 && i < x.shape[axis]);
      return isInside ? x.data[offsetOf(from, x.shape)] : 0;
    }),
  gather: ({ axis, indices }, [x], shape) =>
    fill(shape, (at) => x.data[offsetOf(at.with(axis, indices[at[axis]]), x.shape)]),
  scatterAdd: ({ axis, indices }, [x], shape) => {
    const result = new Float64Array(sizeOf(shape));
    forEachIndex(x.shape, (at, i) => {
      result[offsetOf(at.with(axis, indices[at[axis]]), shape)] += x.data[i];
    });
    return result;
  },
  conv2d: (geometry, [x, filter, bias], shape) => conv2d64(geometry, x, filter, bias ?? null, shape),
  convTranspose2d: (geometry, [filter, x], shape) => convTranspose2d64(geometry, filter, x, shape),
  conv2dFilterGradient: (geometry, [x, gradient], shape) =>
    conv2dFilterGradient64(geometry, x, gradient, shape),
  maxPool2d: ({ size, stride }, [x], shape) =>
    fill(shape, (at) => Math.max(...windowOf(x, at, size, stride).map((i) => x.data[i]))),
  maxPool2dGradient: ({ size, stride }, [x, pooled, gradient]) => {
    const result = new Float64Array(x.data.length);
    forEachIndex(pooled.shape, (at, i) => {
      const winners = windowOf(x, at, size, stride).filter((j) => x.data[j] === pooled.data[i]);
      for (const j of winners) result[j] += gradient.data[i] / winners.length;
    });
    return result;
  },
  averagePool2d: ({ size, stride }, [x], shape) =>
    fill(shape, (at) => {
      const window = windowOf(x, at, size, stride);
      return window.reduce((sum, i) => sum + x.data[i], 0) / window.length;
    }),
  upsampleNearest: ({ scale }, [x], shape) =>
    fill(shape, ([n, c, row, column]) => {
      const from = [n, c, Math.floor(row / scale), Math.floor(column / scale)];
      return x.data[offsetOf(from, x.shape)];
    }),
};

function forEachIndex(shape: Shape, visit: (at: number[], index: number) => void): void {
  const at = shape.map(() => 0);
  for (let index = 0; index < sizeOf(shape); index++) {
    visit(at, index);
    for (let axis = shape.length - 1; axis >= 0 && ++at[axis] === shape[axis]; axis--) at[axis] = 0;
  }
}

function fill(shape: Shape, elementAt: (at: number[]) => number): Float64Array {
  const result = new Float64Array(sizeOf(shape));
  forEachIndex(shape, (at, index) => (result[index] = elementAt(at)));
  return result;
}

function offsetOf(at: readonly number[], shape: Shape): number {
  return at.reduce((offset, index, axis) => offset * shape[axis] + index, 0);
}

function stretch(x: Tensor64, shape: Shape): Float64Array {
  const added = shape.length - x.shape.length;
  return fill(
    shape,
    (at) => x.data[x.shape.reduce((sum, extent, axis) => sum * extent + (at[axis + added] % extent), 0)],
  );
}

function reduce(x: Tensor64, shape: Shape, start: number, combine: (sum: number, v: number) => number) {
  const result = new Float64Array(sizeOf(shape)).fill(start);
  forEachIndex(x.shape, (at, index) => {
    const target = shape.reduce((sum, extent, axis) => sum * extent + (at[axis] % extent), 0);
    result[target] = combine(result[target], x.data[index]);
  });
  return result;
}

function matmul64(a: Tensor64, b: Tensor64, transposeA: boolean, transposeB: boolean, shape: Shape) {
  const depth = a.shape.at(transposeA ? -2 : -1) as number;
  return fill(shape, (at) => {
    const lead = at.slice(0, -2);
    const [row, column] = at.slice(-2);
    let sum = 0;
    for (let k = 0; k < depth; k++) {
      const fromA = offsetOf([...lead, ...(transposeA ? [k, row] : [row, k])], a.shape);
      const fromB = offsetOf([...lead, ...(transposeB ? [column, k] : [k, column])], b.shape);
      sum += a.data[fromA] * b.data[fromB];
    }
    return sum;
  });
}

function logSoftmax64(x: Tensor64, axis: number): Float64Array {
  const shape = x.shape.with(axis, 1);
  const largest = stretch({ shape, data: reduce(x, shape, -Infinity, Math.max) }, x.shape);
  const shifted = x.data.map((v, i) => v - largest[i]);
  const sums = reduce({ shape: x.shape, data: shifted.map(Math.exp) }, shape, 0, (sum, v) => sum + v);
  const normaliser = stretch({ shape, data: sums.map(Math.log) }, x.shape);
  return shifted.map((v, i) => v - normaliser[i]);
}

/** Offsets in x of the pixels under one pooling window. */
function windowOf(
  x: Tensor64,
  [n, c, row, column]: readonly number[],
  size: number,
  stride: number,
): number[] {
  return Array.from({ length: size * size }, (_, i) =>
    offsetOf([n, c, row * stride + Math.floor(i / size), column * stride + (i % size)], x.shape),
  );
}

/** Row-major strides: elements to skip for one step along each axis. */
function stridesOf(shape: Shape): number[] {
  const strides = Array.from<number>({ length: shape.length }).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}
