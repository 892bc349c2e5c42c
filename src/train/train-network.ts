import { checkNumber } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import { sizeOf } from "../graph/index.ts";
import type { Device } from "../graph/index.ts";
import { fillBatchInto, shuffledIndices } from "./batches.ts";
import type { Samples } from "./batches.ts";
import { meanSquaredError } from "./losses.ts";
import type { Loss } from "./losses.ts";
import type { Network } from "./network.ts";
import { openLossMeter } from "./loss-meter.ts";
import { adam } from "./optimisers.ts";
import { initialWeights } from "./parameters.ts";
import { learningRateAt } from "./schedule.ts";
import type { CosineSchedule } from "./schedule.ts";
import { initialState, openTrainingStep } from "./training-step.ts";

/** How a network is trained. */
export interface TrainingOptions {
  readonly batchSize: number;
  /** Passes over the training set; the incomplete last batch of a pass is left out. */
  readonly epochs: number;
  readonly learningRate: CosineSchedule;
  /** Mean squared error by default. */
  readonly loss?: Loss;
  /** Draws a symmetry of the square for every image; inputs must be square. */
  readonly isAugmented?: boolean;
  /** Steps between two measurements of the validation loss; one epoch by default. */
  readonly validateEverySteps?: number;
  readonly threads?: number;
  readonly device?: Device;
  /** Called after every step. */
  readonly onProgress?: (progress: TrainingProgress) => void;
}

/** Where a training stands. */
export interface TrainingProgress {
  /** 1 after the first step. */
  readonly step: number;
  readonly steps: number;
  /** Loss of this step's batch. */
  readonly loss: number;
  /** Loss over the validation set where it was measured after this step, else null. */
  readonly validationLoss: number | null;
  readonly learningRate: number;
}

/** One point of the learning curve. */
export interface LearningCurvePoint {
  readonly step: number;
  /** Mean loss of the batches since the point before. */
  readonly trainingLoss: number;
  readonly validationLoss: number;
}

/** What training leaves. */
export interface TrainedNetwork {
  /** Weights with the lowest validation loss. */
  readonly weights: Float32Array;
  readonly bestStep: number;
  readonly bestValidationLoss: number;
  readonly learningCurve: readonly LearningCurvePoint[];
}

/**
 * Trains a network: shuffled batches, Adam, the whole step as one ONNX graph.
 *
 * @param rng stream; forked for first weights, the order of each epoch and each step's augmentation
 * @param network the network
 * @param data training and validation samples
 * @param options batch size, epochs, learning rate, augmentation, threads, progress
 * @returns best weights and the learning curve
 * @throws RangeError when a set is empty or its lengths do not fit the network, or holds NaN
 * @throws Error when the loss is no longer finite
 */
export async function trainNetwork(
  rng: RandomStream,
  network: Network,
  data: { readonly training: Samples; readonly validation: Samples },
  options: TrainingOptions,
): Promise<TrainedNetwork> {
  const trainingCount = checkSamples(network, data.training, "training");
  const validationCount = checkSamples(network, data.validation, "validation");
  const { batchSize, loss = meanSquaredError, isAugmented = false } = options;
  checkNumber("batchSize", batchSize, { min: 1, max: trainingCount, integer: true, action: "train network" });
  checkNumber("epochs", options.epochs, { min: 1, integer: true, action: "train network" });
  const stepsPerEpoch = Math.floor(trainingCount / batchSize);
  const steps = stepsPerEpoch * options.epochs;
  const validateEvery = options.validateEverySteps ?? stepsPerEpoch;
  const runtime = {
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(options.device === undefined ? {} : { device: options.device }),
  };
  const plan = { network, loss, optimiser: adam(), batchSize };
  const trainingStep = await openTrainingStep(plan, runtime);
  const meter = await openLossMeter(plan, validationCount, runtime);
  const batch = {
    x: new Float32Array(batchSize * sizeOf(network.inputShape)),
    target: new Float32Array(batchSize * sizeOf(network.outputShape)),
  };
  const learningCurve: LearningCurvePoint[] = [];
  let state = initialState(plan, initialWeights(rng.fork("weights"), network));
  let best = { weights: state.weights, bestStep: 0, bestValidationLoss: Infinity };
  let order = new Uint32Array(0);
  let [lossSum, lossCount] = [0, 0];
  try {
    for (let step = 1; step <= steps; step++) {
      const position = (step - 1) % stepsPerEpoch;
      const epoch = Math.floor((step - 1) / stepsPerEpoch);
      if (position === 0) order = shuffledIndices(rng.fork("shuffle", epoch), trainingCount) as typeof order;
      const indices = order.subarray(position * batchSize, (position + 1) * batchSize);
      const augmentation = { inputShape: network.inputShape, isAugmented };
      fillBatchInto(rng.fork("augment", step), data.training, indices, augmentation, batch);
      const learningRate = learningRateAt(options.learningRate, step, steps);
      const result = await trainingStep.run(state, batch, {
        step,
        learningRate,
        rng: rng.fork("dropout", step),
      });
      if (!Number.isFinite(result.loss)) throw divergence(step, result.loss, learningRate);
      state = result.state;
      lossSum += result.loss;
      lossCount++;
      let validationLoss: number | null = null;
      if (step % validateEvery === 0 || step === steps) {
        validationLoss = await meter.measure(state.weights, data.validation.inputs, data.validation.targets);
        learningCurve.push({ step, trainingLoss: lossSum / lossCount, validationLoss });
        [lossSum, lossCount] = [0, 0];
        if (validationLoss < best.bestValidationLoss) {
          best = { weights: state.weights.slice(), bestStep: step, bestValidationLoss: validationLoss };
        }
      }
      options.onProgress?.({ step, steps, loss: result.loss, validationLoss, learningRate });
    }
  } finally {
    await trainingStep.dispose();
    await meter.dispose();
  }
  return { ...best, learningCurve };
}

function checkSamples(network: Network, { inputs, targets }: Samples, setName: string): number {
  const count = inputs.length / sizeOf(network.inputShape);
  if (count === 0 || !Number.isInteger(count) || targets.length !== count * sizeOf(network.outputShape)) {
    const wanted = `${setName} samples of [n, ${network.inputShape}] with targets [n, ${network.outputShape}]`;
    throw new RangeError(
      `Cannot train network: wanted ${wanted}, got ${inputs.length} and ${targets.length} numbers`,
    );
  }
  for (const [name, values] of Object.entries({ inputs, targets })) {
    const index = values.findIndex((value) => !Number.isFinite(value));
    if (index < 0) continue;
    const where = `sample ${Math.floor(index / (values.length / count))}`;
    throw new RangeError(
      `Cannot train network: ${setName} ${name} must be finite, got ${values[index]} (${where})`,
    );
  }
  return count;
}

function divergence(step: number, loss: number, learningRate: number): Error {
  const advice = "lower the learning rate or check the labels";
  return new Error(
    `Cannot go on training: loss must be finite, got ${loss} at step ${step}, learning rate ${learningRate}; ${advice}`,
  );
}
