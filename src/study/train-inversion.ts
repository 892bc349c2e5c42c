import { openRandomStream, type StartStage } from "../core/index.ts";
import type { Device } from "../graph/index.ts";
import { INVERSION_KIND, type InversionModel, type PosteriorHead } from "../inverse/index.ts";
import {
  buildCensusRegressor,
  buildRegressor,
  censusLoss,
  exportModel,
  headLoss,
  loadModel,
  trainNetwork,
  weightsFromModel,
  type Head,
  type LearningCurvePoint,
  type Loss,
  type Network,
  type TrainingOptions,
  type TrainingProgress,
} from "../train/index.ts";
import { calibrateInversion } from "./calibrate-inversion.ts";
import { inputStandardisation, type DataSet } from "./data-set.ts";
import { sampleRecipe } from "./corpus-recipe.ts";
import { ensembleLoss, ensembleNetwork } from "./ensemble-network.ts";
import { withPools } from "./pools.ts";
import { headOfConfig, type StudyConfig } from "./study-config.ts";
import { targetsOfStudy } from "./targets.ts";
import {
  censusRecord,
  encodeSamples,
  inversionSource,
  inversionStream,
  type SampleEncoding,
} from "./training-source.ts";

/** Steps over which the rate of a network that states distributions rises to its peak. */
const WARM_UP_STEPS = 100;

/** What training is run with besides the study. */
export interface TrainInversionOptions {
  /** Images that are trained on, or, where samples are streamed, the first of the stream: they set scales and bounds. */
  readonly training: DataSet;
  readonly validation: DataSet;
  readonly threads: number;
  /** Trains on fresh samples of the study without end, drawn by this number of workers, in place of stored ones. */
  readonly streamWorkers?: number;
  /** The processor by default. */
  readonly device?: Device;
  /** Keeps the state of the training, to be resumed; none by default. */
  readonly checkpoints?: NonNullable<TrainingOptions["checkpoints"]>;
  /** ONNX file of a network of the same shape whose weights are the first; drawn by default. */
  readonly startModel?: Uint8Array;
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
  const { startModel, streamWorkers } = options;
  const targets = targetsOfStudy(config, training.labels);
  const input = inputStandardisation(training);
  const head = headOfConfig(config);
  const { members: memberCount } = config.training;
  const census = config.training.census ? censusRecord(training) : null;
  const network = ensembleNetwork(memberNetwork(config, training.widthPx, { targets, census }), memberCount);
  const encoding = { input, targets, census };
  const checked = encodeSamples(validation, encoding);
  const { batchSize, partCount, epochs, learningRate } = config.training;
  const source =
    streamWorkers === undefined
      ? inversionSource(training, encoding)
      : inversionStream(sampleRecipe(config), encoding, {
          count: config.corpus.trainCount,
          workers: streamWorkers,
        });
  const steps = Math.floor(source.count / batchSize) * epochs;
  const stage = startStage("Training the network", steps);
  const rng = openRandomStream(config.seed, "training");
  let validationNote = "";
  const trained = await trainNetwork(
    rng,
    network,
    { training: source, validation: checked },
    {
      batchSize,
      epochs,
      learningRate: { peak: learningRate, ...(head.kind === "point" ? {} : { warmUpSteps: WARM_UP_STEPS }) },
      loss: ensembleLoss(memberLoss(head, { targets, census }), memberCount),
      targetShape: [checked.targets.length / validation.count],
      // likelihoods have steep walls: one strange batch would undo hundreds of steps
      ...(head.kind === "point" ? {} : { maxGradientNorm: 5 }),
      ...(startModel === undefined
        ? {}
        : { initialWeights: weightsFromModel(startModel, network, { rng }).weights }),
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
    const single: InversionModel = {
      kind: INVERSION_KIND,
      targets,
      materials: materialNames(config),
      pixelSizeNm: training.pixelSizeNm,
      widthPx: training.widthPx,
      heightPx: training.heightPx,
      input,
      head,
      memberCount,
      census,
      ...(await calibrateInversion(predictor, { training, validation }, rule)),
      recipe: config,
      provenance: {
        study: config.name,
        seed: config.seed,
        heterostemVersion: options.heterostemVersion,
        trainingImages: streamWorkers === undefined ? training.count : steps * batchSize,
        bestStep: trained.bestStep,
      },
    };
    calibrating.finish(`${validation.count} validation images`);
    const model = await withPools(config, { model: single, network: predictor }, startStage);
    const { learningCurve, bestStep, weights } = trained;
    return { onnx: exportModel(network, weights, { ...model }), model, learningCurve, bestStep, steps };
  } finally {
    await predictor.dispose();
  }
}

/** Gaussians by beta-NLL with half the weight that variances have in the likelihood, as [seitzer2022] advise. */
function memberLoss(
  kind: PosteriorHead,
  { targets, census }: Pick<SampleEncoding, "targets" | "census">,
): Loss {
  const head: Head = kind.kind === "gaussian" ? { ...kind, beta: 0.5 } : kind;
  return census === null ? headLoss(head) : censusLoss(head, targets.length);
}

function memberNetwork(
  config: StudyConfig,
  inputSize: number,
  { targets, census }: Pick<SampleEncoding, "targets" | "census">,
): Network {
  const { widths } = config.training;
  const head = headOfConfig(config);
  const common = { inputSize, outputs: targets.length, widths, head };
  if (census === null) return buildRegressor(common);
  return buildCensusRegressor({ ...common, channels: census.units.length, cellSize: census.cellPx });
}

function materialNames(config: StudyConfig): readonly [string, string] {
  const nameOf = (entry: StudyConfig["aggregate"]["materials"][number]) =>
    typeof entry === "string" ? entry : entry.name;
  const [first, second] = config.aggregate.materials;
  return [nameOf(first), nameOf(second)];
}
