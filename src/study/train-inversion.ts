import { openRandomStream, type StartStage } from "../core/index.ts";
import type { Device } from "../graph/index.ts";
import { INVERSION_KIND, type InversionModel } from "../inverse/index.ts";
import {
  buildRegressor,
  exportModel,
  headLoss,
  loadModel,
  trainNetwork,
  type LearningCurvePoint,
  type TrainingOptions,
  type TrainingProgress,
} from "../train/index.ts";
import { calibrateInversion } from "./calibrate-inversion.ts";
import { encodeInputs, encodeTargets, inputStandardisation, type DataSet } from "./data-set.ts";
import { ensembleLoss, ensembleNetwork } from "./ensemble-network.ts";
import { headOfConfig, type StudyConfig } from "./study-config.ts";
import { targetsOfStudy } from "./targets.ts";

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
  /** The file with another record, such as one that is calibrated for pools too. */
  readonly encode: (model: InversionModel) => Uint8Array;
  readonly learningCurve: readonly LearningCurvePoint[];
  readonly bestStep: number;
  readonly steps: number;
}

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
  const targets = targetsOfStudy(config, training.labels);
  const input = inputStandardisation(training);
  const head = headOfConfig(config);
  const { members: memberCount, widths } = config.training;
  const member = buildRegressor({ inputSize: training.widthPx, outputs: targets.length, widths, head });
  const network = ensembleNetwork(member, memberCount);
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
      loss: ensembleLoss(headLoss(head), memberCount),
      targetShape: [targets.length],
      // likelihoods have steep walls: one strange batch would undo hundreds of steps
      ...(head.kind === "point" ? {} : { maxGradientNorm: 5 }),
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
  const calibrating = startStage("Calibrating the answers", 0);
  const draft = exportModel(network, trained.weights, { kind: INVERSION_KIND });
  const predictor = await loadModel(draft, { kind: INVERSION_KIND, threads });
  try {
    const rule = { head, memberCount, input, targets };
    const model: InversionModel = {
      kind: INVERSION_KIND,
      targets,
      materials: materialNames(config),
      pixelSizeNm: training.pixelSizeNm,
      widthPx: training.widthPx,
      heightPx: training.heightPx,
      input,
      head,
      memberCount,
      ...(await calibrateInversion(predictor, { training, validation }, rule)),
      provenance: {
        study: config.name,
        seed: config.seed,
        heterostemVersion: options.heterostemVersion,
        trainingImages: training.count,
        bestStep: trained.bestStep,
      },
    };
    calibrating.finish(`${validation.count} validation images`);
    const encode = (record: InversionModel) => exportModel(network, trained.weights, { ...record });
    const { learningCurve, bestStep } = trained;
    return { onnx: encode(model), model, encode, learningCurve, bestStep, steps };
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
