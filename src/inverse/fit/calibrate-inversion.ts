import { mean, standardDeviation } from "../../core/index.ts";
import {
  correctOutput,
  estimateClassically,
  fitBiasCorrections,
  fitClassicalEstimate,
  fitOutOfDistributionTest,
  RECORDING_MEASURES,
  residualRows,
  type InversionModel,
} from "../../posterior/index.ts";
import type { LoadedModel } from "../../train/index.ts";
import { encodeTargets, sliceDataSet, type DataSet } from "../data/data-set.ts";
import { predictDataSet, type NetworkFormat } from "./predict.ts";

/** Training images whose features say what is in distribution: enough for the covariance of some 70 features. */
const CLOUD_IMAGES = 1000;
/** Share of simulated images that may be called out of distribution. */
const FALSE_ALARM_RATE = 0.01;
/** Images whose errors travel in the model file: the coverage they give is exact to 1 % or so. */
const CALIBRATION_IMAGES = 2000;

/** What turns a network's output into calibrated answers. */
export type CalibratedPart = Pick<
  InversionModel,
  "prior" | "corrections" | "calibration" | "pools" | "classical" | "familiarity"
>;

/**
 * Calibrates a trained network: its errors on validation images, the classical estimate, what is in distribution.
 */
export async function calibrateInversion(
  network: LoadedModel,
  { training, validation }: { readonly training: DataSet; readonly validation: DataSet },
  format: NetworkFormat,
): Promise<CalibratedPart> {
  const { targets } = format;
  const seen = sliceDataSet(training, 0, Math.min(training.count, CLOUD_IMAGES));
  const onTraining = await predictDataSet(network, seen, format);
  const onValidation = await predictDataSet(network, validation, format);
  const trainingCodes = codeRows(training, targets);
  const validationCodes = codeRows(validation, targets);
  // points trained on mean squares are means of the truths already
  const isPoint = format.head.kind === "point";
  const corrections = isPoint ? [] : fitBiasCorrections(onValidation.outputs, validationCodes);
  const outputs = onValidation.outputs.map((output) => correctOutput(output, corrections));
  const classical = fitClassicalEstimate(training.measures, trainingCodes);
  const classicalOutputs = validation.measures.map((measures) => ({
    centers: estimateClassically(classical, measures),
    spreads: targets.map(() => 1),
  }));
  const kept = (rows: readonly ArrayLike<number>[]) => rows.slice(0, CALIBRATION_IMAGES).map(rounded);
  return {
    prior: {
      means: targets.map((_, t) => mean(trainingCodes.map((row) => row[t]))),
      deviations: targets.map((_, t) => standardDeviation(trainingCodes.map((row) => row[t]))),
    },
    corrections,
    calibration: {
      network: kept(residualRows(outputs, validationCodes)),
      classical: kept(residualRows(classicalOutputs, validationCodes)),
      truths: kept(validationCodes),
    },
    pools: [],
    classical,
    familiarity: fitOutOfDistributionTest(
      onTraining.features,
      onValidation.features,
      FALSE_ALARM_RATE,
      RECORDING_MEASURES.length,
    ),
  };
}

/**
 * Standardised truths of a data set, image by image.
 *
 * @returns [count][targetCount]
 */
export function codeRows(data: DataSet, targets: InversionModel["targets"]): Float32Array[] {
  const codes = encodeTargets(data, targets);
  return Array.from({ length: data.count }, (_, i) =>
    codes.subarray(i * targets.length, (i + 1) * targets.length),
  );
}

/** Five digits are far below the scatter of the errors, and keep the model file small. */
function rounded(row: ArrayLike<number>): number[] {
  return Array.from(row, (value) => Number(value.toPrecision(5)));
}
