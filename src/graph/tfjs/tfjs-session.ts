import type * as Tf from "@tensorflow/tfjs-core";
import { rangeError } from "../../core/index.ts";
import { readOnnxModel, type OnnxModel, type OnnxNode } from "../../onnx/index.ts";
import type { FloatTensor, Session } from "../onnxruntime-session.ts";
import { loadTfjs } from "./load-tfjs.ts";
import { TFJS_RULES } from "./tfjs-rules.ts";

/** Longer stored tensors are weights, which no rule asks for as numbers. */
const MOST_NUMBERS = 16;

/** What the nodes of a model read: tensors, and what is stored in it as numbers. */
interface Stored {
  readonly tensors: ReadonlyMap<string, Tf.Tensor>;
  readonly numbers: ReadonlyMap<string, readonly number[]>;
}

/**
 * Loads an ONNX model into TensorFlow.js: every node is one rule, in the model's order.
 *
 * The nodes are those that lowerToOnnx writes without blocks of channels, so training steps, losses and exported networks; others
 * are refused when the model is opened.
 *
 * @param bytes the model
 * @returns a session; dispose it when done
 * @throws Error where no package of TensorFlow.js is installed
 * @throws RangeError where the model has nodes of other kinds
 */
export async function openTfjsSession(bytes: Uint8Array): Promise<Session> {
  const model = readOnnxModel(bytes);
  checkNodes(model);
  const { tf } = await loadTfjs();
  const stored = storedOf(tf, model);
  const lastUses = lastUsesOf(model);
  return {
    inputNames: model.inputs.map(({ name }) => name),
    outputNames: model.outputs.map(({ name }) => name),
    async run(feeds, into = {}) {
      const outputs = computeNodes(tf, model, { stored, lastUses, feeds });
      const read = [...outputs].map(async ([name, tensor]) => [name, await readOut(tensor, into[name])]);
      return Object.fromEntries(await Promise.all(read)) as Record<string, FloatTensor>;
    },
    async dispose() {
      for (const tensor of stored.tensors.values()) tensor.dispose();
    },
  };
}

function checkNodes({ nodes }: OnnxModel): void {
  const unknown = [...new Set(nodes.map(({ opType }) => opType))].filter((type) => !(type in TFJS_RULES));
  if (unknown.length === 0) return;
  throw rangeError(
    { action: "open model in TensorFlow.js" },
    "operators must be those of heterostem's networks",
    `${unknown.join(", ")}; use --engine onnxruntime`,
  );
}

function storedOf(tf: typeof Tf, { initializers }: OnnxModel): Stored {
  const tensors = new Map<string, Tf.Tensor>();
  const numbers = new Map<string, readonly number[]>();
  for (const { name, type, shape, data } of initializers) {
    if (type === "int64" || data.length <= MOST_NUMBERS) numbers.set(name, Array.from(data));
    if (type !== "int64") tensors.set(name, tf.tensor(data, [...shape], "float32"));
  }
  return { tensors, numbers };
}

/** After which node, by its position, a name is read no more. */
function lastUsesOf({ nodes }: OnnxModel): Map<string, number> {
  return new Map(nodes.flatMap(({ inputs }, position) => inputs.map((name) => [name, position] as const)));
}

interface Run {
  readonly stored: Stored;
  readonly lastUses: ReadonlyMap<string, number>;
  readonly feeds: Readonly<Record<string, FloatTensor>>;
}

/** Computes the outputs; what no later node reads is freed at once, for a training step has a thousand tensors. */
function computeNodes(
  tf: typeof Tf,
  { nodes, outputs }: OnnxModel,
  { stored, lastUses, feeds }: Run,
): Map<string, Tf.Tensor> {
  const own = new Map<string, Tf.Tensor>();
  for (const [name, { data, shape }] of Object.entries(feeds)) {
    // a copy: the caller writes into its arrays again
    own.set(name, tf.tensor(data.slice(), [...shape], "float32"));
  }
  const kept = new Set(outputs.map(({ name }) => name));
  nodes.forEach((node, position) => {
    own.set(node.outputs[0], computeNode(tf, node, own, stored));
    for (const name of new Set(node.inputs)) {
      if (lastUses.get(name) !== position || kept.has(name)) continue;
      own.get(name)?.dispose();
      own.delete(name);
    }
  });
  for (const [name, tensor] of own) if (!kept.has(name)) tensor.dispose();
  return new Map([...own].filter(([name]) => kept.has(name)));
}

function computeNode(
  tf: typeof Tf,
  { opType, inputs, attributes }: OnnxNode,
  own: ReadonlyMap<string, Tf.Tensor>,
  { tensors, numbers }: Stored,
): Tf.Tensor {
  // an input that is left out, or holds whole numbers, is no tensor; rules know which they read
  const x = inputs.map((name) => (own.get(name) ?? tensors.get(name)) as Tf.Tensor);
  const known = inputs.map((name) => numbers.get(name) as readonly number[]);
  return tf.tidy(() => TFJS_RULES[opType]({ tf, x, numbers: known, attributes }));
}

async function readOut(tensor: Tf.Tensor, into: FloatTensor | undefined): Promise<FloatTensor> {
  const data = (await tensor.data()) as Float32Array;
  const { shape } = tensor;
  tensor.dispose();
  if (into === undefined) return { data, shape };
  into.data.set(data);
  return into;
}
