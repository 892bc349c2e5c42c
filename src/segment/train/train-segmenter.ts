import { z } from "zod";
import type { RandomStream } from "../../core/index.ts";
import { parseJson, rangeError } from "../../core/index.ts";
import { decodeOnnx } from "../../onnx/index.ts";
import { sizeOf } from "../../graph/index.ts";
import type { SessionOptions } from "../../graph/index.ts";
import {
  adamW,
  drawSamples,
  exportModel,
  initialWeights,
  listParameters,
  METADATA_KEY,
  trainNetwork,
  weightsFromModel,
} from "../../train/index.ts";
import type { Network, TrainedNetwork, TrainingOptions } from "../../train/index.ts";
import { UNLABELLED } from "../../labels/index.ts";
import { checkSplitSets } from "../data/check-sides.ts";
import { openSegmenter } from "../apply/open-segmenter.ts";
import type { LabelledMicrograph } from "../data/labelled-set.ts";
import type { SplitSets } from "../data/load-set.ts";
import { normalizeForNetwork } from "../data/normalize.ts";
import { withoutFrame } from "../data/unlabelled-edge.ts";
import type { SegmentConfig } from "../segment-config.ts";
import { SEGMENTER_KIND } from "../segmenter-model.ts";
import { symmetryCount } from "../symmetry-count.ts";
import type { PostProcessing, SegmenterFacts, SegmenterMetadata } from "../segmenter-model.ts";
import { choosePostProcessing } from "./choose-post-processing.ts";
import { cropSource } from "./crop-source.ts";
import type { TrainingImage } from "./crop-source.ts";
import { PRETRAINED_KIND } from "./pretrain.ts";
import { segmentationLoss } from "./segmentation-loss.ts";
import { networkReach, segmenterNetwork } from "./segmenter-network.ts";

/** What training a segmenter takes besides study and images. */
export interface TrainSegmenterOptions extends Pick<
  TrainingOptions,
  "workers" | "threads" | "device" | "checkpoints" | "onProgress"
> {
  readonly heterostemVersion: string;
  readonly fold: number | null;
  /** A model to start from: of the same network, or of another, whose fitting layers are then taken. */
  readonly startFrom?: { readonly bytes: Uint8Array; readonly name: string };
}

/** A trained segmenter. */
export interface TrainedSegmenter {
  readonly onnx: Uint8Array;
  readonly metadata: SegmenterMetadata;
  readonly trained: TrainedNetwork;
}

/** Cuts that stand for the training set where there is no validation set. */
const WATCHED_PARTS = 4;

/**
 * Trains the network of a study on labelled micrographs and chooses the post-processing on the validation set.
 *
 * @param rng stream of the training
 * @param config the study
 * @param sets images by split; where validation is empty the loss is watched on the training images and nothing is chosen
 * @param options threads, checkpoints, progress, model to start from
 * @returns the model as ONNX with everything that applying it needs
 * @throws RangeError when there is nothing to train on, an image is smaller than a cut, a picture stands on two sides or a side lacks a class
 */
export async function trainSegmenter(
  rng: RandomStream,
  config: SegmentConfig,
  sets: SplitSets,
  options: TrainSegmenterOptions,
): Promise<TrainedSegmenter> {
  const { training } = sets;
  if (training.length === 0) {
    throw rangeError({ action: "train segmenter" }, "training images must be at least 1", "none");
  }
  checkSplitSets(sets, config.data.classNames);
  const plan = trainingPlan(rng, config, sets);
  const { heterostemVersion, fold, startFrom, ...runtime } = options;
  const start = startFrom === undefined ? null : startingWeights(rng, plan.network, startFrom);
  const trained = await trainNetwork(rng, plan.network, plan.data, {
    ...plan.options,
    ...runtime,
    ...(start === null ? {} : { initialWeights: start }),
  });
  const facts: SegmenterFacts = {
    kind: SEGMENTER_KIND,
    heterostemVersion,
    config,
    classNames: config.data.classNames,
    normalization: config.model.normalization,
    tiling: networkReach(config.model),
    pixelSizesNm: pixelSizeRange(training),
    trainingNames: training.map(({ name }) => name),
    fold,
    steps: trained.stepsDone,
    bestStep: trained.bestStep,
    bestValidationLoss: trained.bestValidationLoss,
    startedFrom: startFrom?.name ?? null,
  };
  const postProcessing = await chooseOn(sets.validation, { ...plan, trained, facts, config }, options);
  const metadata = { ...facts, postProcessing };
  return { onnx: exportModel(plan.network, trained.weights, { ...metadata }), metadata, trained };
}

/** Network, samples and settings of a training, before it runs. */
function trainingPlan(rng: RandomStream, config: SegmentConfig, { training, validation }: SplitSets) {
  const { cropPx, batchSize, partCount, epochs, learningRate, averageDecay } = config.training;
  const { crossEntropyShare, classWeights, validationCrops } = config.training;
  const classCount = config.data.classNames.length;
  const network = segmenterNetwork(config.model, { width: cropPx, height: cropPx }, classCount);
  const toTraining = (item: LabelledMicrograph): TrainingImage => ({
    width: item.width,
    height: item.height,
    image: normalizeForNetwork(item.image, config.model).data,
    classIds: item.classIds,
  });
  const { cropsPerImage, foregroundShare, augmentation } = config.training;
  const crops = { edge: cropPx, classCount, foregroundShare };
  const trimmed = (items: readonly LabelledMicrograph[]) =>
    items.map((item) => toTraining(withoutFrame(item, config.data.unlabelledEdgePx)));
  const images = trimmed(training);
  const source = cropSource(images, {
    ...crops,
    cropsPerImage,
    symmetryCount: symmetryCount(config),
    zoom: augmentation.zoom,
    augmentation,
  });
  const watched = validation.length > 0 ? trimmed(validation) : images;
  const count = validation.length > 0 ? validationCrops : Math.ceil(validationCrops / WATCHED_PARTS);
  const fixed = cropSource(watched, { ...crops, cropsPerImage: count });
  const steps = Math.max(1, Math.floor(source.count / batchSize)) * epochs;
  const settings: TrainingOptions = {
    batchSize: Math.min(batchSize, source.count),
    partCount,
    epochs,
    learningRate: { peak: learningRate, warmUpSteps: Math.min(20, Math.floor(steps / 10)) },
    loss: segmentationLoss({
      classCount,
      crossEntropyShare,
      ...(classWeights === undefined ? {} : { classWeights }),
      hasUnlabelled: [...images, ...watched].some(({ classIds }) => classIds.includes(UNLABELLED)),
    }),
    optimiser: adamW(),
    maxGradientNorm: 1,
    ...(averageDecay > 0 ? { averageDecay } : {}),
    // about twenty looks at the validation set
    validateEverySteps: Math.max(1, Math.floor(steps / 20)),
  };
  const data = { training: source, validation: drawSamples(rng.fork("validation"), fixed, network, count) };
  return { network, data, options: settings };
}

function startingWeights(
  rng: RandomStream,
  network: Network,
  { bytes, name: where }: { readonly bytes: Uint8Array; readonly name: string },
): Float32Array {
  const stream = rng.fork("weights");
  // a network of other classes has another last layer, which is drawn anew
  const { weights } = weightsFromModel(bytes, network, { rng: stream, allowsMissing: true });
  const metadata = decodeOnnx(bytes).metadata[METADATA_KEY] ?? "{}";
  const { kind } = parseJson(metadata, z.looseObject({ kind: z.string().optional() }), {
    action: "start from model",
    where,
  });
  if (kind !== PRETRAINED_KIND) return weights;
  // one that has restored images has a last layer of the same shape that means something else
  const drawn = initialWeights(stream, network);
  let offset = 0;
  for (const { name, shape } of listParameters(network)) {
    const end = offset + sizeOf(shape);
    if (name.startsWith("output")) weights.set(drawn.subarray(offset, end), offset);
    offset = end;
  }
  return weights;
}

function pixelSizeRange(items: readonly LabelledMicrograph[]): readonly [number, number] | null {
  const sizes = items.flatMap(({ pixelSizeNm }) => (pixelSizeNm === null ? [] : [pixelSizeNm]));
  return sizes.length === 0 ? null : [Math.min(...sizes), Math.max(...sizes)];
}

interface Unchosen {
  readonly network: Network;
  readonly trained: TrainedNetwork;
  readonly facts: SegmenterFacts;
  readonly config: SegmentConfig;
}

/** Never on test images: without a validation set the study's own threshold stays. */
async function chooseOn(
  validation: readonly LabelledMicrograph[],
  { network, trained, facts, config }: Unchosen,
  runtime: Pick<SessionOptions, "threads" | "device">,
): Promise<PostProcessing> {
  const { threshold, radiusPx, views } = config.postProcessing;
  const plain = { threshold, chosenThreshold: threshold, radiusPx, views, validationIou: null };
  if (validation.length === 0) return plain;
  const bytes = exportModel(network, trained.weights, { ...facts, postProcessing: plain });
  const { threads, device } = runtime;
  const segmenter = openSegmenter(bytes, {
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
  });
  try {
    return await choosePostProcessing(segmenter, validation, config);
  } finally {
    await segmenter.dispose();
  }
}
