import { openRandomStream, type StartStage } from "../../core/index.ts";
import type { Device } from "../../graph/index.ts";
import {
  CONDITION_LABELS,
  INVERSION_KIND,
  toldConditions,
  type InversionModel,
  type PosteriorHead,
} from "../../posterior/index.ts";
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
  type SampleSource,
  type SampleStream,
  type TrainedNetwork,
  type TrainingOptions,
  type TrainingProgress,
} from "../../train/index.ts";
import { conditionsOfStudy } from "../data/conditioning.ts";
import { calibrateInversion } from "./calibrate-inversion.ts";
import { inputStandardisation, type DataSet } from "../data/data-set.ts";
import { sampleRecipe } from "../data/recipe-of-corpus.ts";
import { ensembleLoss, ensembleNetwork } from "./ensemble-network.ts";
import { withPools } from "./pools.ts";
import { sampleSeedsOf, startRecord, type StartModel } from "./start-model.ts";
import { headOfConfig, type InversionRecipe } from "../data/inversion-recipe.ts";
import type { ReadingRule } from "./predict.ts";
import { targetsOfStudy } from "../data/plan-targets.ts";
import {
  censusRecord,
  encodeSamples,
  inversionSource,
  inversionStream,
  type SampleEncoding,
} from "../data/training-source.ts";

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
  /** Seed of the samples, for the record; the study's by default. */
  readonly sampleSeed?: number;
  /** A network of the same shape whose weights are the first; drawn by default. */
  readonly startModel?: StartModel;
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
 * Trains the network of a study and calibrates its answers on the validation images, and on powders where it asks for that.
 *
 * @param config the study: prior, training settings, seed
 * @param options data sets, threads, progress
 * @returns the model file and the learning curve
 */
export async function trainInversion(
  config: InversionRecipe,
  options: TrainInversionOptions,
): Promise<TrainedInversion> {
  const { training, validation, threads, startStage, sampleSeed = config.seed, startModel } = options;
  const earlierSeeds = startModel === undefined ? [] : sampleSeedsOf(startRecord(startModel));
  const plan = planInversion(config, training);
  const source = sampleSource(config, plan.encoding, options);
  const steps = Math.floor(source.count / config.training.batchSize) * config.training.epochs;
  const trained = await fitWeights(config, { plan, source, steps }, options);
  const calibrating = startStage("Calibrating the answers", 0);
  const draft = exportModel(plan.network, trained.weights, { kind: INVERSION_KIND });
  const network = await loadModel(draft, { kind: INVERSION_KIND, threads });
  try {
    const calibrated = await calibrateInversion(network, { training, validation }, plan.rule);
    calibrating.finish(`${validation.count} validation images`);
    const isStreamed = options.streamWorkers !== undefined;
    const single: InversionModel = {
      kind: INVERSION_KIND,
      ...plan.rule,
      census: plan.encoding.census,
      materials: materialNames(config),
      pixelSizeNm: training.pixelSizeNm,
      widthPx: training.widthPx,
      heightPx: training.heightPx,
      ...calibrated,
      recipe: config,
      provenance: {
        study: config.name,
        seed: config.seed,
        sampleSeeds: [...earlierSeeds, sampleSeed].join(", "),
        heterostemVersion: options.heterostemVersion,
        trainingImages: isStreamed ? steps * config.training.batchSize : training.count,
        bestStep: trained.bestStep,
      },
    };
    const model = await withPools(config, { model: single, network }, startStage);
    const { learningCurve, bestStep, weights } = trained;
    return { onnx: exportModel(plan.network, weights, { ...model }), model, learningCurve, bestStep, steps };
  } finally {
    await network.dispose();
  }
}

/** What is trained, and how its inputs and outputs are read. */
interface InversionPlan {
  readonly network: Network;
  readonly encoding: SampleEncoding;
  readonly rule: ReadingRule;
}

function planInversion(config: InversionRecipe, training: DataSet): InversionPlan {
  const targets = targetsOfStudy(config, training.labels);
  const input = inputStandardisation(training);
  const census = config.training.census ? censusRecord(training) : null;
  const conditions = conditionsOfStudy(config, training.labels);
  const { members: memberCount } = config.training;
  const member = memberNetwork(config, training.widthPx, { targets, census, conditions });
  return {
    network: ensembleNetwork(member, memberCount),
    encoding: { input, targets, census, conditions },
    rule: { head: headOfConfig(config), memberCount, input, targets, conditions, corrections: [] },
  };
}

/** Stored samples, or fresh ones of the recipe for as long as the training lasts. */
function sampleSource(
  config: InversionRecipe,
  encoding: SampleEncoding,
  { training, streamWorkers: workers }: TrainInversionOptions,
): SampleSource | SampleStream {
  if (workers === undefined) return inversionSource(training, encoding);
  return inversionStream(sampleRecipe(config), encoding, { count: config.corpus.trainCount, workers });
}

interface Fitting {
  readonly plan: InversionPlan;
  readonly source: SampleSource | SampleStream;
  readonly steps: number;
}

async function fitWeights(
  config: InversionRecipe,
  { plan, source, steps }: Fitting,
  options: TrainInversionOptions,
): Promise<TrainedNetwork> {
  const { validation, threads, startStage, startModel, checkpoints, onStep, device = "cpu" } = options;
  const { batchSize, partCount, epochs, learningRate } = config.training;
  const { network, encoding, rule } = plan;
  const checked = encodeSamples(validation, encoding);
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
      learningRate: { peak: learningRate },
      loss: ensembleLoss(
        memberLoss(rule.head, { ...encoding, edgePx: validation.widthPx }),
        rule.memberCount,
      ),
      targetShape: [checked.targets.length / validation.count],
      ...(rule.head.kind === "point" ? {} : likelihoodOptions(learningRate)),
      ...(startModel === undefined
        ? {}
        : { initialWeights: weightsFromModel(startModel.bytes, network, { rng }).weights }),
      partCount,
      // a GPU works on one part after the other
      workers: device === "cpu" ? Math.min(partCount, threads) : 1,
      threads,
      device,
      ...(checkpoints === undefined ? {} : { checkpoints: { ...checkpoints, subject: subjectOf(config) } }),
      onProgress: (progress) => {
        const { step, loss, validationLoss } = progress;
        onStep?.(progress);
        if (validationLoss !== null) validationNote = `, validation ${validationLoss.toFixed(3)}`;
        stage.update(step, `loss ${loss.toFixed(3)}${validationNote}`);
      },
    },
  );
  stage.finish(`validation loss ${trained.bestValidationLoss.toFixed(3)}${noteOfUntold(rule)}`);
  return trained;
}

/** What a checkpoint must share to be gone on from: other priors, microscopes or targets are another training. */
function subjectOf({ aggregate, microscope, training }: InversionRecipe): string {
  return JSON.stringify({ aggregate, microscope, training });
}

/** What the study wanted the network to be told, but no image can teach it. */
function noteOfUntold({ conditions }: Pick<ReadingRule, "conditions">): string {
  const untold = conditions.filter(({ deviation }) => deviation === 0);
  if (untold.length === 0) return "";
  const names = untold.map(({ key }) => CONDITION_LABELS[key][0]);
  return `; not told, because alike in all images: ${names.join(", ")}`;
}

/** Likelihoods have steep walls: one strange batch, or a first step too large, would undo hundreds of steps. */
function likelihoodOptions(peak: number): Pick<TrainingOptions, "learningRate" | "maxGradientNorm"> {
  return { learningRate: { peak, warmUpSteps: WARM_UP_STEPS }, maxGradientNorm: 5 };
}

/** Gaussians by beta-NLL with half the weight that variances have in the likelihood, as [seitzer2022] advise. */
function memberLoss(
  kind: PosteriorHead,
  { targets, census, edgePx }: Pick<SampleEncoding, "targets" | "census"> & { readonly edgePx: number },
): Loss {
  const head: Head = kind.kind === "gaussian" ? { ...kind, beta: 0.5 } : kind;
  if (census === null) return headLoss(head);
  return censusLoss(head, { outputs: targets.length, cells: edgePx / census.cellPx });
}

function memberNetwork(
  config: InversionRecipe,
  inputSize: number,
  { targets, census, conditions = [] }: Pick<SampleEncoding, "targets" | "census" | "conditions">,
): Network {
  const { widths } = config.training;
  const head = headOfConfig(config);
  const conditionCount = 2 * toldConditions(conditions).length;
  const common = { inputSize, outputs: targets.length, widths, head, conditionCount };
  if (census === null) return buildRegressor(common);
  return buildCensusRegressor({ ...common, channels: census.units.length, cellSize: census.cellPx });
}

function materialNames(config: InversionRecipe): readonly [string, string] {
  const nameOf = (entry: InversionRecipe["aggregate"]["materials"][number]) =>
    typeof entry === "string" ? entry : entry.name;
  const [first, second] = config.aggregate.materials;
  return [nameOf(first), nameOf(second)];
}
