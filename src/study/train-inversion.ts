import { mean, openRandomStream, type StartStage } from "../core/index.ts";
import type { Device } from "../graph/index.ts";
import {
  conformalHalfWidth,
  fitClassicalEstimate,
  fitFamiliarity,
  INTERVAL_LEVELS,
  INVERSION_KIND,
  type InversionModel,
  type Target,
} from "../inverse/index.ts";
import {
  buildRegressor,
  exportModel,
  loadModel,
  trainNetwork,
  type LearningCurvePoint,
  type TrainingOptions,
  type TrainingProgress,
} from "../train/index.ts";
import { encodeInputs, encodeTargets, inputStandardisation, sliceDataSet, type DataSet } from "./data-set.ts";
import { predictCodes } from "./predict.ts";
import type { StudyConfig } from "./study-config.ts";
import { targetsOfPrior } from "./targets.ts";

/** What training is run with besides the study. */
export interface TrainInversionOptions {
  readonly training: DataSet;
  readonly validation: DataSet;
  readonly threads: number;
  /** The processor by default. */
  readonly device?: Device;
  /** Keeps the state of the training, to be resumed; none by default. */
  readonly checkpoints?: NonNullable<TrainingOptions["checkpoints"]>;
  /** Called after every step. */
  readonly onStep?: (progress: TrainingProgress) => void;
  readonly heterostemVersion: string;
  readonly startStage: StartStage;
}

/** A trained inversion: the file, what it says of itself, and how training went. */
export interface TrainedInversion {
  /** ONNX file with the inversion record in its metadata. */
  readonly onnx: Uint8Array;
  readonly model: InversionModel;
  readonly learningCurve: readonly LearningCurvePoint[];
  readonly bestStep: number;
  readonly steps: number;
}

/** Training images that tell what is familiar: enough for the covariance of some 70 features. */
const FAMILIARITY_IMAGES = 2000;
/** Share of simulated images that the familiarity test may call unfamiliar. */
const FALSE_ALARM_RATE = 0.01;

/**
 * Trains the network of a study and calibrates its answers on the validation images.
 *
 * @param config the study: prior, training settings, seed
 * @param options data sets, threads, progress
 * @returns the model file and the learning curve
 */
export async function trainInversion(
  config: StudyConfig,
  options: TrainInversionOptions,
): Promise<TrainedInversion> {
  const { training, validation, threads, startStage, device = "cpu", checkpoints, onStep } = options;
  const targets = targetsOfPrior(config.aggregate);
  const input = inputStandardisation(training);
  const network = buildRegressor({
    inputSize: training.widthPx,
    outputs: targets.length,
    widths: config.training.widths,
  });
  const samples = (data: DataSet) => ({
    inputs: encodeInputs(data, input),
    targets: encodeTargets(data, targets),
  });
  const { batchSize, partCount, epochs, learningRate } = config.training;
  const steps = Math.floor(training.count / batchSize) * epochs;
  const stage = startStage("Training the network", steps);
  const rng = openRandomStream(config.seed, "training");
  let validationNote = "";
  const trained = await trainNetwork(
    rng,
    network,
    { training: samples(training), validation: samples(validation) },
    {
      batchSize,
      epochs,
      learningRate: { peak: learningRate },
      isAugmented: true,
      partCount,
      // a GPU works on one part after the other
      workers: device === "cpu" ? Math.min(partCount, threads) : 1,
      threads,
      device,
      ...(checkpoints === undefined ? {} : { checkpoints }),
      onProgress: (progress) => {
        const { step, loss, validationLoss } = progress;
        onStep?.(progress);
        if (validationLoss !== null) validationNote = `, validation ${validationLoss.toFixed(3)}`;
        stage.update(step, `loss ${loss.toFixed(3)}${validationNote}`);
      },
    },
  );
  stage.finish(`validation loss ${trained.bestValidationLoss.toFixed(3)}`);
  const draft = exportModel(network, trained.weights, { kind: INVERSION_KIND });
  const predictor = await loadModel(draft, { kind: INVERSION_KIND, threads });
  try {
    const seen = sliceDataSet(training, 0, Math.min(training.count, FAMILIARITY_IMAGES));
    const onTraining = await predictCodes(predictor, seen, input);
    const onValidation = await predictCodes(predictor, validation, input);
    const validationTargets = encodeTargets(validation, targets);
    const trainingTargets = encodeTargets(training, targets);
    const rowsOf = (codes: Float32Array) => rows(codes, targets.length);
    const model: InversionModel = {
      kind: INVERSION_KIND,
      targets,
      materials: materialNames(config),
      pixelSizeNm: training.pixelSizeNm,
      widthPx: training.widthPx,
      heightPx: training.heightPx,
      input,
      constantCodes: targets.map((_, t) => mean(rowsOf(trainingTargets).map((row) => row[t]))),
      halfWidths: halfWidths(targets, onValidation.codes, rowsOf(validationTargets)),
      classical: fitClassicalEstimate(training.measures, rowsOf(trainingTargets)),
      familiarity: fitFamiliarity(onTraining.features, onValidation.features, FALSE_ALARM_RATE),
      provenance: {
        study: config.name,
        seed: config.seed,
        heterostemVersion: options.heterostemVersion,
        trainingImages: training.count,
        bestStep: trained.bestStep,
      },
    };
    const onnx = exportModel(network, trained.weights, { ...model });
    return { onnx, model, learningCurve: trained.learningCurve, bestStep: trained.bestStep, steps };
  } finally {
    await predictor.dispose();
  }
}

function materialNames(config: StudyConfig): readonly [string, string] {
  const nameOf = (entry: StudyConfig["aggregate"]["materials"][number]) =>
    typeof entry === "string" ? entry : entry.name;
  const [first, second] = config.aggregate.materials;
  return [nameOf(first), nameOf(second)];
}

/** Half-widths per target and level from the errors on images that were not trained on. */
function halfWidths(
  targets: readonly Target[],
  codes: readonly ArrayLike<number>[],
  truths: readonly ArrayLike<number>[],
): number[][] {
  return targets.map((_, t) => {
    const errors = codes.map((row, i) => row[t] - truths[i][t]);
    return INTERVAL_LEVELS.map((level) => conformalHalfWidth(errors, level));
  });
}

function rows(codes: Float32Array, size: number): Float32Array[] {
  return Array.from({ length: codes.length / size }, (_, i) => codes.subarray(i * size, (i + 1) * size));
}
