import { coefficientOfDetermination, mean, rootMeanSquareError } from "../core/index.ts";
import { INTERVAL_LEVELS } from "./conformal.ts";
import { decodeTarget, encodeTarget, type Target } from "./target.ts";

/** How well one target is found on held-out images; errors are in the target's unit. */
export interface TargetScore {
  readonly key: string;
  readonly name: string;
  readonly unit: string;
  /** R2 of the network on the values themselves. */
  readonly r2: number;
  /** R2 on the target's own scale: of the logarithm where the scale is "log", else the same as r2. */
  readonly r2OnScale: number;
  readonly scale: "linear" | "log";
  readonly rmse: number;
  /** Error of always answering the training mean. */
  readonly baselineRmse: number;
  /** Error and R2 (on the target's scale) of the classical estimate from area and intensity. */
  readonly classicalRmse: number;
  readonly classicalR2OnScale: number;
  /** Share of held-out truths inside the interval of each level, such as {"0.68": 0.67}. */
  readonly coverage: Readonly<Record<string, number>>;
  /** Pairs behind the figures. */
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
}

/** Codes are standardised targets, [sampleCount][targetCount]. */
export interface HeldOutPredictions {
  readonly truths: readonly Readonly<Record<string, number>>[];
  readonly networkCodes: readonly ArrayLike<number>[];
  readonly classicalCodes: readonly ArrayLike<number>[];
  /** [targetCount] mean of the training codes: the constant prediction. */
  readonly constantCodes: ArrayLike<number>;
  /** [targetCount][INTERVAL_LEVELS.length] half-widths of the intervals, standardised. */
  readonly halfWidths: readonly (readonly number[])[];
}

/**
 * Scores predictions on images that were not trained on, beside the constant and the classical estimate.
 *
 * @param targets what was predicted
 * @param predictions truths and standardised predictions of the held-out images
 * @returns one score per target, in the targets' order
 */
export function scoreTargets(targets: readonly Target[], predictions: HeldOutPredictions): TargetScore[] {
  return targets.map((target, t) => scoreTarget(target, t, predictions));
}

function scoreTarget(target: Target, t: number, predictions: HeldOutPredictions): TargetScore {
  const { truths, networkCodes, classicalCodes, constantCodes, halfWidths } = predictions;
  const truth = truths.map((record) => record[target.key]);
  const truthCodes = truth.map((value) => encodeTarget(target, value));
  const decoded = (codes: readonly ArrayLike<number>[]) => codes.map((row) => decodeTarget(target, row[t]));
  const [predicted, classical] = [decoded(networkCodes), decoded(classicalCodes)];
  const recoded = (values: readonly number[]) => values.map((value) => encodeTarget(target, value));
  const constant = truth.map(() => decodeTarget(target, constantCodes[t]));
  const errors = networkCodes.map((row, i) => Math.abs(row[t] - truthCodes[i]));
  const coverage = INTERVAL_LEVELS.map((level, l) => {
    const inside = errors.map((error) => (error <= halfWidths[t][l] ? 1 : 0));
    return [String(level), mean(inside)] as const;
  });
  return {
    key: target.key,
    name: target.label,
    unit: target.unit,
    scale: target.scale,
    r2: coefficientOfDetermination(predicted, truth),
    r2OnScale: coefficientOfDetermination(recoded(predicted), truthCodes),
    rmse: rootMeanSquareError(predicted, truth),
    baselineRmse: rootMeanSquareError(constant, truth),
    classicalRmse: rootMeanSquareError(classical, truth),
    classicalR2OnScale: coefficientOfDetermination(recoded(classical), truthCodes),
    coverage: Object.fromEntries(coverage),
    truth,
    predicted,
  };
}
