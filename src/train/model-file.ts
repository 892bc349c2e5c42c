import { z } from "zod";
import { definedPart, failureText, parseJson, rangeError } from "../core/index.ts";
import { decodeOnnx, encodeOnnx, readOnnxModel, storedInHalf, toHalfPrecision } from "../onnx/index.ts";
import { input, lowerToOnnx, openSession, sizeOf } from "../graph/index.ts";
import type { Session, SessionOptions } from "../graph/index.ts";
import type { Network } from "./network.ts";
import { constantsOf, parameterCount } from "./parameters.ts";

/** Key of the metadata entry that holds ModelMetadata as JSON. */
export const METADATA_KEY = "heterostem";

/** What a model file says of itself; any further JSON values may stand beside these. */
export interface ModelMetadata {
  /** What the model is for, such as "heterostem-regressor"; a reader refuses other kinds. */
  readonly kind: string;
  /** Shape of one input without the batch axis; written by exportModel. */
  readonly inputShape?: readonly number[];
  /** Numbers that are stated beside an input; written by exportModel where there are some. */
  readonly conditionCount?: number;
  readonly [key: string]: unknown;
}

/** Results for a count of inputs. */
export interface Prediction {
  /** [count, ...outputShape], row-major. */
  readonly outputs: Float32Array;
  /** [count, features], row-major; null where the model has none. */
  readonly embeddings: Float32Array | null;
}

/** A network that is ready to be asked. */
export interface OpenNetwork {
  /** Applies the model to `count` inputs, one after another in `inputs`, as are their conditions; zeros by default. */
  predict(inputs: Float32Array, count: number, conditions?: Float32Array): Promise<Prediction>;
  dispose(): Promise<void>;
}

/** A model read back from a file. */
export interface LoadedModel extends OpenNetwork {
  readonly metadata: ModelMetadata;
}

/**
 * Writes a trained network as an ONNX inference model.
 *
 * Inputs "input" [batch, ...] and, for a network that takes some, "conditions" [batch, numbers]; outputs "output" [batch, ...] and, where the network has one, "embedding"
 * [batch, features]; "batch" is free. Weights that half precision holds without loss are stored so. The metadata stands as JSON under the key METADATA_KEY.
 *
 * @param network the network
 * @param weights its weight vector
 * @param metadata kind of the model and whatever a reader needs: target names, units, pixel size
 * @returns bytes of a .onnx file
 * @throws RangeError when the count of weights is not the network's
 */
export function exportModel(network: Network, weights: Float32Array, metadata: ModelMetadata): Uint8Array {
  if (weights.length !== parameterCount(network)) {
    const wanted = `${parameterCount(network)} weights of ${network.name}`;
    throw rangeError({ action: "export model" }, `wanted ${wanted}`, String(weights.length));
  }
  const { inputShape, conditionCount = 0 } = network;
  const text = JSON.stringify({
    ...metadata,
    inputShape,
    ...(conditionCount === 0 ? {} : { conditionCount }),
  });
  return encodeOnnx(storedInHalf(lowered(network, weights, { [METADATA_KEY]: text })));
}

/** The network with its weights as constants. */
function lowered(network: Network, weights: Float32Array, metadata: Readonly<Record<string, string>>) {
  const { inputShape, conditionCount = 0 } = network;
  const image = input("input", [1, ...inputShape]);
  const scope = constantsOf(network, weights);
  const { output, embedding } =
    conditionCount === 0
      ? network.forward(image, scope)
      : network.forward(image, scope, input("conditions", [1, conditionCount]));
  const outputs = embedding === null ? { output } : { output, embedding };
  return lowerToOnnx(outputs, { graphName: network.name, batchAxisName: "batch", metadata });
}

/**
 * Weights as a file stores them at half the size: rounded to half precision, 11 significant bits. Whoever calibrates answers does so with these.
 *
 * @param trained a network's weights
 * @returns weights that exportModel stores without loss
 */
export function storedWeights(trained: Float32Array): Float32Array {
  return toHalfPrecision(trained);
}

/**
 * Reads a model that exportModel wrote.
 *
 * @param bytes the .onnx file
 * @param options kind that is wanted, where the bytes came from (for errors), device and threads
 * @returns the model; dispose it when done
 * @throws SyntaxError when the bytes are no ONNX model
 * @throws RangeError when the model is of another kind
 */
export async function loadModel(
  bytes: Uint8Array,
  options: { readonly kind: string; readonly where?: string } & SessionOptions,
): Promise<LoadedModel> {
  const { kind, where, ...runtime } = options;
  const metadata = readModelMetadata(bytes, { kind, where });
  const session = await openSession(bytes, runtime);
  return { metadata, ...predictor(session, metadata) };
}

/**
 * Opens a network with weights that are at hand, as a file of it would answer.
 *
 * @param network the network
 * @param weights its weight vector
 * @param runtime device and threads
 * @returns the network; dispose it when done
 */
export async function openNetwork(
  network: Network,
  weights: Float32Array,
  runtime: SessionOptions = {},
): Promise<OpenNetwork> {
  const session = await openSession(encodeOnnx(lowered(network, weights, {})), runtime);
  return predictor(session, network);
}

function predictor(
  session: Session,
  { inputShape = [], conditionCount = 0 }: Pick<ModelMetadata, "inputShape" | "conditionCount">,
): OpenNetwork {
  return {
    async predict(inputs, count, conditions = new Float32Array(count * conditionCount)) {
      checkLength(inputs, count * sizeOf(inputShape), `${count} inputs of [${inputShape.join(", ")}]`);
      checkLength(conditions, count * conditionCount, `${count} times ${conditionCount} conditions`);
      const parts: Record<string, Float32Array[]> = { output: [], embedding: [] };
      for (let start = 0; start < count; start += CHUNK) {
        const size = Math.min(CHUNK, count - start);
        const data = inputs.subarray(start * sizeOf(inputShape), (start + size) * sizeOf(inputShape));
        const stated = conditions.subarray(start * conditionCount, (start + size) * conditionCount);
        const results = await session.run({
          input: { data, shape: [size, ...inputShape] },
          ...(conditionCount === 0 ? {} : { conditions: { data: stated, shape: [size, conditionCount] } }),
        });
        for (const name of session.outputNames) parts[name].push(results[name].data);
      }
      const hasEmbedding = session.outputNames.includes("embedding");
      return { outputs: join(parts.output), embeddings: hasEmbedding ? join(parts.embedding) : null };
    },
    dispose: () => session.dispose(),
  };
}

/** Inputs that go through the network at once. */
const CHUNK = 64;

function checkLength(numbers: Float32Array, length: number, wanted: string): void {
  if (numbers.length === length) return;
  throw rangeError({ action: "predict" }, `wanted ${wanted}`, `${numbers.length} numbers`);
}

/**
 * A model with another record, and the same network to the last weight.
 *
 * @param bytes the .onnx file
 * @param metadata what it says of itself from now on; shapes of inputs stay
 * @returns bytes of a .onnx file
 * @throws RangeError when the model is of another kind
 */
export function withModelMetadata(bytes: Uint8Array, metadata: ModelMetadata): Uint8Array {
  const { inputShape, conditionCount } = readModelMetadata(bytes, metadata);
  const text = JSON.stringify({ ...metadata, ...definedPart({ inputShape, conditionCount }) });
  const model = readOnnxModel(bytes);
  return encodeOnnx({ ...model, metadata: { ...model.metadata, [METADATA_KEY]: text } });
}

/** What every model says of itself; the rest is its kind's own. */
const metadataSchema = z.looseObject({ kind: z.string() });

/**
 * Reads what a model file says of itself, without opening it for predictions.
 *
 * @param bytes the .onnx file
 * @param options kind that is wanted, and where the bytes came from (for errors)
 * @returns the metadata
 * @throws SyntaxError when the bytes are no ONNX model
 * @throws RangeError when the model is of another kind
 */
export function readModelMetadata(
  bytes: Uint8Array,
  { kind, where: path }: { readonly kind: string; readonly where?: string | undefined },
): ModelMetadata {
  const where = path === undefined ? "" : ` (${path})`;
  let text: string | undefined;
  try {
    text = decodeOnnx(bytes).metadata[METADATA_KEY];
  } catch (cause) {
    throw new SyntaxError(
      failureText({ action: "load model" }, "wanted an ONNX file", `other bytes${where}`),
      { cause },
    );
  }
  const context = { action: "load model", ...definedPart({ where: path }) };
  const metadata = text === undefined ? null : (parseJson(text, metadataSchema, context) as ModelMetadata);
  if (metadata?.kind === kind) return metadata;
  const got = metadata === null ? "one without heterostem metadata" : metadata.kind;
  throw rangeError({ action: "load model" }, `wanted a model of kind ${kind}`, `${got}${where}`);
}

function join(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
