import type { GrayImage, RandomStream } from "../../core/index.ts";
import {
  adam,
  crossEntropy,
  cutSource,
  exportModel,
  trainNetwork,
  type LearningCurvePoint,
  type Samples,
  type SampleSource,
  type TrainingProgress,
} from "../../train/index.ts";
import { REGION_KIND, regionNetwork } from "./region-network.ts";

/** A prepared image with its region mask. */
export interface LabelledField {
  readonly image: GrayImage;
  /** [height, width]; 1 where a particle is. */
  readonly mask: Uint8Array;
}

/** How the region network is trained. */
export interface RegionTraining {
  /** Edge of the cuts that are drawn from the fields for training, divisible by 16 [px]. */
  readonly cutSize: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Cuts of an epoch. */
  readonly cutsPerEpoch: number;
  readonly learningRate: number;
  readonly workers: number;
  readonly onStep?: (progress: TrainingProgress) => void;
}

/** A trained region network. */
export interface TrainedRegions {
  /** ONNX model of cuts, [n, 1, cutSize, cutSize] to logits of the two classes; its weights serve images of any size. */
  readonly onnx: Uint8Array;
  readonly learningCurve: readonly LearningCurvePoint[];
}

/**
 * Trains the U-Net of [groschner2021] to tell particles from the amorphous film.
 *
 * Cross-entropy over the two classes as in the original; cuts are turned and mirrored.
 */
export async function trainRegions(
  rng: RandomStream,
  fields: { readonly training: readonly LabelledField[]; readonly validation: readonly LabelledField[] },
  options: RegionTraining,
): Promise<TrainedRegions> {
  const { cutSize, batchSize, epochs, cutsPerEpoch, learningRate, workers, onStep } = options;
  const network = regionNetwork({ width: cutSize, height: cutSize });
  const validation = { edge: cutSize, count: 2 * fields.validation.length };
  const { weights, learningCurve } = await trainNetwork(
    rng,
    network,
    {
      training: cutsOf(fields.training, { edge: cutSize, count: cutsPerEpoch }),
      validation: drawnCuts(rng.fork("validation cuts"), fields.validation, validation),
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
      ...(onStep === undefined ? {} : { onProgress: onStep }),
    },
  );
  return { onnx: exportModel(network, weights, { kind: REGION_KIND }), learningCurve };
}

/** Cuts whose target is one plane a class: film, particle. */
function cutsOf(
  fields: readonly LabelledField[],
  { edge, count }: { readonly edge: number; readonly count: number },
): SampleSource {
  const images = fields.map(({ image, mask }) => ({
    width: image.width,
    height: image.height,
    image: image.data,
    map: Float32Array.from(mask),
  }));
  const cuts = cutSource(images, { edge, count, isDihedral: true });
  return {
    count,
    fillInto(rng, index, x, target) {
      const particle = target.subarray(edge * edge);
      cuts.fillInto(rng, index, x, particle);
      for (let i = 0; i < particle.length; i++) target[i] = 1 - particle[i];
    },
  };
}

function drawnCuts(
  rng: RandomStream,
  fields: readonly LabelledField[],
  { edge, count }: { readonly edge: number; readonly count: number },
): Samples {
  const source = cutsOf(fields, { edge, count });
  const size = edge * edge;
  const samples = { inputs: new Float32Array(count * size), targets: new Float32Array(2 * count * size) };
  for (let i = 0; i < count; i++) {
    const target = samples.targets.subarray(2 * i * size, 2 * (i + 1) * size);
    source.fillInto(rng.fork(i), i, samples.inputs.subarray(i * size, (i + 1) * size), target);
  }
  return samples;
}
