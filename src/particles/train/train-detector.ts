import type { RandomStream } from "../../core/index.ts";
import {
  adamW,
  drawSamples,
  exportModel,
  storedWeights,
  trainNetwork,
  weightsFromModel,
} from "../../train/index.ts";
import type { TrainedNetwork, TrainingOptions } from "../../train/index.ts";
import { centreLoss } from "../detect/centre-loss.ts";
import { DETECTOR_KIND } from "../detect/detector-model.ts";
import { detectorNetwork } from "../detect/detector-network.ts";
import type { DetectorWidths } from "../detect/detector-network.ts";
import { openDetector } from "../detect/open-detector.ts";
import { ANSWER_CHANNELS, STRIDE_PX, TARGET_CHANNELS } from "../detect/answer-grid.ts";
import { chooseThreshold } from "./choose-threshold.ts";
import { askFields, compareSizes, countHidden } from "./judge-on-simulations.ts";
import { fieldSource } from "./scene-source.ts";
import type { StoredField } from "./scene-source.ts";

/** What training a detector takes. */
export interface DetectorTraining {
  readonly network: DetectorWidths;
  /** Edge of a sample [px]; a multiple of the network's grid. */
  readonly cropPx: number;
  readonly batchSize: number;
  /** Passes over the images. */
  readonly epochs: number;
  readonly learningRate: number;
  /** Measurements on the validation images over the training. */
  readonly measurements: number;
  /** Probability from which a particle counts, over the best on the validation images. */
  readonly threshold?: number | undefined;
}

/** A trained detector. */
export interface TrainedDetector {
  readonly onnx: Uint8Array;
  readonly trained: TrainedNetwork;
  /** Probability from which a particle counts. */
  readonly threshold: number;
  /** F1 at an IoU of one half on the validation images, at the threshold that is best there. */
  readonly f1: number;
}

/**
 * Trains a detector on images with known particles.
 *
 * @param rng stream of the training
 * @param fields images to train on and to be judged by
 * @param training network, epochs, rate
 * @param options metadata of the model file, threads, checkpoints, progress, a model to start from
 * @returns the model as ONNX
 * @throws RangeError when a checkpoint is of another training
 */
export async function trainDetector(
  rng: RandomStream,
  fields: { readonly training: readonly StoredField[]; readonly validation: readonly StoredField[] },
  training: DetectorTraining,
  options: Pick<TrainingOptions, "threads" | "workers" | "checkpoints" | "onProgress"> & {
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly startFrom?: Uint8Array;
  },
): Promise<TrainedDetector> {
  const { cropPx, batchSize, epochs, learningRate, measurements } = training;
  const widths = { answerChannels: ANSWER_CHANNELS, ...training.network };
  const network = detectorNetwork(widths, { width: cropPx, height: cropPx });
  const cells = cropPx / STRIDE_PX;
  const targetShape = [TARGET_CHANNELS, cells, cells];
  const { metadata, startFrom, ...runtime } = options;
  const start =
    startFrom === undefined
      ? {}
      : { initialWeights: weightsFromModel(startFrom, network, { rng, allowsMissing: true }).weights };
  const shapes = { inputShape: network.inputShape, outputShape: targetShape };
  const watched = fieldSource(fields.validation, { cropPx, isChanged: false });
  const validation = drawSamples(rng.fork("validation"), watched, shapes, fields.validation.length);
  const source = fieldSource(fields.training, { cropPx, isChanged: true });
  const steps = Math.max(1, Math.floor(source.count / batchSize)) * epochs;
  const trained = await trainNetwork(
    rng,
    network,
    { training: source, validation },
    {
      batchSize,
      epochs,
      learningRate: { peak: learningRate, warmUpSteps: Math.min(100, Math.floor(steps / 10)) },
      loss: centreLoss,
      optimiser: adamW(),
      targetShape,
      maxGradientNorm: 5,
      averageDecay: 0.99,
      validateEverySteps: Math.max(1, Math.floor(steps / measurements)),
      ...start,
      ...runtime,
    },
  );
  // as the file stores them: what the threshold is chosen by is what will answer
  const weights = storedWeights(trained.weights);
  const facts = { kind: DETECTOR_KIND, network: widths, ...metadata };
  const detector = openDetector(exportModel(network, weights, facts));
  const { modality } = detector.metadata;
  try {
    const best = await chooseThreshold(detector, fields.validation, modality);
    const { threshold = best.threshold } = training;
    const judged = await askFields(detector, fields.validation, modality, threshold);
    const told = { threshold, hidden: countHidden(judged), sizes: compareSizes(judged) };
    const onnx = exportModel(network, weights, { ...facts, ...told });
    return { onnx, trained, threshold, f1: best.f1 };
  } finally {
    await detector.dispose();
  }
}
