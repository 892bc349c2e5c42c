import type { RandomStream } from "../core/index.ts";
import {
  add,
  concat,
  constant,
  findChannelBlock,
  gradients,
  input,
  lowerToOnnx,
  multiply,
  openSession,
  reshape,
  sizeOf,
  slice,
} from "../graph/index.ts";
import { encodeOnnx } from "../onnx/index.ts";
import type { FloatTensor, SessionOptions, Shape, Value } from "../graph/index.ts";
import { forwardSamples, sampleShape } from "./sample-rows.ts";
import type { Loss } from "./losses.ts";
import type { Network } from "./network.ts";
import { clipToNorm } from "./optimisers.ts";
import type { Optimiser } from "./optimisers.ts";
import { listParameters, parameterCount, slicesOf, trainedCount } from "./parameters.ts";
import type { DropoutMask } from "./parameters.ts";

/** What a training step is made of. */
export interface TrainingStepPlan {
  readonly network: Network;
  readonly loss: Loss;
  readonly optimiser: Optimiser;
  readonly batchSize: number;
  /** Shape of one target; the network's output shape by default. */
  readonly targetShape?: Shape;
  /** Largest Euclidean norm of the gradient; none by default. */
  readonly maxGradientNorm?: number;
  /** Parameters whose names begin with one of these keep their values. */
  readonly frozenPrefixes?: readonly string[];
  /** Decay of the exponential moving average of the weights, such as 0.999; none by default. */
  readonly averageDecay?: number;
}

/** Weights and optimiser vectors; replaced by every step. */
export interface TrainingState {
  /** Trained weights, then running statistics. */
  readonly weights: Float32Array;
  /** Vectors of the optimiser and, where asked for, the moving average of the weights, by name. */
  readonly vectors: Readonly<Record<string, Float32Array>>;
}

/** Samples of one step, one after another. */
export interface StepBatch {
  readonly x: Float32Array;
  readonly target: Float32Array;
}

/** Name of the state vector that holds the moving average of the weights. */
export const AVERAGE_NAME = "average";

/** A training step as values, and the masks that must be fed with it. */
export interface TrainingStepGraph {
  readonly outputs: Record<string, Value>;
  readonly masks: readonly DropoutMask[];
}

/**
 * Writes a whole training step as values: forward, backward, optimiser.
 *
 * Inputs: x, target, weights, learningRate, the state vectors, the optimiser's scalars, dropout masks.
 */
export function trainingStepValues(plan: TrainingStepPlan): TrainingStepGraph {
  const weights = input("weights", [parameterCount(plan.network)]);
  const { loss, gradient, statistics, masks } = lossAndGradient(plan, weights);
  return { outputs: { loss, ...updateValues(plan, weights, gradient, statistics) }, masks };
}

/** Loss and gradient of one batch as values. */
export function lossAndGradient(plan: TrainingStepPlan, weights: Value) {
  const { network, batchSize } = plan;
  const scope = slicesOf(network, weights, true);
  const { output } = forwardSamples(network, batchSize, scope);
  const loss = plan.loss(output, input("target", [batchSize, ...targetShapeOf(plan)]));
  const values = scope.values();
  const specs = listParameters(network);
  const trained = specs.filter(({ isStatistic }) => isStatistic !== true);
  const moving = trained.filter(({ name }) => !isFrozen(plan, name));
  const parts = gradients(
    loss,
    moving.map(({ name }) => values.get(name) as Value),
  );
  const gradientOf = new Map(moving.map(({ name }, index) => [name, parts[index]]));
  const flat = trained.map(({ name, shape }) => {
    const part = gradientOf.get(name);
    const size = [sizeOf(shape)];
    return part === undefined ? constant(new Float32Array(size[0]), size) : reshape(part, size);
  });
  const statistics = specs
    .filter(({ isStatistic }) => isStatistic === true)
    .map(({ name }) => scope.statistics.get(name) as Value);
  return {
    loss,
    gradient: concat(flat, 0),
    statistics: statistics.length === 0 ? null : concat(statistics, 0),
    masks: scope.masks,
  };
}

/**
 * The optimiser's step as values: clipping, weights, moving average, running statistics.
 *
 * @param statistics next running statistics, or null where there are none
 */
export function updateValues(
  plan: TrainingStepPlan,
  weights: Value,
  gradient: Value,
  statistics: Value | null,
): Record<string, Value> {
  const { optimiser, maxGradientNorm, averageDecay } = plan;
  const trained = slice(weights, 0, 0, trainedCount(plan.network));
  const clipped = maxGradientNorm === undefined ? gradient : clipToNorm(gradient, maxGradientNorm);
  const next = optimiser.step(trained, clipped, input("learningRate", []), decayMask(plan));
  const nextWeights = statistics === null ? next.weights : concat([next.weights, statistics], 0);
  const state: Record<string, Value> = { ...next.state };
  if (averageDecay !== undefined) {
    const average = input(AVERAGE_NAME, weights.shape);
    state[AVERAGE_NAME] = add(multiply(average, averageDecay), multiply(nextWeights, 1 - averageDecay));
  }
  const renamed = Object.entries(state).map(([name, value]) => [`next_${name}`, value]);
  return { next_weights: nextWeights, ...Object.fromEntries(renamed) };
}

/** 1 where weight decay may act: on filters and matrices that are not frozen, not on biases and scales. */
function decayMask(plan: TrainingStepPlan): Value {
  const trained = listParameters(plan.network).filter(({ isStatistic }) => isStatistic !== true);
  const mask = trained.flatMap(({ name, shape }) => {
    const decays = shape.length > 1 && !isFrozen(plan, name);
    return Array.from<number>({ length: sizeOf(shape) }).fill(decays ? 1 : 0);
  });
  return constant(mask, [mask.length]);
}

function isFrozen({ frozenPrefixes = [] }: TrainingStepPlan, name: string): boolean {
  return frozenPrefixes.some((prefix) => name.startsWith(prefix));
}

/** Shape of one target of a plan. */
export function targetShapeOf({ targetShape, network }: TrainingStepPlan): Shape {
  return targetShape ?? network.outputShape;
}

/** A compiled training step. */
export interface TrainingStep {
  /** Runs one step; the returned state's arrays belong to the step and are written again two steps later. */
  run(
    state: TrainingState,
    batch: StepBatch,
    at: { readonly step: number; readonly learningRate: number; readonly rng: RandomStream },
  ): Promise<{ readonly loss: number; readonly state: TrainingState }>;
  dispose(): Promise<void>;
}

/** Compiles a training step to one ONNX model and opens it. */
export async function openTrainingStep(
  plan: TrainingStepPlan,
  options: SessionOptions = {},
): Promise<TrainingStep> {
  const { outputs, masks } = trainingStepValues(plan);
  const channelBlock = await findChannelBlock(options.device);
  const model = lowerToOnnx(outputs, {
    graphName: `${plan.network.name} training step`,
    channelBlock,
    isPortable: isOffCpu(options),
  });
  const session = await openSession(encodeOnnx(model), { ...options, blocksChannels: false });
  const outputSets = [stateBuffers(plan), stateBuffers(plan)];
  return {
    async run(state, batch, { step, learningRate, rng }) {
      // the step reads one set of vectors and writes the other
      const into = outputSets.find((set) => set.next_weights.data !== state.weights) ?? outputSets[0];
      const scalars = { learningRate, ...plan.optimiser.scalarsAt(step) };
      const feeds = { ...feedsOf(plan, state, batch, scalars), ...drawMasks(rng, masks) };
      const results = await session.run(feeds, into);
      return { loss: results.loss.data[0], state: stateFrom(into) };
    },
    dispose: () => session.dispose(),
  };
}

/** Whether a graph is for something else than ONNX Runtime's CPU kernels, which have operators of their own. */
export function isOffCpu({ device = "cpu" }: SessionOptions): boolean {
  return device !== "cpu";
}

/** State before the first step. */
export function initialState(plan: TrainingStepPlan, weights: Float32Array): TrainingState {
  const length = trainedCount(plan.network);
  const zeros = plan.optimiser.stateNames.map((name) => [name, new Float32Array(length)]);
  const average = plan.averageDecay === undefined ? {} : { [AVERAGE_NAME]: weights.slice() };
  return { weights, vectors: { ...Object.fromEntries(zeros), ...average } };
}

type Buffers = Readonly<Record<string, FloatTensor>>;

/** Room for the state after a step, under the names of the model's outputs. */
export function stateBuffers(plan: TrainingStepPlan): Buffers {
  const total = parameterCount(plan.network);
  const { weights, vectors } = initialState(plan, new Float32Array(total));
  const all = Object.entries({ weights, ...vectors });
  return Object.fromEntries(all.map(([name, data]) => [`next_${name}`, { data, shape: [data.length] }]));
}

/** The state that lies in such buffers. */
export function stateFrom(buffers: Buffers): TrainingState {
  const entries = Object.entries(buffers).map(([name, { data }]) => [name.slice("next_".length), data]);
  const { weights, ...vectors } = Object.fromEntries(entries) as Record<string, Float32Array>;
  return { weights, vectors };
}

function feedsOf(
  plan: TrainingStepPlan,
  state: TrainingState,
  batch: StepBatch,
  scalars: Readonly<Record<string, number>>,
): Record<string, FloatTensor> {
  return {
    x: { data: batch.x, shape: [plan.batchSize, ...sampleShape(plan.network)] },
    target: { data: batch.target, shape: [plan.batchSize, ...targetShapeOf(plan)] },
    ...vectorFeeds(state),
    ...scalarFeeds(scalars),
  };
}

/** Feeds of the weights and state vectors. */
export function vectorFeeds({ weights, vectors }: TrainingState): Record<string, FloatTensor> {
  const all = Object.entries({ weights, ...vectors });
  return Object.fromEntries(all.map(([name, data]) => [name, { data, shape: [data.length] }]));
}

/** Feeds of scalars. */
export function scalarFeeds(scalars: Readonly<Record<string, number>>): Record<string, FloatTensor> {
  const all = Object.entries(scalars);
  return Object.fromEntries(
    all.map(([name, number]) => [name, { data: Float32Array.of(number), shape: [] }]),
  );
}

/** Draws dropout masks, each from a stream of its own. */
export function drawMasks(rng: RandomStream, masks: readonly DropoutMask[]): Record<string, FloatTensor> {
  return Object.fromEntries(
    masks.map(({ name, shape, keepProbability }) => {
      const stream = rng.fork(name);
      const draw = () => (stream.uniform() < keepProbability ? 1 / keepProbability : 0);
      return [name, { data: Float32Array.from({ length: sizeOf(shape) }, draw), shape }];
    }),
  );
}
