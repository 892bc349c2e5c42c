import { createHash } from "node:crypto";
import type { GrayImage, RandomStream } from "../../core/index.ts";
import { checkNumber, definedPart } from "../../core/index.ts";
import { contentKey } from "../../image/index.ts";
import { adamW, drawSamples, exportModel, meanSquaredError, trainNetwork } from "../../train/index.ts";
import type { SampleSource, TrainedNetwork, TrainingOptions } from "../../train/index.ts";
import { normalizeForNetwork } from "../data/normalize.ts";
import type { SegmentConfig } from "../segment-config.ts";
import { randomCropInto } from "./random-crop.ts";
import { segmenterNetwork } from "./segmenter-network.ts";

/** Kind of a model that has seen micrographs and no labels. */
export const PRETRAINED_KIND = "heterostem-pretrained";

/** Share of the blocks that are hidden, and their edge [px]: [he2022] with less hidden, for a U-Net sees every pixel. */
const HIDDEN_SHARE = 0.3;
const BLOCK_PX = 8;
/** Standard deviation of the noise on what is not hidden, in standard deviations of the image. */
const NOISE = 0.3;
/** Cuts that the loss is watched on. */
const WATCHED_COUNT = 16;

/** A pre-trained network. */
export interface PretrainedNetwork {
  readonly onnx: Uint8Array;
  readonly trained: TrainedNetwork;
}

/**
 * Trains the network of a study to restore micrographs whose pixels were made noisy and in blocks hidden: no labels are needed.
 *
 * The result is a start for `trainSegmenter`, which draws the last layer anew. The last image is not trained on; the loss is watched on it.
 *
 * @param rng stream
 * @param config the study: network, normalisation, crops, epochs, learning rate
 * @param images two or more, each at least as large as a cut
 * @param runtime threads, checkpoints, progress
 * @returns the model
 * @throws RangeError for fewer than two images, images smaller than a cut, or the checkpoint of a training on others
 */
export async function pretrain(
  rng: RandomStream,
  config: SegmentConfig,
  images: readonly GrayImage[],
  { checkpoints, ...runtime }: Pick<TrainingOptions, "threads" | "workers" | "checkpoints" | "onProgress">,
): Promise<PretrainedNetwork> {
  const { cropPx, cropsPerImage, batchSize, partCount, epochs, learningRate } = config.training;
  const action = "pre-train network";
  checkNumber("image count", images.length, { min: 2, action });
  const normal = images.map((image) => normalizeForNetwork(image, config.model));
  for (const { width, height } of normal) {
    checkNumber("cropPx", cropPx, {
      min: 1,
      max: Math.min(width, height),
      integer: true,
      unit: "px",
      action,
    });
  }
  const network = segmenterNetwork(config.model, { width: cropPx, height: cropPx }, 2);
  const training = restorationSource(normal.slice(0, -1), cropPx, cropsPerImage);
  const watched = restorationSource(normal.slice(-1), cropPx, WATCHED_COUNT);
  const validation = drawSamples(rng.fork("watched"), watched, network, WATCHED_COUNT);
  const steps = Math.max(1, Math.floor(training.count / batchSize)) * epochs;
  const trained = await trainNetwork(
    rng,
    network,
    { training, validation },
    {
      batchSize,
      partCount,
      epochs,
      learningRate: { peak: learningRate, warmUpSteps: Math.min(20, Math.floor(steps / 10)) },
      loss: meanSquaredError,
      optimiser: adamW(),
      maxGradientNorm: 1,
      validateEverySteps: Math.max(1, Math.floor(steps / 10)),
      ...definedPart({ checkpoints: checkpoints && { ...checkpoints, subject: subjectOf(images) } }),
      ...runtime,
    },
  );
  return {
    onnx: exportModel(network, trained.weights, { kind: PRETRAINED_KIND, model: config.model }),
    trained,
  };
}

/** What the images are: the checkpoint of a training on others is refused. */
function subjectOf(images: readonly GrayImage[]): string {
  const hash = createHash("sha256");
  for (const image of images) hash.update(`${contentKey(image)}\n`);
  return hash.digest("hex");
}

/** Random crops: the input noisy and with hidden blocks, the target as it was. */
function restorationSource(images: readonly GrayImage[], edge: number, cropsPerImage: number): SampleSource {
  return {
    count: images.length * cropsPerImage,
    fillInto(rng, index, x, target) {
      randomCropInto(rng, images[index % images.length], edge, target);
      for (let i = 0; i < x.length; i++) x[i] = target[i] + NOISE * rng.normal();
      hideBlocksInPlace(rng, x, edge);
    },
  };
}

/** Hidden pixels are 0, the mean of a normalised image. */
function hideBlocksInPlace(rng: RandomStream, x: Float32Array, edge: number): void {
  for (let top = 0; top < edge; top += BLOCK_PX) {
    for (let left = 0; left < edge; left += BLOCK_PX) {
      if (rng.uniform() >= HIDDEN_SHARE) continue;
      const right = Math.min(edge, left + BLOCK_PX);
      for (let y = top; y < Math.min(edge, top + BLOCK_PX); y++) x.fill(0, y * edge + left, y * edge + right);
    }
  }
}
