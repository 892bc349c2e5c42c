import { failureText } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import type { SessionOptions } from "../graph/index.ts";
import { encodeCheckpoint } from "./checkpoint.ts";
import type { Checkpoint, LearningCurvePoint } from "./checkpoint.ts";
import { openBatches } from "./open-batches.ts";
import type { Batches } from "./open-batches.ts";
import { openLossMeter } from "./loss-meter.ts";
import type { LossMeter } from "./loss-meter.ts";
import type { Network } from "./network.ts";
import { openPartedStep } from "./parted-step.ts";
import { learningRateAt } from "./schedule.ts";
import { planCourse, startingPoint } from "./training-course.ts";
import type { Course, TrainingData } from "./training-course.ts";
import type { TrainingOptions } from "./training-options.ts";
import { AVERAGE_NAME, openTrainingStep } from "./training-step.ts";
import type { TrainingStep } from "./training-step.ts";

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

/**
 * Trains a network: shuffled batches, the whole step as one ONNX graph, validation, checkpoints.
 *
 * @param rng stream; forked for first weights, the order of each epoch, each step's augmentation and dropout
 * @param network the network
 * @param data training samples, stored, from a source or streamed, and stored validation samples
 * @param options batch size, epochs, learning rate, loss, optimiser, augmentation, checkpoints, progress
 * @returns best weights and the learning curve
 * @throws RangeError when a set is empty, its lengths do not fit the network, or it holds NaN; when the checkpoint
 *   is of another training or there is one and isResumed is false
 * @throws Error when the loss is no longer finite or has grown ten-thousandfold, or when what computes the steps fails; the last
 *   checkpoint stays
 */
export async function trainNetwork(
  rng: RandomStream,
  network: Network,
  data: TrainingData,
  options: TrainingOptions,
): Promise<TrainedNetwork> {
  const course = planCourse(rng, network, data, options);
  let checkpoint = startingPoint(rng, course);
  const runtime = runtimeOf(options);
  const { partCount = 1, device = "cpu" } = options;
  // a GPU works on one part after the other, and TensorFlow.js has threads of its own or none
  const workers = device === "cpu" ? (options.workers ?? 1) : 1;
  const step =
    partCount > 1
      ? await openPartedStep(course.plan, { ...runtime, partCount, workers })
      : await openTrainingStep(course.plan, runtime);
  const meter = await openLossMeter(course.plan, course.validation.count, runtime);
  const batches = openBatches(rng, course, checkpoint.step + 1);
  try {
    checkpoint = await runSteps(rng, course, checkpoint, { step, meter, batches });
  } finally {
    // of a device that is gone nothing can be given back, and what it said first is what counts
    await Promise.allSettled([batches.close(), step.dispose(), meter.dispose()]);
  }
  const { bestWeights: weights, bestStep, bestValidationLoss, learningCurve } = checkpoint;
  return { weights, bestStep, bestValidationLoss, stepsDone: checkpoint.step, learningCurve };
}

/** What steps are run with; disposed of when the training ends. */
interface Machinery {
  readonly step: TrainingStep;
  readonly meter: LossMeter;
  readonly batches: Batches;
}

async function runSteps(
  rng: RandomStream,
  course: Course,
  start: Checkpoint,
  { step: trainingStep, meter, batches }: Machinery,
): Promise<Checkpoint> {
  const { stepsPerEpoch, steps, options } = course;
  const validateEvery = options.validateEverySteps ?? stepsPerEpoch;
  let now = start;
  let batch = await batches.next();
  for (let step = start.step + 1; step <= steps && !isOutOfPatience(now, options); step++) {
    const learningRate = learningRateAt(options.learningRate, step, steps);
    const at = { step, learningRate, rng: rng.fork("dropout", step) };
    const running = onDevice(trainingStep.run(now.state, batch, at), step, course);
    // drawn and augmented while the step runs in other threads
    const [{ loss, state }, next] = await Promise.all([running, step < steps ? batches.next() : batch]);
    batch = next;
    checkLoss(loss, now, at, options);
    const firstLoss = step === 1 ? loss : now.firstLoss;
    now = { ...now, step, state, firstLoss, lossSum: now.lossSum + loss, lossCount: now.lossCount + 1 };
    const isMeasured = step % validateEvery === 0 || step === steps;
    if (isMeasured) now = await onDevice(validated(now, course, meter), step, course);
    saveCheckpoint(now, course, isMeasured);
    const validationLoss = isMeasured ? (now.learningCurve.at(-1)?.validationLoss ?? null) : null;
    options.onProgress?.({ step, steps, loss, validationLoss, learningRate });
  }
  return now;
}

/** Work of a device, which may vanish under it: a driver that is reset, a GPU that somebody takes away. */
async function onDevice<T>(work: Promise<T>, step: number, { steps, options }: Course): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const { checkpoints, device = "cpu" } = options;
    const isKept = checkpoints !== undefined && checkpoints.store.read() !== null;
    const kept = isKept
      ? `the last checkpoint is kept in ${checkpoints.store.where}`
      : "nothing was kept yet";
    const again = isKept ? "the same call with --resume goes on from it" : "the same call begins anew";
    const elsewhere = device === "cpu" ? "" : ", and does so on the processor, too (--device cpu)";
    const text = failureText(
      { action: "go on training" },
      `wanted step ${step} of ${steps} from the ${device}`,
      reason.trim(),
    );
    throw new Error(`${text}; ${kept}, ${again}${elsewhere}`, { cause });
  }
}

/** Measures the validation loss and keeps the weights where it is the lowest so far. */
async function validated(now: Checkpoint, course: Course, meter: LossMeter): Promise<Checkpoint> {
  const weights = now.state.vectors[AVERAGE_NAME] ?? now.state.weights;
  const validationLoss = await meter.measure(weights, course.validation);
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
  throw new Error(
    `${failureText({ action: "go on training" }, wanted, `${loss} ${where}`)}; ${advice}${saved}`,
  );
}

function runtimeOf({ threads, device }: TrainingOptions): SessionOptions {
  return { ...(threads === undefined ? {} : { threads }), ...(device === undefined ? {} : { device }) };
}
