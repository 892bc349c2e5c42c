import { coefficientOfDetermination, mean, standardDeviation } from "../../core/index.ts";
import {
  correctOutput,
  estimateClassically,
  fitBiasCorrections,
  fitClassicalEstimate,
  fitOutOfDistributionTest,
  RECORDING_MEASURES,
  residualRows,
  type ClassicalEstimate,
  type InversionModel,
  type NetworkOutput,
} from "../../posterior/index.ts";
import type { LoadedModel } from "../../train/index.ts";
import { encodeTargets, sliceImageSet, type ImageSet } from "../data/data-set.ts";
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
  "prior" | "corrections" | "calibration" | "validationR2" | "pools" | "views" | "classical" | "familiarity"
>;

/** What a network is calibrated on. */
export interface CalibrationSets {
  readonly training: ImageSet;
  readonly validation: ImageSet;
  /** Truths and measures of all training images, where `training` holds but the first. */
  readonly reference?: Pick<ImageSet, "count" | "labels" | "measures">;
}

/**
 * Calibrates a trained network: its errors on validation images, the classical estimate, what is in distribution.
 */
export async function calibrateInversion(
  network: LoadedModel,
  { training, validation, reference = training }: CalibrationSets,
  format: NetworkFormat,
  falseAlarmRate = FALSE_ALARM_RATE,
): Promise<CalibratedPart> {
  const { targets, head } = format;
  const seen = sliceImageSet(training, 0, Math.min(training.count, CLOUD_IMAGES));
  const onTraining = await predictDataSet(network, seen, format);
  const onValidation = await predictDataSet(network, validation, format);
  const trainingCodes = codeRows(reference, targets);
  const codes = codeRows(validation, targets);
  // points trained on mean squares are means of the truths already
  const corrections = head.kind === "point" ? [] : fitBiasCorrections(onValidation.outputs, codes);
  const outputs = onValidation.outputs.map((output) => correctOutput(output, corrections));
  const classical = fitClassicalEstimate(reference.measures, trainingCodes);
  const { measures } = validation;
  return {
    prior: momentsOf(trainingCodes, targets.length),
    corrections,
    calibration: {
      network: kept(residualRows(outputs, codes)),
      classical: kept(residualRows(classicalOutputs(classical, measures, targets.length), codes)),
      truths: kept(codes),
    },
    validationR2: targets.map((_, t) => {
      const r2 = coefficientOfDetermination(
        outputs.map(({ centers }) => centers[t]),
        codes.map((row) => row[t]),
      );
      // alike in all images: nothing to explain
      return Number.isFinite(r2) ? Number(r2.toPrecision(5)) : 0;
    }),
    pools: [],
    views: [],
    classical,
    familiarity: fitOutOfDistributionTest(
      onTraining.features,
      onValidation.features,
      falseAlarmRate,
      RECORDING_MEASURES.map(({ below }) => (below === null ? "above" : "both")),
    ),
  };
}

function momentsOf(rows: readonly Float32Array[], targetCount: number): CalibratedPart["prior"] {
  const columns = Array.from({ length: targetCount }, (_, t) => rows.map((row) => row[t]));
  return { means: columns.map(mean), deviations: columns.map(standardDeviation) };
}

/** The classical estimate states the same spread for every image. */
export function classicalOutputs(
  classical: ClassicalEstimate,
  measures: readonly Float64Array[],
  targetCount: number,
): NetworkOutput[] {
  const spreads = Array.from({ length: targetCount }, () => 1);
  return measures.map((row) => ({ centers: estimateClassically(classical, row), spreads }));
}

function kept(rows: readonly ArrayLike<number>[]): number[][] {
  return rows.slice(0, CALIBRATION_IMAGES).map(rounded);
}

/**
 * Standardised truths of a data set, image by image.
 *
 * @returns [count][targetCount]
 */
export function codeRows(
  data: Pick<ImageSet, "count" | "labels">,
  targets: InversionModel["targets"],
): Float32Array[] {
  const codes = encodeTargets(data, targets);
  return Array.from({ length: data.count }, (_, i) =>
    codes.subarray(i * targets.length, (i + 1) * targets.length),
  );
}

/** Five digits are far below the scatter of the errors, and keep the model file small. */
function rounded(row: ArrayLike<number>): number[] {
  return Array.from(row, (value) => Number(value.toPrecision(5)));
}
