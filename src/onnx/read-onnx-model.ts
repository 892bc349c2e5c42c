import { AttributeProto_AttributeType, TensorProto_DataType } from "onnx-buf";
import type { AttributeProto, TensorProto, ValueInfoProto } from "onnx-buf";
import { floatsOf, isFloatingPoint, parseOnnx } from "./onnx-protobuf.ts";
import type { OnnxAttribute, OnnxInitializer, OnnxModel, OnnxNode, OnnxPort } from "./onnx-model.ts";

/**
 * Reads a whole ONNX model: what encodeOnnx wrote, as it was given. For engines that carry out its nodes themselves.
 *
 * @param bytes of a .onnx file
 * @returns the model as plain data
 * @throws SyntaxError when the bytes are no ONNX model, or it stores tensors of other types than float32, float16 and int64
 * @example
 * import { input, lowerToOnnx, relu } from "../src/graph/index.ts";
 * import { encodeOnnx, readOnnxModel } from "../src/onnx/index.ts";
 * import { expect } from "vitest";
 * const model = lowerToOnnx({ y: relu(input("x", [2])) }, { graphName: "rectifier" });
 * expect(readOnnxModel(encodeOnnx(model))).toEqual(model);
 */
export function readOnnxModel(bytes: Uint8Array): OnnxModel {
  const { graph, metadataProps } = parseOnnx(bytes);
  return {
    graphName: graph.name,
    nodes: graph.node.map(({ opType, input, output, attribute, domain }): OnnxNode => {
      const attributes = Object.fromEntries(attribute.map((one) => [one.name, attributeOf(one)]));
      return { opType, inputs: input, outputs: output, attributes, domain };
    }),
    initializers: graph.initializer.map(initializerOf),
    inputs: graph.input.map(portOf),
    outputs: graph.output.map(portOf),
    metadata: Object.fromEntries(metadataProps.map(({ key, value }) => [key, value])),
  };
}

function attributeOf({ name, type, i, ints, f, floats, s, strings }: AttributeProto): OnnxAttribute {
  const types = AttributeProto_AttributeType;
  const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (type === types.INT) return { int: Number(i) };
  if (type === types.INTS) return { ints: ints.map(Number) };
  if (type === types.FLOAT) return { float: f };
  if (type === types.FLOATS) return { floats };
  if (type === types.STRING) return { text: textOf(s) };
  if (type === types.STRINGS) return { texts: strings.map(textOf) };
  throw new SyntaxError(
    `Cannot read ONNX model: attributes must be numbers or texts, got type ${type} (${name})`,
  );
}

function initializerOf(tensor: TensorProto): OnnxInitializer {
  const { name, dataType } = tensor;
  const shape = tensor.dims.map(Number);
  if (isFloatingPoint(dataType)) {
    const type = dataType === TensorProto_DataType.FLOAT16 ? "float16" : "float32";
    return { name, type, shape, data: floatsOf(tensor) };
  }
  if (dataType !== TensorProto_DataType.INT64) {
    const wanted = "stored tensors must be float32, float16 or int64";
    throw new SyntaxError(`Cannot read ONNX model: ${wanted}, got type ${dataType} (${name})`);
  }
  const { rawData, int64Data } = tensor;
  const numbers = int64Data.length > 0 ? int64Data : [...new BigInt64Array(Uint8Array.from(rawData).buffer)];
  return { name, type: "int64", shape, data: numbers.map(Number) };
}

function portOf({ name, type }: ValueInfoProto): OnnxPort {
  const dims = type?.value.case === "tensorType" ? (type.value.value.shape?.dim ?? []) : [];
  return {
    name,
    shape: dims.map(({ value }) => (value.case === "dimValue" ? Number(value.value) : (value.value ?? ""))),
  };
}
