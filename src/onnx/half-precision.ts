import { halfBits, halfNumber } from "./half-numbers.ts";
import type { OnnxInitializer, OnnxModel, OnnxNode } from "./onnx-model.ts";

/** Shorter tensors save less than the node that makes them single precision again. */
const FEWEST_WORTH = 1024;

/**
 * Numbers rounded to half precision (IEEE 754 binary16): 11 significant bits, an error of 2^-12 of a number at most.
 *
 * @param data weights; magnitudes from 65,520 on would become infinite
 * @returns the nearest numbers that half precision has, still as single-precision ones
 * @example
 * import { toHalfPrecision } from "../src/onnx/index.ts";
 * import { expect } from "vitest";
 * const [half] = toHalfPrecision(Float32Array.of(0.1));
 * expect(Math.abs(half / 0.1 - 1)).toBeLessThan(2 ** -11);
 */
export function toHalfPrecision(data: Float32Array): Float32Array {
  return data.map(rounded);
}

/** The bytes of half-precision numbers, low byte first, as ONNX has them. */
export function halfBytes(data: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * data.length);
  for (let i = 0; i < data.length; i++) {
    const bits = halfBits(data[i]);
    bytes[2 * i] = bits & 0xff;
    bytes[2 * i + 1] = bits >>> 8;
  }
  return bytes;
}

/** Half-precision numbers from their bytes. */
export function halfNumbers(bytes: Uint8Array): Float32Array {
  const numbers = new Float32Array(bytes.length / 2);
  for (let i = 0; i < numbers.length; i++) numbers[i] = halfNumber(bytes[2 * i] | (bytes[2 * i + 1] << 8));
  return numbers;
}

/** The name of a tensor as it is stored in half precision; its own name is that of the single-precision one. */
const HALF_SUFFIX = ":half";

/** The name that a stored tensor goes by. */
export function weightName(stored: string): string {
  return stored.endsWith(HALF_SUFFIX) ? stored.slice(0, -HALF_SUFFIX.length) : stored;
}

/**
 * A model whose large tensors are stored in half precision where that loses nothing: weights that training has rounded.
 *
 * They become single precision again by a Cast node, which runtimes fold away when they load the file: it computes as before, at half the size.
 */
export function storedInHalf(model: OnnxModel): OnnxModel {
  const casts: OnnxNode[] = [];
  const initializers = model.initializers.map((tensor): OnnxInitializer => {
    if (tensor.type !== "float32" || tensor.data.length < FEWEST_WORTH || !isHalf(tensor.data)) return tensor;
    const name = tensor.name + HALF_SUFFIX;
    casts.push(castNode(name, tensor.name));
    return { ...tensor, name, type: "float16" };
  });
  return { ...model, initializers, nodes: [...casts, ...model.nodes] };
}

const rounded = (value: number) => halfNumber(halfBits(value));
const isHalf = (data: Float32Array) => data.every((value) => rounded(value) === value);

/** TensorProto.DataType FLOAT of the ONNX schema. */
const SINGLE_PRECISION = 1;

function castNode(from: string, to: string): OnnxNode {
  return {
    opType: "Cast",
    inputs: [from],
    outputs: [to],
    attributes: { to: { int: SINGLE_PRECISION } },
    domain: "",
  };
}
