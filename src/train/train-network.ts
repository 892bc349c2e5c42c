import { checkNumber } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import { sizeOf } from "../graph/index.ts";
import type { Device, SessionOptions, Shape } from "../graph/index.ts";
import { fillBatchInto, shuffledIndices, storedSource } from "./batches.ts";
import type { SampleSource, Samples } from "./batches.ts";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import type { Checkpoint, LearningCurvePoint } from "./checkpoint.ts";
import type { CheckpointStore } from "./checkpoint-folder.ts";
import { openLossMeter } from "./loss-meter.ts";
import type { LossMeter } from "./loss-meter.ts";
import { meanSquaredError } from "./losses.ts";
import type { Loss } from "./losses.ts";
import type { Network } from "./network.ts";
import { adam } from "./optimisers.ts";
import type { Optimiser } from "./optimisers.ts";
import { initialWeights, listParameters, parameterCount } from "./parameters.ts";
import { openPartedStep } from "./parted-step.ts";
import { learningRateAt } from "./schedule.ts";
import type { LearningRateSchedule } from "./schedule.ts";
import { AVERAGE_NAME, initialState, openTrainingStep, targetShapeOf } from "./training-step.ts";
import type { StepBatch, TrainingStep, TrainingStepPlan } from "./training-step.ts";

/** How a network is trained. */
export interface TrainingOptions {
  /** Samples of a step. */
  readonly batchSize: number;
  /** Passes over the training set; the incomplete last batch of a pass is left out. */
  readonly epochs: number;
  readonly learningRate: LearningRateSchedule;
  /** Mean squared error by default. */
  readonly loss?: Loss;
  /** Adam by default. */
  readonly optimiser?: Optimiser;
  /** Shape of one target; the network's output shape by default. */
  readonly targetShape?: Shape;
  /** Draws a symmetry of the square for every stored image; sources augment by themselves. */
  readonly isAugmented?: boolean;
  readonly maxGradientNorm?: number;
  /** Decay of the exponential moving average of the weights, which is then validated and returned. */
  readonly averageDecay?: number;
  /** Equal parts into which a step's batch is cut, their gradients averaged; 1. Changes the order of sums, so the bytes. */
  readonly partCount?: number;
  /** Threads that compute parts at the same time; 1. Changes no byte. More than 1 only from built JavaScript. */
  readonly workers?: number;
  /** Weights to begin from, as of a model that is tuned further; drawn by default. */
  readonly initialWeights?: Float32Array;
  /** Parameters whose names begin with one of these keep their values. */
  readonly frozenPrefixes?: readonly string[];
  /** Steps between two measurements of the validation loss; one epoch by default. */
  readonly validateEverySteps?: number;
  /** Measurements without a new best after which training ends; never by default. */
  readonly patience?: number;
  /** Keeps the state of the training; none by default. */
  readonly checkpoints?: {
    readonly store: CheckpointStore;
    readonly everySteps: number;
    /** Goes on from the store's checkpoint where there is one; without it such a store is refused. */
    readonly isResumed: boolean;
  };
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

/** What training leaves. */
export interface TrainedNetwork {
  /** Weights with the lowest validation loss. */
  readonly weights: Float32Array;
  readonly bestStep: number;
  readonly bestValidationLoss: number;
  /** Steps done: fewer than planned where patience ran out. */
  readonly stepsDone: number;
  readonly learningCurve: readonly LearningCurvePoint[];
}

/** A training as it will be run: everything that follows from network, data and options. */
interface Course {
  readonly plan: TrainingStepPlan;
  readonly source: SampleSource;
  readonly validation: Samples;
  readonly validationCount: number;
  readonly stepsPerEpoch: number;
  readonly steps: number;
  readonly fingerprint: string;
  readonly options: TrainingOptions;
}

/**
 * Trains a network: shuffled batches, the whole step as one ONNX graph, validation, checkpoints.
 *
 * @param rng stream; forked for first weights, the order of each epoch, each step's augmentation and dropout
 * @param network the network
 * @param data training samples, stored or from a source, and stored validation samples
 * @param options batch size, epochs, learning rate, loss, optimiser, augmentation, checkpoints, progress
 * @returns best weights and the learning curve
 * @throws RangeError when a set is empty, its lengths do not fit the network, or it holds NaN; when the checkpoint
 *   is of another training or there is one and isResumed is false
 * @throws Error when the loss is no longer finite or has grown ten-thousandfold
 */
export async function trainNetwork(
  rng: RandomStream,
  network: Network,
  data: { readonly training: Samples | SampleSource; readonly validation: Samples },
  options: TrainingOptions,
): Promise<TrainedNetwork> {
  const course = planCourse(rng, network, data, options);
  let checkpoint = startingPoint(rng, course);
  const runtime = runtimeOf(options);
  const { partCount = 1, workers = 1 } = options;
  const step =
    partCount > 1
      ? await openPartedStep(course.plan, { ...runtime, partCount, workers })
      : await openTrainingStep(course.plan, runtime);
  const meter = await openLossMeter(course.plan, course.validationCount, runtime);
  try {
    checkpoint = await runSteps(rng, course, checkpoint, { step, meter });
  } finally {
    await step.dispose();
    await meter.dispose();
  }
  const { bestWeights: weights, bestStep, bestValidationLoss, learningCurve } = checkpoint;
  return { weights, bestStep, bestValidationLoss, stepsDone: checkpoint.step, learningCurve };
}

async function runSteps(
  rng: RandomStream,
  course: Course,
  start: Checkpoint,
  { step: trainingStep, meter }: { readonly step: TrainingStep; readonly meter: LossMeter },
): Promise<Checkpoint> {
  const { stepsPerEpoch, steps, options } = course;
  const validateEvery = options.validateEverySteps ?? stepsPerEpoch;
  const batchOf = openBatches(rng, course);
  let now = start;
  let batch = batchOf(start.step + 1);
  for (let step = start.step + 1; step <= steps && !isOutOfPatience(now, options); step++) {
    const learningRate = learningRateAt(options.learningRate, step, steps);
    const at = { step, learningRate, rng: rng.fork("dropout", step) };
    const running = trainingStep.run(now.state, batch, at);
    // drawn and augmented while the step runs in other threads
    if (step < steps) batch = batchOf(step + 1);
    const { loss, state } = await running;
    checkLoss(loss, now, at, options);
    const firstLoss = step === 1 ? loss : now.firstLoss;
    now = { ...now, step, state, firstLoss, lossSum: now.lossSum + loss, lossCount: now.lossCount + 1 };
    const isMeasured = step % validateEvery === 0 || step === steps;
    if (isMeasured) now = await validated(now, course, meter);
    saveCheckpoint(now, course, isMeasured);
    const validationLoss = isMeasured ? (now.learningCurve.at(-1)?.validationLoss ?? null) : null;
    options.onProgress?.({ step, steps, loss, validationLoss, learningRate });
  }
  return now;
}

/** Draws the batch of any step, into two sets of arrays in turn: one is drawn while the other is trained on. */
function openBatches(
  rng: RandomStream,
  { plan, source, stepsPerEpoch }: Course,
): (step: number) => StepBatch {
  const { batchSize, network } = plan;
  const sets = [0, 1].map(() => ({
    x: new Float32Array(batchSize * sizeOf(network.inputShape)),
    target: new Float32Array(batchSize * sizeOf(targetShapeOf(plan))),
  }));
  let order = { epoch: -1, indices: new Uint32Array(0) as Uint32Array };
  return (step) => {
    const epoch = Math.floor((step - 1) / stepsPerEpoch);
    const position = ((step - 1) % stepsPerEpoch) * batchSize;
    if (order.epoch !== epoch) {
      order = { epoch, indices: shuffledIndices(rng.fork("shuffle", epoch), source.count) };
    }
    const indices = order.indices.subarray(position, position + batchSize);
    const batch = sets[step % 2];
    fillBatchInto(rng.fork("augment", step), source, indices, batch);
    return batch;
  };
}

/** Measures the validation loss and keeps the weights where it is the lowest so far. */
async function validated(now: Checkpoint, course: Course, meter: LossMeter): Promise<Checkpoint> {
  const { inputs, targets } = course.validation;
  const weights = now.state.vectors[AVERAGE_NAME] ?? now.state.weights;
  const validationLoss = await meter.measure(weights, inputs, targets);
  const point = { step: now.step, trainingLoss: now.lossSum / now.lossCount, validationLoss };
  const next = { ...now, lossSum: 0, lossCount: 0, learningCurve: [...now.learningCurve, point] };
  if (!(validationLoss < now.bestValidationLoss)) return next;
  // a copy: the step writes into its own arrays again
  return { ...next, bestWeights: weights.slice(), bestStep: now.step, bestValidationLoss: validationLoss };
}

function saveCheckpoint(now: Checkpoint, { options, steps }: Course, isMeasured: boolean): void {
  const { checkpoints } = options;
  if (checkpoints === undefined) return;
  const isDue = now.step % checkpoints.everySteps === 0 || now.step === steps;
  const isBest = isMeasured && now.bestStep === now.step;
  if (!isDue && !isBest) return;
  const bytes = encodeCheckpoint(now);
  if (isDue) checkpoints.store.write("last", bytes);
  if (isBest) checkpoints.store.write("best", bytes);
}

function isOutOfPatience(now: Checkpoint, { patience }: TrainingOptions): boolean {
  if (patience === undefined || now.learningCurve.length === 0) return false;
  const sinceBest = now.learningCurve.filter((point) => point.step > now.bestStep).length;
  return sinceBest >= patience;
}

function checkLoss(
  loss: number,
  now: Checkpoint,
  at: { readonly step: number; readonly learningRate: number },
  { checkpoints }: TrainingOptions,
): void {
  const limit = 1e4 * Math.max(1, Math.abs(now.firstLoss));
  if (Number.isFinite(loss) && (now.step === 0 || loss <= limit)) return;
  const wanted = Number.isFinite(loss) ? `loss must stay below ${limit}` : "loss must be finite";
  const where = `at step ${at.step}, learning rate ${at.learningRate}`;
  const advice = "lower the learning rate or check the labels";
  const saved =
    now.step < (checkpoints?.everySteps ?? Infinity) ? "" : `; last good state: ${checkpoints?.store.where}`;
  throw new Error(`Cannot go on training: ${wanted}, got ${loss} ${where}; ${advice}${saved}`);
}

function planCourse(
  rng: RandomStream,
  network: Network,
  data: { readonly training: Samples | SampleSource; readonly validation: Samples },
  options: TrainingOptions,
): Course {
  const { batchSize, epochs, loss = meanSquaredError, optimiser = adam(), partCount = 1 } = options;
  const plan: TrainingStepPlan = { network, loss, optimiser, batchSize, ...planOptions(options) };
  const shapes = { input: network.inputShape, target: targetShapeOf(plan) };
  const { training, validation } = data;
  let source: SampleSource;
  if ("fillInto" in training) source = training;
  else {
    checkSamples(shapes, training, "training");
    source = storedSource(training, shapes, { isDihedral: options.isAugmented ?? false });
  }
  const validationCount = checkSamples(shapes, validation, "validation");
  const action = "train network";
  checkNumber("batchSize", batchSize, { min: 1, max: source.count, integer: true, action });
  checkNumber("epochs", epochs, { min: 1, integer: true, action });
  const stepsPerEpoch = Math.floor(source.count / batchSize);
  const steps = stepsPerEpoch * epochs;
  const fingerprint = fingerprintOf(rng, plan, [source.count, partCount, steps, options.learningRate]);
  return {
    plan,
    source,
    validation,
    validationCount,
    stepsPerEpoch,
    steps,
    fingerprint,
    options,
  };
}

function planOptions(options: TrainingOptions): Partial<TrainingStepPlan> {
  const { targetShape, maxGradientNorm, frozenPrefixes, averageDecay } = options;
  return Object.fromEntries(
    Object.entries({ targetShape, maxGradientNorm, frozenPrefixes, averageDecay }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

function runtimeOf({ threads, device }: TrainingOptions): SessionOptions {
  return { ...(threads === undefined ? {} : { threads }), ...(device === undefined ? {} : { device }) };
}

/** A text that differs between trainings that would not reach the same weights. */
function fingerprintOf(rng: RandomStream, plan: TrainingStepPlan, numbers: readonly unknown[]): string {
  const parameters = listParameters(plan.network).map(({ name, shape }) => `${name}:${shape.join("x")}`);
  const seedProbe = rng.fork("fingerprint").uniform();
  const { network, optimiser, batchSize } = plan;
  return JSON.stringify([network.name, parameters.join(), optimiser.name, batchSize, numbers, seedProbe]);
}

/** The first state of a training, or the one that its checkpoint holds. */
function startingPoint(rng: RandomStream, { plan, options, fingerprint }: Course): Checkpoint {
  const { checkpoints } = options;
  const stored = checkpoints?.store.read() ?? null;
  const where = checkpoints?.store.where ?? "";
  if (stored === null) {
    const weights = startingWeights(rng, plan.network, options);
    const best = { bestWeights: weights, bestStep: 0, bestValidationLoss: Infinity };
    const sums = { firstLoss: 0, lossSum: 0, lossCount: 0 };
    const state = initialState(plan, weights);
    return { fingerprint, step: 0, state, ...best, ...sums, learningCurve: [] };
  }
  if (checkpoints?.isResumed !== true) {
    throw new RangeError(
      `Cannot train network: wanted no checkpoint, got one; resume or remove it (${where})`,
    );
  }
  const checkpoint = decodeCheckpoint(stored, where);
  if (checkpoint.fingerprint === fingerprint) return checkpoint;
  const wanted = "wanted the checkpoint of this network, data size, schedule and seed";
  throw new RangeError(`Cannot resume training: ${wanted}, got that of another training (${where})`);
}

function startingWeights(rng: RandomStream, network: Network, options: TrainingOptions): Float32Array {
  const given = options.initialWeights;
  if (given === undefined) return initialWeights(rng.fork("weights"), network);
  const count = parameterCount(network);
  if (given.length === count) return given.slice();
  throw new RangeError(
    `Cannot train network: initialWeights must hold ${count} numbers, got ${given.length}`,
  );
}

function checkSamples(
  shapes: { readonly input: Shape; readonly target: Shape },
  { inputs, targets }: Samples,
  setName: string,
): number {
  const count = inputs.length / sizeOf(shapes.input);
  if (count === 0 || !Number.isInteger(count) || targets.length !== count * sizeOf(shapes.target)) {
    const wanted = `${setName} samples of [n, ${shapes.input}] with targets [n, ${shapes.target}]`;
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
