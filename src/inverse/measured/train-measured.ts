import { INVERSION_KIND, type InversionModel } from "../../posterior/index.ts";
import { exportModel, loadModel } from "../../train/index.ts";
import { inputStandardisation, type ImageSet } from "../data/data-set.ts";
import type { SampleEncoding } from "../data/fit-encoding.ts";
import { fitTargets } from "../data/fit-targets.ts";
import { inversionSource } from "../data/training-source.ts";
import { buildInversionNetwork } from "../fit/build-inversion-network.ts";
import { calibrateInversion } from "../fit/calibrate-inversion.ts";
import { fitWeights, type FittingOptions } from "../fit/fit-weights.ts";
import type { NetworkFormat } from "../fit/predict.ts";
import type { TrainedInversion } from "../fit/train-inversion.ts";
import { validateInversion, type ValidationResult } from "../fit/validate-inversion.ts";
import type { MeasuredField } from "./measured-field.ts";
import type { MeasuredPlan } from "./plan-measured.ts";
import type { MeasuredSide } from "./split-measured.ts";

/** What a network of measured images is made of. */
export interface MeasuredData {
  readonly field: MeasuredField;
  readonly sets: Readonly<Record<MeasuredSide, ImageSet>>;
  /** Heads of the content keys of all images. */
  readonly imageKeys: readonly string[];
  /** Where it comes from, for the record. */
  readonly provenance: Readonly<Record<string, string | number>>;
}

/** A trained network, and how near it comes on the images that calibrate it. */
export interface TrainedOnMeasured extends TrainedInversion {
  readonly scores: ValidationResult;
}

/** Share of images like those of the training that may be called out of distribution, where there are enough to tell. */
const FALSE_ALARM_RATE = 0.01;

/** So few images cannot tell a hundredth from the rest: the largest of n is passed by one in n + 1, in either half of the test. */
const falseAlarmRate = (count: number) => Math.max(FALSE_ALARM_RATE, 2 / (count + 1));

/**
 * Trains a network on images with measured truths: weights on the training images, the best of them by the validation images, intervals and the test
 * for images out of distribution by the calibration images, which nothing else has seen.
 *
 * @param plan network and training
 * @param data images, their field, and where they come from
 * @param options threads, progress, checkpoints
 * @returns the model file, the learning curve, and scores on the calibration images
 */
export async function trainOnMeasured(
  { seed, network: planned, training }: MeasuredPlan,
  { field, sets, imageKeys, provenance }: MeasuredData,
  options: FittingOptions,
): Promise<TrainedOnMeasured> {
  const input = inputStandardisation(sets.training);
  const targets = fitTargets(planned.targets, sets.training.labels);
  const encoding: Required<SampleEncoding> = {
    input,
    targets,
    lengths: "nm",
    conditions: [],
    countMaps: null,
  };
  const network = buildInversionNetwork(planned, encoding);
  const source = inversionSource(sets.training, encoding);
  const steps = Math.floor(source.count / training.batchSize) * training.epochs;
  const { validation } = sets;
  const fitting = { network, encoding, source, validation, steps };
  const { weights, learningCurve, bestStep } = await fitWeights(
    { seed, network: planned, training },
    fitting,
    options,
  );
  const { head, memberCount } = planned;
  const format: NetworkFormat = { head, memberCount, input, targets, conditions: [], corrections: [] };
  const { workers: threads, startStage } = options;
  const stage = startStage("Calibrating the answers", 0);
  const draft = exportModel(network, weights, { kind: INVERSION_KIND });
  const loaded = await loadModel(draft, { kind: INVERSION_KIND, threads });
  try {
    const { training: seen, calibration } = sets;
    const used = { training: seen, validation: calibration };
    const calibrated = await calibrateInversion(loaded, used, format, falseAlarmRate(calibration.count));
    stage.finish(`${calibration.count} calibration images`);
    const model: InversionModel = {
      kind: INVERSION_KIND,
      ...format,
      census: null,
      materials: null,
      measured: { hasPixelSize: field.hasPixelSize, imageKeys },
      lengths: "nm",
      pixelSizeNm: field.pixelSizeNm,
      widthPx: field.edgePx,
      heightPx: field.edgePx,
      ...calibrated,
      recipe: null,
      provenance: { ...provenance, seed, trainingImages: seen.count, bestStep },
    };
    const scores = await validateInversion({ model, network: loaded }, calibration, startStage);
    const onnx = exportModel(network, weights, { ...model });
    return { onnx, model, learningCurve, bestStep, steps, scores };
  } finally {
    await loaded.dispose();
  }
}
