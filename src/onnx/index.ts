/**
 * ONNX files as plain data: a model record, its bytes, and what a file says of itself.
 * Knows no graphs, forests or runtimes: whoever has nodes to write describes them here.
 */
export { storedInHalf, toHalfPrecision } from "./half-precision.ts";
export { decodeOnnx, encodeOnnx } from "./onnx-protobuf.ts";
export { readOnnxModel } from "./read-onnx-model.ts";
export type { OnnxModel, OnnxAttribute, OnnxInitializer, OnnxNode, OnnxPort } from "./onnx-model.ts";
