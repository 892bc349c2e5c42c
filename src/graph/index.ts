/**
 * Tensor graphs as data: operators, shapes, gradients, ONNX out, ONNX Runtime.
 * Takes expressions of values; gives their gradients, or an ONNX model and a session that runs it.
 * Knows no networks, losses or optimisers; the float64 reference that tests compare with lies in test/graph.
 */
export { constant, input } from "./value.ts";
export type { Value } from "./value.ts";
export { isSameShape, shapeText, sizeOf } from "./shape.ts";
export type { Shape } from "./shape.ts";
export type { ConvolutionGeometry } from "./operator.ts";
export {
  abs,
  add,
  clamp,
  concat,
  conv2d,
  divide,
  exp,
  gather,
  globalAverage,
  log,
  logSoftmax,
  logSumExp,
  matmul,
  maxPool2d,
  meanOf,
  multiply,
  negate,
  reduceMean,
  reduceSum,
  leakyRelu,
  relu,
  reshape,
  sigmoid,
  slice,
  softmax,
  softplus,
  sqrt,
  square,
  stopGradient,
  subtract,
  sumOf,
  transpose,
  upsampleNearest,
} from "./operations.ts";
export { gradients } from "./differentiate.ts";
export { lowerToOnnx } from "./lower-to-onnx.ts";
export { chooseDevice, isSoftwareDriver } from "./choose-device.ts";
export { compareDevice } from "./compare-device.ts";
export { runtimeFiles } from "./onnxruntime-files.ts";
export type { RuntimeFiles } from "./onnxruntime-files.ts";
export { DEVICE_ADVICE, openSession, tfjsDevice } from "./onnxruntime-session.ts";
export type {
  Device,
  FloatTensor,
  OnnxRuntimeDevice,
  Session,
  SessionOptions,
} from "./onnxruntime-session.ts";
export { findChannelBlock } from "./find-channel-block.ts";
export { openWorkerSession } from "./worker-session.ts";
