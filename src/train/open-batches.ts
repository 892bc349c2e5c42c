import { failureText } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import { sizeOf } from "../graph/index.ts";
import { fillBatchInto, shuffledIndices } from "./batches.ts";
import type { Batch, SampleSource, SampleStream } from "./batches.ts";
import { sampleShape } from "./sample-rows.ts";
import type { Course } from "./training-course.ts";
import { targetShapeOf } from "./training-step.ts";
import type { StepBatch } from "./training-step.ts";

/** The batches of a training, one step after another. */
export interface Batches {
  /** Batch of the next step; its arrays are written again two steps later. */
  next(): Promise<StepBatch>;
  /** Ends what makes samples ahead of the training. */
  close(): Promise<void>;
}

/**
 * Opens the batches of a training from a step on.
 *
 * Two sets of arrays take turns: one is filled while the other is trained on. What a batch holds depends on the stream of
 * the training and the step alone.
 */
export function openBatches(rng: RandomStream, course: Course, firstStep: number): Batches {
  const { plan, source } = course;
  const { batchSize, network } = plan;
  const sets = [0, 1].map(() => ({
    x: new Float32Array(batchSize * sizeOf(sampleShape(network))),
    target: new Float32Array(batchSize * sizeOf(targetShapeOf(plan))),
  }));
  const { fill, close } =
    "samplesFrom" in source
      ? streamedFill(rng, source, { batchSize, firstStep })
      : shuffledFill(rng, source, course);
  let step = firstStep;
  return {
    next: () => fill(step, sets[step++ % 2]),
    close,
  };
}

interface BatchFill {
  readonly fill: (step: number, batch: Batch) => Promise<StepBatch>;
  readonly close: () => Promise<void>;
}

/** Samples of a source in a new order every epoch. */
function shuffledFill(
  rng: RandomStream,
  source: SampleSource,
  { plan: { batchSize }, stepsPerEpoch }: Course,
): BatchFill {
  let order = { epoch: -1, indices: new Uint32Array(0) as Uint32Array };
  return {
    async fill(step, batch) {
      const epoch = Math.floor((step - 1) / stepsPerEpoch);
      const position = ((step - 1) % stepsPerEpoch) * batchSize;
      if (order.epoch !== epoch) {
        order = { epoch, indices: shuffledIndices(rng.fork("shuffle", epoch), source.count) };
      }
      const indices = order.indices.subarray(position, position + batchSize);
      return fillBatchInto(rng.fork("augment", step), source, indices, batch);
    },
    close: async () => {},
  };
}

/** Samples of a stream in its own order: those of step k are (k - 1) batchSize to k batchSize - 1. */
function streamedFill(
  rng: RandomStream,
  source: SampleStream,
  { batchSize, firstStep }: { readonly batchSize: number; readonly firstStep: number },
): BatchFill {
  const samples = source.samplesFrom((firstStep - 1) * batchSize);
  return {
    async fill(step, batch) {
      const own = rng.fork("augment", step);
      const [inputSize, targetSize] = [batch.x.length / batchSize, batch.target.length / batchSize];
      for (let slot = 0; slot < batchSize; slot++) {
        const { value, done } = await samples.next();
        if (done === true)
          throw new Error(
            failureText({ action: "train network" }, "the stream must not end", `its end at step ${step}`),
          );
        const x = batch.x.subarray(slot * inputSize, (slot + 1) * inputSize);
        value.fillInto(own, x, batch.target.subarray(slot * targetSize, (slot + 1) * targetSize));
      }
      return batch;
    },
    close: async () => void (await samples.return()),
  };
}
