import { createHash } from "node:crypto";
import { checkNumber, rangeError } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import type { Shape } from "../graph/index.ts";
import { sizeOf } from "../graph/index.ts";
import { storedSource } from "./batches.ts";
import type { FixedSamples, SampleSource, SampleStream, Samples } from "./batches.ts";
import { decodeCheckpoint } from "./checkpoint.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { sampleShape } from "./sample-rows.ts";
import { meanSquaredError } from "./losses.ts";
import type { Network } from "./network.ts";
import { adam } from "./optimisers.ts";
import { initialWeights, listParameters, parameterCount } from "./parameters.ts";
import type { TrainingOptions } from "./training-options.ts";
import { initialState, targetShapeOf } from "./training-step.ts";
import type { TrainingStepPlan } from "./training-step.ts";

/** What a network is trained on and measured by. */
export interface TrainingData {
  readonly training: Samples | SampleSource | SampleStream;
  /** All at once, or made as they are asked for. */
  readonly validation: Samples | FixedSamples;
}

/** A training as it will be run: everything that follows from network, data and options. */
export interface Course {
  readonly plan: TrainingStepPlan;
  readonly source: SampleSource | SampleStream;
  readonly validation: FixedSamples;
  readonly stepsPerEpoch: number;
  readonly steps: number;
  readonly fingerprint: string;
  readonly options: TrainingOptions;
}

/**
 * Checks data and options and works out the course of a training.
 *
 * @throws RangeError when a set is empty, its lengths do not fit the network, it holds NaN, or a count is out of range
 */
export function planCourse(
  rng: RandomStream,
  network: Network,
  data: TrainingData,
  options: TrainingOptions,
): Course {
  const { batchSize, epochs, loss = meanSquaredError, optimiser = adam(), partCount = 1 } = options;
  const plan: TrainingStepPlan = { network, loss, optimiser, batchSize, ...planOptions(options) };
  const shapes = { input: sampleShape(network), target: targetShapeOf(plan) };
  const { training } = data;
  let source: SampleSource | SampleStream;
  if (!("inputs" in training)) source = training;
  else {
    checkSamples(shapes, training, "training");
    source = storedSource(training, shapes, { isDihedral: options.isAugmented ?? false });
  }
  const validation = checkedValidation(shapes, data.validation);
  const action = "train network";
  checkNumber("batchSize", batchSize, { min: 1, max: source.count, integer: true, action });
  checkNumber("epochs", epochs, { min: 1, integer: true, action });
  const stepsPerEpoch = Math.floor(source.count / batchSize);
  const steps = stepsPerEpoch * epochs;
  const { checkpoints, initialWeights: given } = options;
  const fingerprint = fingerprintOf(rng, plan, [
    source.count,
    partCount,
    steps,
    options.learningRate,
    ...(checkpoints?.subject === undefined ? [] : [checkpoints.subject]),
    ...(given === undefined ? [] : [hashOf(given)]),
  ]);
  return {
    plan,
    source,
    validation,
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

/** First weights that were given: from others, steps do not lead to the same place. */
function hashOf({ buffer, byteOffset, byteLength }: Float32Array): string {
  return createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");
}

/** A text that differs between trainings that would not reach the same weights. */
function fingerprintOf(rng: RandomStream, plan: TrainingStepPlan, numbers: readonly unknown[]): string {
  const parameters = listParameters(plan.network).map(({ name, shape }) => `${name}:${shape.join("x")}`);
  const seedProbe = rng.fork("fingerprint").uniform();
  const { network, optimiser, batchSize } = plan;
  return JSON.stringify([network.name, parameters.join(), optimiser.name, batchSize, numbers, seedProbe]);
}

/**
 * The first state of a training, or the one that its checkpoint holds.
 *
 * @throws RangeError when the checkpoint is of another training, or there is one and isResumed is false
 */
export function startingPoint(rng: RandomStream, { plan, options, fingerprint }: Course): Checkpoint {
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
    throw rangeError({ action: "train network", where }, "wanted no checkpoint", "one; resume or remove it");
  }
  const checkpoint = decodeCheckpoint(stored, where);
  if (checkpoint.fingerprint === fingerprint) return checkpoint;
  const wanted = "wanted the checkpoint of this network, data, schedule and seed";
  throw rangeError({ action: "resume training", where }, wanted, "that of another training");
}

function startingWeights(rng: RandomStream, network: Network, options: TrainingOptions): Float32Array {
  const given = options.initialWeights;
  if (given === undefined) return initialWeights(rng.fork("weights"), network);
  const count = parameterCount(network);
  if (given.length === count) return given.slice();
  throw rangeError(
    { action: "train network" },
    `initialWeights must hold ${count} numbers`,
    String(given.length),
  );
}

interface SampleShapes {
  readonly input: Shape;
  readonly target: Shape;
}

/** Samples that are made for a check, and let go again. */
const CHECKED_AT_ONCE = 64;

/** Validation samples as the meter takes them, each checked once. */
function checkedValidation(shapes: SampleShapes, validation: Samples | FixedSamples): FixedSamples {
  if ("between" in validation) {
    const { count } = validation;
    for (let start = 0; start === 0 || start < count; start += CHECKED_AT_ONCE) {
      const part = validation.between(start, Math.min(start + CHECKED_AT_ONCE, count));
      checkSamples(shapes, part, "validation", start);
    }
    return validation;
  }
  const count = checkSamples(shapes, validation, "validation");
  const rows = (data: Float32Array, shape: Shape, start: number, end: number) =>
    data.subarray(start * sizeOf(shape), end * sizeOf(shape));
  return {
    count,
    between: (start, end) => ({
      inputs: rows(validation.inputs, shapes.input, start, end),
      targets: rows(validation.targets, shapes.target, start, end),
    }),
  };
}

/** @param first number of the first of them, for errors */
function checkSamples(
  shapes: SampleShapes,
  { inputs, targets }: Samples,
  setName: string,
  first = 0,
): number {
  const count = inputs.length / sizeOf(shapes.input);
  if (count === 0 || !Number.isInteger(count) || targets.length !== count * sizeOf(shapes.target)) {
    const wanted = `${setName} samples of [n, ${shapes.input}] with targets [n, ${shapes.target}]`;
    throw rangeError(
      { action: "train network" },
      `wanted ${wanted}`,
      `${inputs.length} and ${targets.length} numbers`,
    );
  }
  for (const [name, values] of Object.entries({ inputs, targets })) {
    const index = values.findIndex((value) => !Number.isFinite(value));
    if (index < 0) continue;
    const where = `sample ${first + Math.floor(index / (values.length / count))}`;
    throw rangeError(
      { action: "train network", where },
      `${setName} ${name} must be finite`,
      String(values[index]),
    );
  }
  return count;
}
