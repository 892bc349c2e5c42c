/**
 * Tensor graphs as data: operators, shapes, gradients, a float64 reference evaluation, ONNX out, ONNX Runtime.
 * Takes expressions of values; gives their gradients, their numbers, or an ONNX model and a session that runs it.
 * Knows no networks, losses or optimisers.
 */
export { constant, input, scalar } from "./value.ts";
export type { Value } from "./value.ts";
export { isSameShape, shapeText, sizeOf } from "./shape.ts";
export type { Shape } from "./shape.ts";
export type { ConvolutionGeometry, Operator, OperatorKind, PoolGeometry } from "./operator.ts";
export {
  abs,
  add,
  averagePool2d,
  broadcastTo,
  clamp,
  concat,
  conv2d,
  convTranspose2d,
  divide,
  erf,
  exp,
  gather,
  gelu,
  globalAverage,
  leakyRelu,
  log,
  logSoftmax,
  logSumExp,
  matmul,
  maxPool2d,
  meanOf,
  multiply,
  negate,
  pad,
  reciprocal,
  reduceMax,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  sigmoid,
  silu,
  slice,
  softmax,
  softplus,
  sqrt,
  square,
  step,
  stopGradient,
  subtract,
  sumOf,
  tanh,
  transpose,
  upsampleNearest,
  where,
} from "./operations.ts";
export type { Operand } from "./operations.ts";
export { gradients } from "./differentiate.ts";
export { evaluate } from "./evaluate.ts";
export { lowerToOnnx } from "./lower-to-onnx.ts";
export type { LoweringOptions } from "./lower-to-onnx.ts";
export { chooseDevice } from "./choose-device.ts";
export type { DeviceProbe, DeviceRequest } from "./choose-device.ts";
export { openSession } from "./onnxruntime-session.ts";
export type { Device, FloatTensor, Session, SessionOptions } from "./onnxruntime-session.ts";
export { findChannelBlock } from "./find-channel-block.ts";
export { openWorkerSession } from "./worker-session.ts";
