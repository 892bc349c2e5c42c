import { encodeOnnx, input, lowerToOnnx, openSession, sizeOf } from "../graph/index.ts";
import type { FloatTensor, SessionOptions, Value } from "../graph/index.ts";
import { parameterCount, trainedCount } from "./parameters.ts";
import {
  drawMasks,
  lossAndGradient,
  scalarFeeds,
  stateBuffers,
  stateFrom,
  targetShapeOf,
  updateValues,
  vectorFeeds,
} from "./training-step.ts";
import type { TrainingStep, TrainingStepPlan } from "./training-step.ts";

/**
 * Compiles a training step that sees several batches before it moves: their gradients are averaged.
 *
 * For batches that do not fit into memory at once. Two models: loss and gradient of one part, and the update.
 *
 * @param plan network, loss, optimiser; batchSize is the size of one part
 * @param partCount parts per step; a step takes partCount x batchSize samples
 * @param options device and threads
 * @returns the step; dispose it when done
 */
export async function openAccumulatingStep(
  plan: TrainingStepPlan,
  partCount: number,
  options: SessionOptions = {},
): Promise<TrainingStep> {
  const { network, batchSize } = plan;
  const weights = input("weights", [parameterCount(network)]);
  const { loss, gradient, statistics, masks } = lossAndGradient(plan, weights);
  const open = (values: Record<string, Value>, name: string) =>
    openSession(encodeOnnx(lowerToOnnx(values, { graphName: `${network.name} ${name}` })), {
      ...options,
      blocksChannels: false,
    });
  const statisticsOutput = statistics === null ? {} : { statistics };
  const partSession = await open({ loss, gradient, ...statisticsOutput }, "gradient");
  const given = input("gradient", [trainedCount(network)]);
  const givenStatistics = statistics === null ? null : input("statistics", statistics.shape);
  const updateSession = await open(updateValues(plan, weights, given, givenStatistics), "update");
  const outputSets = [stateBuffers(plan), stateBuffers(plan)];
  return {
    async run(state, batch, { step, learningRate, rng }) {
      const sum = new Float32Array(trainedCount(network));
      let lossSum = 0;
      let last: Record<string, FloatTensor> = {};
      for (let part = 0; part < partCount; part++) {
        const partOf = (data: Float32Array, shape: readonly number[]) => {
          const length = batchSize * sizeOf(shape);
          return { data: data.subarray(part * length, (part + 1) * length), shape: [batchSize, ...shape] };
        };
        last = await partSession.run({
          x: partOf(batch.x, network.inputShape),
          target: partOf(batch.target, targetShapeOf(plan)),
          weights: { data: state.weights, shape: [state.weights.length] },
          ...drawMasks(rng.fork("part", part), masks),
        });
        lossSum += last.loss.data[0];
        last.gradient.data.forEach((v, i) => (sum[i] += v / partCount));
      }
      const into = outputSets.find((set) => set.next_weights.data !== state.weights) ?? outputSets[0];
      const feeds = {
        ...vectorFeeds(state),
        ...scalarFeeds({ learningRate, ...plan.optimiser.scalarsAt(step) }),
        gradient: { data: sum, shape: [sum.length] },
        ...(statistics === null ? {} : { statistics: last.statistics }),
      };
      await updateSession.run(feeds, into);
      return { loss: lossSum / partCount, state: stateFrom(into) };
    },
    async dispose() {
      await partSession.dispose();
      await updateSession.dispose();
    },
  };
}
