import { encodeOnnx } from "../onnx/index.ts";
import { input, lowerToOnnx, openSession } from "../graph/index.ts";
import type { Session, SessionOptions } from "../graph/index.ts";
import type { FixedSamples } from "./batches.ts";
import { forwardSamples, sampleShape } from "./sample-rows.ts";
import { parameterCount, slicesOf } from "./parameters.ts";
import { targetShapeOf } from "./training-step.ts";
import type { TrainingStepPlan } from "./training-step.ts";

/** Mean loss of weights over a set of samples. */
export interface LossMeter {
  measure(weights: Float32Array, samples: FixedSamples): Promise<number>;
  dispose(): Promise<void>;
}

/** Compiles the forward pass and its loss, for validation: no dropout, running statistics. */
export async function openLossMeter(
  plan: TrainingStepPlan,
  sampleCount: number,
  options: SessionOptions = {},
): Promise<LossMeter> {
  const chunk = Math.min(plan.batchSize, sampleCount);
  const sizes = [...new Set([chunk, sampleCount % chunk])].filter((size) => size > 0);
  const sessions = new Map<number, Session>();
  for (const size of sizes) sessions.set(size, await openForwardLoss(plan, size, options));
  return {
    async measure(weights, samples) {
      let sum = 0;
      for (let start = 0; start < sampleCount; start += chunk) {
        const count = Math.min(chunk, sampleCount - start);
        const { inputs, targets } = samples.between(start, start + count);
        const results = await (sessions.get(count) as Session).run({
          weights: { data: weights, shape: [weights.length] },
          x: { data: inputs, shape: [count, ...sampleShape(plan.network)] },
          target: { data: targets, shape: [count, ...targetShapeOf(plan)] },
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

function openForwardLoss(plan: TrainingStepPlan, size: number, options: SessionOptions): Promise<Session> {
  const { network } = plan;
  const weights = input("weights", [parameterCount(network)]);
  const scope = slicesOf(network, weights, false);
  const { output } = forwardSamples(network, size, scope);
  const loss = plan.loss(output, input("target", [size, ...targetShapeOf(plan)]));
  return openSession(encodeOnnx(lowerToOnnx({ loss }, { graphName: `${network.name} loss` })), options);
}
