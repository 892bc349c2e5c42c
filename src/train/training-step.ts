import {
  concat,
  encodeOnnx,
  gradients,
  input,
  lowerToOnnx,
  openSession,
  reshape,
  sizeOf,
} from "../graph/index.ts";
import type { FloatTensor, Session, SessionOptions, Value } from "../graph/index.ts";
import type { Optimiser } from "./adam.ts";
import type { Loss } from "./losses.ts";
import type { Network } from "./network.ts";
import { parameterCount, slicesOf } from "./parameters.ts";

/** What a training step is made of. */
export interface TrainingStepPlan {
  readonly network: Network;
  readonly loss: Loss;
  readonly optimiser: Optimiser;
  readonly batchSize: number;
}

/** Weights and optimiser vectors, all of one length; replaced by every step. */
export interface TrainingState {
  readonly weights: Float32Array;
  readonly optimiser: Readonly<Record<string, Float32Array>>;
}

/**
 * Writes a whole training step as values: forward, backward, optimiser.
 *
 * Inputs: x, target, weights, learningRate, the optimiser's vectors and scalars.
 *
 * @param plan network, loss, optimiser, batch size
 * @returns loss, nextWeights and next_NAME for each vector of the optimiser
 */
export function trainingStepValues(plan: TrainingStepPlan): Record<string, Value> {
  const { network, optimiser, batchSize } = plan;
  const weights = input("weights", [parameterCount(network)]);
  const scope = slicesOf(weights);
  const { output } = network.forward(input("x", [batchSize, ...network.inputShape]), scope);
  const loss = plan.loss(output, input("target", [batchSize, ...network.outputShape]));
  const parts = gradients(loss, scope.values);
  const flatGradient = concat(
    parts.map((part) => reshape(part, [sizeOf(part.shape)])),
    0,
  );
  const next = optimiser.step(weights, flatGradient, input("learningRate", []));
  const state = Object.entries(next.state).map(([name, value]) => [`next_${name}`, value]);
  return { loss, next_weights: next.weights, ...Object.fromEntries(state) };
}

/** A compiled training step. */
export interface TrainingStep {
  /** Runs one step; the returned state's arrays belong to the step and are reused two steps later. */
  run(
    state: TrainingState,
    batch: { readonly x: Float32Array; readonly target: Float32Array },
    at: { readonly step: number; readonly learningRate: number },
  ): Promise<{ readonly loss: number; readonly state: TrainingState }>;
  dispose(): Promise<void>;
}

/**
 * Compiles a training step to one ONNX model and opens it.
 *
 * @param plan network, loss, optimiser, batch size
 * @param options device and threads
 * @returns the step; dispose it when done
 */
export async function openTrainingStep(
  plan: TrainingStepPlan,
  options: SessionOptions = {},
): Promise<TrainingStep> {
  const model = lowerToOnnx(trainingStepValues(plan), { graphName: `${plan.network.name} training step` });
  const session = await openSession(encodeOnnx(model), options);
  const length = parameterCount(plan.network);
  const outputSets = [outputBuffers(plan, length), outputBuffers(plan, length)];
  return {
    async run(state, batch, { step, learningRate }) {
      // the step reads one set of vectors and writes the other
      const into = outputSets.find((set) => set.next_weights.data !== state.weights) ?? outputSets[0];
      const feeds = feedsOf(plan, state, batch, { learningRate, ...plan.optimiser.scalarsAt(step) });
      const results = await session.run(feeds, into);
      return { loss: results.loss.data[0], state: stateFrom(plan, into) };
    },
    dispose: () => session.dispose(),
  };
}

type Buffers = Readonly<Record<string, FloatTensor>>;

function outputBuffers({ optimiser }: TrainingStepPlan, length: number): Buffers {
  const names = ["next_weights", ...optimiser.stateNames.map((name) => `next_${name}`)];
  return Object.fromEntries(names.map((name) => [name, { data: new Float32Array(length), shape: [length] }]));
}

function stateFrom({ optimiser }: TrainingStepPlan, buffers: Buffers): TrainingState {
  const vectors = optimiser.stateNames.map((name) => [name, buffers[`next_${name}`].data]);
  return { weights: buffers.next_weights.data, optimiser: Object.fromEntries(vectors) };
}

function feedsOf(
  { network, batchSize }: TrainingStepPlan,
  state: TrainingState,
  batch: { readonly x: Float32Array; readonly target: Float32Array },
  scalars: Readonly<Record<string, number>>,
): Record<string, FloatTensor> {
  const vectors = { weights: state.weights, ...state.optimiser };
  return {
    x: { data: batch.x, shape: [batchSize, ...network.inputShape] },
    target: { data: batch.target, shape: [batchSize, ...network.outputShape] },
    ...mapValues(vectors, (data) => ({ data, shape: [data.length] })),
    ...mapValues(scalars, (number) => ({ data: Float32Array.of(number), shape: [] })),
  };
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/**
 * State before the first step.
 *
 * @param optimiser whose vectors begin at zero
 * @param weights first weights
 * @returns the state
 */
export function initialState(optimiser: Optimiser, weights: Float32Array): TrainingState {
  const zeros = optimiser.stateNames.map((name) => [name, new Float32Array(weights.length)]);
  return { weights, optimiser: Object.fromEntries(zeros) };
}

/** Mean loss of weights over samples. */
export interface LossMeter {
  measure(weights: Float32Array, x: Float32Array, target: Float32Array): Promise<number>;
  dispose(): Promise<void>;
}

/**
 * Compiles the forward pass and its loss, for validation.
 *
 * @param network the network
 * @param loss the loss, a mean over its batch
 * @param sampleCount samples of the set that will be measured
 * @param options device and threads
 * @returns the meter; dispose it when done
 */
export async function openLossMeter(
  network: Network,
  loss: Loss,
  sampleCount: number,
  options: SessionOptions = {},
): Promise<LossMeter> {
  const chunk = Math.min(64, sampleCount);
  const sizes = [...new Set([chunk, sampleCount % chunk])].filter((size) => size > 0);
  const sessions = new Map<number, Session>();
  for (const size of sizes) sessions.set(size, await openForwardLoss(network, loss, size, options));
  return {
    async measure(weights, x, target) {
      let sum = 0;
      for (let start = 0; start < sampleCount; start += chunk) {
        const count = Math.min(chunk, sampleCount - start);
        const part = (data: Float32Array, shape: readonly number[]) => ({
          data: data.subarray(start * sizeOf(shape), (start + count) * sizeOf(shape)),
          shape: [count, ...shape],
        });
        const results = await (sessions.get(count) as Session).run({
          weights: { data: weights, shape: [weights.length] },
          x: part(x, network.inputShape),
          target: part(target, network.outputShape),
        });
        sum += results.loss.data[0] * count;
      }
      return sum / sampleCount;
    },
    async dispose() {
      for (const session of sessions.values()) await session.dispose();
    },
  };
}

function openForwardLoss(network: Network, loss: Loss, size: number, options: SessionOptions) {
  const weights = input("weights", [parameterCount(network)]);
  const { output } = network.forward(input("x", [size, ...network.inputShape]), slicesOf(weights));
  const values = { loss: loss(output, input("target", [size, ...network.outputShape])) };
  return openSession(encodeOnnx(lowerToOnnx(values, { graphName: `${network.name} loss` })), options);
}
