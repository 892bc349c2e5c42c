import { createHash } from "node:crypto";
import { definedPart, type GrayImage, type RandomStream } from "../../core/index.ts";
import { contentKey } from "../../image/index.ts";
import {
  adam,
  crossEntropy,
  drawSamples,
  exportModel,
  trainNetwork,
  type Checkpoints,
  type LearningCurvePoint,
  type SampleSource,
  type TrainingProgress,
} from "../../train/index.ts";
import { cropSource } from "../../segment/index.ts";
import { REGION_KIND, regionNetwork } from "./region-network.ts";

/** A prepared image with its region mask. */
export interface LabelledField {
  readonly image: GrayImage;
  /** [height, width]; 1 where a particle is. */
  readonly mask: Uint8Array;
}

/** How the region network is trained. */
export interface RegionTraining {
  /** Edge of the crops that are drawn from the fields for training, divisible by 16 [px]. */
  readonly cutSize: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Cuts of an epoch. */
  readonly cutsPerEpoch: number;
  readonly learningRate: number;
  readonly workers: number;
  readonly onStep?: (progress: TrainingProgress) => void;
  /** Where the state of the training is kept; nowhere by default. */
  readonly checkpoints?: Checkpoints;
}

/** A trained region network. */
export interface TrainedRegions {
  /** ONNX model of crops, [n, 1, cutSize, cutSize] to logits of the two classes; its weights serve images of any size. */
  readonly onnx: Uint8Array;
  readonly learningCurve: readonly LearningCurvePoint[];
}

/**
 * Trains the U-Net of [groschner2021] to tell particles from the amorphous film.
 *
 * Cross-entropy over the two classes as in the original; crops are turned and mirrored.
 */
export async function trainRegions(
  rng: RandomStream,
  fields: { readonly training: readonly LabelledField[]; readonly validation: readonly LabelledField[] },
  options: RegionTraining,
): Promise<TrainedRegions> {
  const { cutSize, batchSize, epochs, cutsPerEpoch, learningRate, workers, onStep, checkpoints } = options;
  const network = regionNetwork({ width: cutSize, height: cutSize });
  const [training, validation] = [fields.training, fields.validation].map((some) => cropsOf(some, cutSize));
  const fixed = rng.fork("validation cuts");
  const { weights, learningCurve } = await trainNetwork(
    rng,
    network,
    {
      training: ofAnyImage(training, cutsPerEpoch),
      validation: drawSamples(fixed, validation, network, 2 * fields.validation.length),
    },
    {
      batchSize,
      epochs,
      learningRate: { peak: learningRate, warmUpSteps: 10 },
      loss: crossEntropy(),
      optimiser: adam(),
      partCount: workers > 1 ? 2 : 1,
      workers: Math.min(workers, 2),
      threads: workers,
      ...definedPart({
        onProgress: onStep,
        checkpoints: checkpoints && { ...checkpoints, subject: subjectOf(fields) },
      }),
    },
  );
  return { onnx: exportModel(network, weights, { kind: REGION_KIND }), learningCurve };
}

/** What the fields are: the checkpoint of a training on others is refused. */
function subjectOf(fields: Parameters<typeof trainRegions>[1]): string {
  const hash = createHash("sha256");
  for (const { image, mask } of [...fields.training, ...fields.validation]) {
    hash.update(contentKey(image)).update(mask);
  }
  return `${fields.training.length} training fields, ${hash.digest("hex")}`;
}

/** Crops under any symmetry of the square, with the planes film and particle. */
function cropsOf(fields: readonly LabelledField[], edge: number): SampleSource {
  const images = fields.map(({ image: { width, height, data }, mask }) => {
    return { width, height, image: data, classIds: mask };
  });
  return cropSource(images, { edge, cropsPerImage: 1, classCount: 2, symmetryCount: 8 });
}

/** As many samples an epoch as are wanted, whatever the number of images: each is of an image drawn anew. */
function ofAnyImage(source: SampleSource, count: number): SampleSource {
  return {
    count,
    fillInto: (rng, _, x, target) => source.fillInto(rng, rng.integerBelow(source.count), x, target),
  };
}
