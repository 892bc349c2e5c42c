import { definedPart } from "../../core/index.ts";
import { INVERSION_KIND, type InversionModel } from "../../posterior/index.ts";
import {
  exportModel,
  loadModel,
  type LearningCurvePoint,
  type SampleSource,
  type SampleStream,
  type TrainedNetwork,
} from "../../train/index.ts";
import type { DataSet } from "../data/data-set.ts";
import type { ReferenceSamples } from "../data/load-corpus.ts";
import { fitEncoding, type SampleEncoding } from "../data/fit-encoding.ts";
import type { InversionPlan } from "../data/plan-inversion.ts";
import { inversionSource } from "../data/training-source.ts";
import { buildInversionNetwork } from "./build-inversion-network.ts";
import { calibrateInversion, type CalibratedPart } from "./calibrate-inversion.ts";
import { fitWeights, type FittingOptions } from "./fit-weights.ts";
import { withPools } from "./pools.ts";
import type { NetworkFormat } from "./predict.ts";
import { sampleSeedsOf, startRecord, type StartModel } from "./start-model.ts";

/** What training is run with besides the plan. */
export interface TrainInversionOptions extends FittingOptions {
  /** Images that are trained on, or, where samples are streamed, the first of the stream: they set scales and bounds. */
  readonly training: DataSet;
  readonly validation: DataSet;
  /** Samples that come while the training runs, in place of those of `training`. */
  readonly streamed?: StreamedTraining;
  /** Truths and measures of all training images, where those of `training` are but the first. */
  readonly reference?: ReferenceSamples;
  /** Seed of the samples, for the record; the plan's by default. */
  readonly sampleSeed?: number;
  readonly heterostemVersion: string;
}

/** Samples of a training that are not held in memory. */
export interface StreamedTraining {
  /** Opens them for a network that wants them encoded so. */
  readonly open: (encoding: SampleEncoding) => SampleStream;
  /** Different images among them; Infinity for a stream in which none comes twice. */
  readonly imageCount: number;
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
 * Trains the network of a plan and calibrates its answers on the validation images, and on powders where the plan has some.
 *
 * @param plan of the inversion
 * @param options data sets, threads, progress
 * @returns the model file and the learning curve
 */
export async function trainInversion(
  plan: InversionPlan,
  options: TrainInversionOptions,
): Promise<TrainedInversion> {
  const { validation, startModel } = options;
  // read before hours of training, so that a broken file costs none of them
  const earlierSeeds = seedsOf(startModel);
  const encoding = fitEncoding(plan, options.training);
  const network = buildInversionNetwork(plan.network, encoding);
  const { training, streamed } = options;
  const source: SampleSource | SampleStream =
    streamed === undefined ? inversionSource(training, encoding) : streamed.open(encoding);
  const steps = Math.floor(source.count / plan.training.batchSize) * plan.training.epochs;
  const trained = await fitWeights(plan, { network, encoding, source, validation, steps }, options);
  const draft = exportModel(network, trained.weights, { kind: INVERSION_KIND });
  const model = await calibrateFile(plan, { draft, encoding, trained, steps, earlierSeeds }, options);
  const { learningCurve, bestStep, weights } = trained;
  return { onnx: exportModel(network, weights, { ...model }), model, learningCurve, bestStep, steps };
}

function seedsOf(startModel: StartModel | undefined): readonly number[] {
  return startModel === undefined ? [] : sampleSeedsOf(startRecord(startModel));
}

interface Draft {
  /** The network's file without its record. */
  readonly draft: Uint8Array;
  readonly encoding: Required<SampleEncoding>;
  readonly trained: TrainedNetwork;
  readonly steps: number;
  readonly earlierSeeds: readonly number[];
}

/** The record of a network: how its outputs are read, calibrated on the validation images. */
async function calibrateFile(
  plan: InversionPlan,
  file: Draft,
  options: TrainInversionOptions,
): Promise<InversionModel> {
  const { training, validation, reference, workers: threads, startStage } = options;
  const { input, targets, conditions } = file.encoding;
  const { head, memberCount } = plan.network;
  const format: NetworkFormat = { head, memberCount, input, targets, conditions, corrections: [] };
  const stage = startStage("Calibrating the answers", 0);
  const network = await loadModel(file.draft, { kind: INVERSION_KIND, threads });
  try {
    const calibrated = await calibrateInversion(
      network,
      { training, validation, ...definedPart({ reference }) },
      format,
    );
    stage.finish(`${validation.count} validation images`);
    const model = recordOf(plan, { ...file, format, calibrated }, options);
    return await withPools(plan, { model, network }, startStage);
  } finally {
    await network.dispose();
  }
}

function recordOf(
  plan: InversionPlan,
  file: Draft & { readonly format: NetworkFormat; readonly calibrated: CalibratedPart },
  { training, streamed, sampleSeed = plan.seed, heterostemVersion }: TrainInversionOptions,
): InversionModel {
  const { format, calibrated, encoding, trained, steps, earlierSeeds } = file;
  return {
    kind: INVERSION_KIND,
    ...format,
    census: encoding.countMaps,
    materials: [plan.materialNames[0], plan.materialNames[1]],
    measured: null,
    lengths: plan.network.lengths,
    pixelSizeNm: training.pixelSizeNm,
    widthPx: training.widthPx,
    heightPx: training.heightPx,
    ...calibrated,
    recipe: plan.recipe,
    provenance: {
      study: plan.name,
      seed: plan.seed,
      sampleSeeds: [...earlierSeeds, sampleSeed].join(", "),
      heterostemVersion,
      trainingImages: Math.min(steps * plan.training.batchSize, streamed?.imageCount ?? training.count),
      bestStep: trained.bestStep,
    },
  };
}
