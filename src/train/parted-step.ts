import { availableParallelism } from "node:os";
import { checkNumber, rangeError } from "../core/index.ts";
import {
  add,
  findChannelBlock,
  input,
  lowerToOnnx,
  multiply,
  openSession,
  openWorkerSession,
  sizeOf,
} from "../graph/index.ts";
import { encodeOnnx } from "../onnx/index.ts";
import type { FloatTensor, Session, SessionOptions, Value } from "../graph/index.ts";
import { sampleShape } from "./sample-rows.ts";
import type { DropoutMask } from "./parameters.ts";
import { parameterCount, trainedCount } from "./parameters.ts";
import {
  drawMasks,
  isOffCpu,
  lossAndGradient,
  scalarFeeds,
  stateBuffers,
  stateFrom,
  targetShapeOf,
  updateValues,
  vectorFeeds,
} from "./training-step.ts";
import type { StepBatch, TrainingState, TrainingStep, TrainingStepPlan } from "./training-step.ts";

/** How a step's parts are computed. */
export interface PartOptions extends SessionOptions {
  /** Equal parts of the batch, whose gradients are averaged. */
  readonly partCount: number;
  /** Threads that each compute parts with a session of their own; 1 computes them in turn in this thread. */
  readonly workers?: number;
}

/**
 * Compiles a training step whose batch is cut into parts; their gradients are averaged before the weights move.
 *
 * With workers the parts are computed at the same time: operators that run on one thread then keep every core
 * busy. Without, in turn: for batches that do not fit into memory at once. The result is the same, for it depends on
 * the count of parts alone. Two models: loss and gradient of one part, and the update. Layers that normalise over
 * the batch see one part of it.
 *
 * @throws RangeError when the batch cannot be cut into equal parts
 */
export async function openPartedStep(plan: TrainingStepPlan, options: PartOptions): Promise<TrainingStep> {
  const { partCount, workers = 1, ...runtime } = options;
  checkParts(plan, partCount);
  const part = { ...plan, batchSize: plan.batchSize / partCount };
  const { model, masks } = gradientModel(part, {
    channelBlock: await findChannelBlock(runtime.device),
    isPortable: isOffCpu(runtime),
  });
  const sessions = await openPartSessions(model, Math.min(workers, partCount), runtime);
  const update = await openSession(updateModel(plan, partCount), { ...runtime, blocksChannels: false });
  const outputSets = [stateBuffers(plan), stateBuffers(plan)];
  return {
    async run(state, batch, { step, learningRate, rng }) {
      const feeds = Array.from({ length: partCount }, (_, index) => ({
        ...partFeeds(part, state, batch, index),
        ...drawMasks(rng.fork("part", index), masks),
      }));
      const results = await runInTurns(sessions, feeds);
      const into = outputSets.find((set) => set.next_weights.data !== state.weights) ?? outputSets[0];
      const scalars = { learningRate, ...plan.optimiser.scalarsAt(step) };
      await update.run({ ...vectorFeeds(state), ...scalarFeeds(scalars), ...updateFeeds(results) }, into);
      const lossSum = results.reduce((sum, { loss }) => sum + loss.data[0], 0);
      return { loss: lossSum / partCount, state: stateFrom(into) };
    },
    async dispose() {
      await Promise.all([...sessions, update].map((session) => session.dispose()));
    },
  };
}

function checkParts({ batchSize }: TrainingStepPlan, partCount: number): void {
  checkNumber("partCount", partCount, { min: 1, integer: true, action: "compile training step" });
  if (batchSize % partCount === 0) return;
  throw rangeError(
    { action: "compile training step" },
    `batchSize must be a multiple of partCount ${partCount}`,
    String(batchSize),
  );
}

/** Loss, gradient and running statistics of one part. */
function gradientModel(
  part: TrainingStepPlan,
  lowering: { readonly channelBlock: number; readonly isPortable: boolean },
): {
  readonly model: Uint8Array;
  readonly masks: readonly DropoutMask[];
} {
  const weights = input("weights", [parameterCount(part.network)]);
  const { loss, gradient, statistics, masks } = lossAndGradient(part, weights);
  const outputs = { loss, gradient, ...(statistics === null ? {} : { statistics }) };
  const model = lowerToOnnx(outputs, { graphName: `${part.network.name} gradient`, ...lowering });
  return { model: encodeOnnx(model), masks };
}

/** The optimiser's step for the mean over the parts of gradients and running statistics. */
function updateModel(plan: TrainingStepPlan, partCount: number): Uint8Array {
  const { network } = plan;
  const meanOfParts = (name: string, length: number): Value => {
    const parts = Array.from({ length: partCount }, (_, index) => input(`${name}.${index}`, [length]));
    return multiply(parts.reduce(add), 1 / partCount);
  };
  const trained = trainedCount(network);
  const statisticCount = parameterCount(network) - trained;
  const values = updateValues(
    plan,
    input("weights", [parameterCount(network)]),
    meanOfParts("gradient", trained),
    statisticCount === 0 ? null : meanOfParts("statistics", statisticCount),
  );
  return encodeOnnx(lowerToOnnx(values, { graphName: `${network.name} update` }));
}

async function openPartSessions(
  model: Uint8Array,
  workers: number,
  runtime: SessionOptions,
): Promise<Session[]> {
  const options = { ...runtime, blocksChannels: false };
  if (workers === 1) return [await openSession(model, options)];
  const threads = Math.max(1, Math.floor((runtime.threads ?? availableParallelism()) / workers));
  return Promise.all(
    Array.from({ length: workers }, () => openWorkerSession(model, { ...options, threads })),
  );
}

function partFeeds(
  part: TrainingStepPlan,
  { weights }: TrainingState,
  { x, target }: StepBatch,
  index: number,
): Record<string, FloatTensor> {
  const { network, batchSize } = part;
  const partOf = (data: Float32Array, shape: readonly number[]) => {
    const length = batchSize * sizeOf(shape);
    return { data: data.subarray(index * length, (index + 1) * length), shape: [batchSize, ...shape] };
  };
  return {
    x: partOf(x, sampleShape(network)),
    target: partOf(target, targetShapeOf(part)),
    weights: { data: weights, shape: [weights.length] },
  };
}

/** Part i goes to session i modulo their count; each session computes one part at a time. */
async function runInTurns(
  sessions: readonly Session[],
  feeds: readonly Readonly<Record<string, FloatTensor>>[],
): Promise<Record<string, FloatTensor>[]> {
  const results: Record<string, FloatTensor>[] = [];
  const lanes = sessions.map(async (session, lane) => {
    for (let index = lane; index < feeds.length; index += sessions.length) {
      results[index] = await session.run(feeds[index]);
    }
  });
  await Promise.all(lanes);
  return results;
}

function updateFeeds(results: readonly Readonly<Record<string, FloatTensor>>[]) {
  const names = ["gradient", "statistics"].filter((name) => name in results[0]);
  return Object.fromEntries(
    results.flatMap((result, index) => names.map((name) => [`${name}.${index}`, result[name]])),
  );
}
