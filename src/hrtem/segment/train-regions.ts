import type { GrayImage, RandomStream } from "../../core/index.ts";
import {
  adam,
  buildUnet,
  crossEntropy,
  cutSource,
  exportModel,
  HRTEM_UNET,
  trainNetwork,
  type LearningCurvePoint,
  type Samples,
  type SampleSource,
  type TrainingProgress,
} from "../../train/index.ts";

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
  /** ONNX model of tiles of `tileSize`: [n, 1, tileSize, tileSize] to logits of the two classes. */
  readonly onnx: Uint8Array;
  readonly learningCurve: readonly LearningCurvePoint[];
}

/** What the model file calls itself. */
export const REGION_KIND = "heterostem-hrtem-regions";

/**
 * Running means follow within some twenty steps; the original's momentum of 0.01 needs the thousand steps an epoch it had, and
 * after a hundred steps still remembers the first weights.
 */
const NORMALISATION = { kind: "batch", epsilon: 1e-4, momentum: 0.1 } as const;

/**
 * Trains the U-Net of [groschner2021] to tell particles from the amorphous film.
 *
 * Cross-entropy over the two classes as in the original; cuts are turned and mirrored. The weights serve tiles of any size.
 */
export async function trainRegions(
  rng: RandomStream,
  fields: { readonly training: readonly LabelledField[]; readonly validation: readonly LabelledField[] },
  options: RegionTraining & { readonly tileSize: number },
): Promise<TrainedRegions> {
  const { cutSize, batchSize, epochs, cutsPerEpoch, learningRate, workers, onStep, tileSize } = options;
  const network = buildUnet({ inputSize: cutSize, ...HRTEM_UNET, normalisation: NORMALISATION });
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
  const whole = buildUnet({ inputSize: tileSize, ...HRTEM_UNET, normalisation: NORMALISATION });
  return { onnx: exportModel(whole, weights, { kind: REGION_KIND, tileSize }), learningCurve };
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
