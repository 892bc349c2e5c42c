import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import type { AttributeProto, GraphProto, ModelProto, TensorProto, ValueInfoProto } from "onnx-buf";
import { countMessages } from "./count-messages.ts";
import { halfBytes, halfNumbers, weightName } from "./half-precision.ts";
import type { OnnxAttribute, OnnxInitializer, OnnxModel, OnnxNode, OnnxPort } from "./onnx-model.ts";

/** Operator set 17 with IR 8: the newest pair that runtimes and checkers of 2022 still read. */
const OPERATOR_SET = 17;
const IR_VERSION = 8;
/** Versions of the operator sets beside the standard one; ai.onnx.ml 3 is of 2022 too. */
const EXTRA_SETS: Readonly<Record<string, bigint>> = { "ai.onnx.ml": 3n, "com.microsoft": 1n };

/** The parts of an ONNX file that outlive its graph: what it says of itself, and its weights. */
export interface OnnxContents {
  readonly metadata: Readonly<Record<string, string>>;
  /** Stored tensors of floating point by name, as single precision. */
  readonly weights: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;
}

/**
 * Writes an ONNX model as the bytes of a .onnx file.
 *
 * @param model the model as plain data
 * @returns protobuf bytes
 */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const graph = create(GraphProtoSchema, {
    name: model.graphName,
    node: model.nodes.map(encodeNode),
    initializer: model.initializers.map(encodeInitializer),
    input: model.inputs.map(encodePort),
    output: model.outputs.map(encodePort),
  });
  const extras = Object.entries(EXTRA_SETS)
    .filter(([domain]) => model.nodes.some((node) => node.domain === domain))
    .map(([domain, version]) => ({ domain, version }));
  const domains = [{ domain: "", version: BigInt(OPERATOR_SET) }, ...extras];
  const proto = create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    producerName: "heterostem",
    opsetImport: domains.map((entry) => create(OperatorSetIdProtoSchema, entry)),
    graph,
    metadataProps: Object.entries(model.metadata).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    ),
  });
  return toBinary(ModelProtoSchema, proto);
}

/**
 * Reads metadata and stored weights of a .onnx file.
 *
 * @param bytes the file
 * @returns metadata texts, and tensors of single and half precision; others are left out
 * @throws SyntaxError when the bytes are no ONNX model
 */
export function decodeOnnx(bytes: Uint8Array): OnnxContents {
  const { graph, metadataProps } = parseOnnx(bytes);
  const metadata = Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]));
  const weights = new Map(
    graph.initializer
      .filter(({ dataType }) => isFloatingPoint(dataType))
      .map((tensor) => [weightName(tensor.name), { shape: tensor.dims.map(Number), data: floatsOf(tensor) }]),
  );
  return { metadata, weights };
}

/** Nodes, attributes, tensors and shapes of a model at all depths: networks have some thousands; 100,000 take 40 MB. */
const MOST_MESSAGES = 500_000;

/**
 * Parses a model's protobuf.
 *
 * @throws SyntaxError when the bytes are no ONNX model
 */
export function parseOnnx(bytes: Uint8Array): ModelProto & { readonly graph: GraphProto } {
  if (countMessages(bytes, ModelProtoSchema, MOST_MESSAGES) > MOST_MESSAGES) {
    throw new SyntaxError(`Cannot read ONNX model: model must have at most ${MOST_MESSAGES} parts, got more`);
  }
  let proto: ModelProto;
  try {
    proto = fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (cause) {
    throw new SyntaxError(
      `Cannot read ONNX model: wanted protobuf bytes of a model, got ${bytes.length} others`,
      {
        cause,
      },
    );
  }
  if (!proto.graph || proto.graph.node.length === 0) {
    throw new SyntaxError(`Cannot read ONNX model: wanted a graph, got ${bytes.length} bytes without one`);
  }
  return { ...proto, graph: proto.graph };
}

const FLOATING_POINT: ReadonlySet<number> = new Set([
  TensorProto_DataType.FLOAT,
  TensorProto_DataType.FLOAT16,
]);

/** Whether a type of tensor is single or half precision. */
export const isFloatingPoint = (dataType: number): boolean => FLOATING_POINT.has(dataType);

/** Elements of a tensor of single or half precision. */
export function floatsOf(tensor: TensorProto): Float32Array {
  if (tensor.dataType === TensorProto_DataType.FLOAT16) return halfNumbers(tensor.rawData);
  if (tensor.floatData.length > 0) return Float32Array.from(tensor.floatData);
  // of a Buffer, rawData is a Buffer, whose slice() shares its memory at any offset: copy into an array of its own
  return new Float32Array(Uint8Array.from(tensor.rawData).buffer);
}

function encodeNode(node: OnnxNode) {
  return create(NodeProtoSchema, {
    opType: node.opType,
    domain: node.domain,
    name: `${node.opType}:${node.outputs.find((output) => output !== "") ?? ""}`,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, value]) => encodeAttribute(name, value)),
  });
}

function encodeAttribute(name: string, value: OnnxAttribute): AttributeProto {
  const types = AttributeProto_AttributeType;
  if ("int" in value) {
    return create(AttributeProtoSchema, { name, type: types.INT, i: BigInt(value.int) });
  }
  if ("ints" in value) {
    return create(AttributeProtoSchema, { name, type: types.INTS, ints: Array.from(value.ints, BigInt) });
  }
  if ("float" in value) return create(AttributeProtoSchema, { name, type: types.FLOAT, f: value.float });
  if ("floats" in value) {
    return create(AttributeProtoSchema, { name, type: types.FLOATS, floats: Array.from(value.floats) });
  }
  if ("texts" in value) {
    return create(AttributeProtoSchema, { name, type: types.STRINGS, strings: value.texts.map(bytesOf) });
  }
  return create(AttributeProtoSchema, { name, type: types.STRING, s: bytesOf(value.text) });
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
}

function encodeInitializer(tensor: OnnxInitializer): TensorProto {
  const dims = tensor.shape.map(BigInt);
  if (tensor.type === "float16") {
    const dataType = TensorProto_DataType.FLOAT16;
    return create(TensorProtoSchema, { name: tensor.name, dims, dataType, rawData: halfBytes(tensor.data) });
  }
  const isFloat = tensor.type === "float32";
  const source = isFloat ? tensor.data : BigInt64Array.from(tensor.data.map(BigInt));
  const rawData = new Uint8Array(source.byteLength);
  rawData.set(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  const dataType = isFloat ? TensorProto_DataType.FLOAT : TensorProto_DataType.INT64;
  return create(TensorProtoSchema, { name: tensor.name, dims, dataType, rawData });
}

function encodePort(port: OnnxPort): ValueInfoProto {
  const dim = port.shape.map((extent) =>
    create(TensorShapeProto_DimensionSchema, {
      value:
        typeof extent === "string"
          ? { case: "dimParam", value: extent }
          : { case: "dimValue", value: BigInt(extent) },
    }),
  );
  const tensorType = create(TypeProto_TensorSchema, {
    elemType: TensorProto_DataType.FLOAT,
    shape: create(TensorShapeProtoSchema, { dim }),
  });
  const type = create(TypeProtoSchema, { value: { case: "tensorType", value: tensorType } });
  return create(ValueInfoProtoSchema, { name: port.name, type });
}
