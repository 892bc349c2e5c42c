import { mean } from "../../core/index.ts";
import { classCounts } from "./confusion.ts";
import type { ClassCounts, ConfusionMatrix } from "./confusion.ts";

/** Scores of one class. NaN where they are not defined: a class that is neither there nor found has no IoU. */
export interface ClassScores {
  /** (TP + TN)/(TP + TN + FP + FN), [baskaran2021] eq. 1. */
  readonly accuracy: number;
  /** TP/(TP + FP), eq. 2. */
  readonly precision: number;
  /** TP/(TP + FN), eq. 3. */
  readonly recall: number;
  /** (beta^2 + 1) P R/(beta^2 P + R), eq. 6, with beta 1: Dice's coefficient. */
  readonly dice: number;
  /** TP/(TP + FP + FN), eq. 7. */
  readonly iou: number;
}

/** Scores over all classes. */
export interface OverallScores {
  /** Share of pixels whose class is right. */
  readonly pixelAccuracy: number;
  /** Mean over classes of eq. 1. */
  readonly averageAccuracy: number;
  /** Sum of TP over sum of TP + FP, eq. 4. */
  readonly microPrecision: number;
  readonly microRecall: number;
  /** Mean over classes, eq. 5. */
  readonly macroPrecision: number;
  readonly macroRecall: number;
  readonly macroIou: number;
  /** IoU weighted by the classes' true shares. */
  readonly weightedIou: number;
}

/**
 * Scores of one class from its counts.
 *
 * @example
 * import { classScores } from "../src/segment/metrics/scores.ts";
 * import { expect } from "vitest";
 * const counts = { truePositives: 3, falsePositives: 1, falseNegatives: 2, trueNegatives: 4 };
 * const scores = classScores(counts);
 * expect([scores.accuracy, scores.precision, scores.recall, scores.iou]).toEqual([0.7, 0.75, 0.6, 0.5]);
 * expect(scores.dice).toBeCloseTo(2 / 3, 12);
 */
export function classScores(counts: ClassCounts): ClassScores {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = counts;
  return {
    accuracy: (tp + tn) / (tp + tn + fp + fn),
    precision: tp / (tp + fp),
    recall: tp / (tp + fn),
    dice: (2 * tp) / (2 * tp + fp + fn),
    iou: tp / (tp + fp + fn),
  };
}

/** F-beta: recall counts beta times as much as precision, [baskaran2021] eq. 6. */
export function fBeta({ truePositives, falsePositives, falseNegatives }: ClassCounts, beta: number): number {
  // the same with P and R multiplied out: defined where one of them is not
  const square = beta * beta;
  const weighted = (1 + square) * truePositives;
  return weighted / (weighted + square * falseNegatives + falsePositives);
}

/** Scores over all classes; means leave out classes that are not defined. */
export function overallScores(matrix: ConfusionMatrix): OverallScores {
  const perClass = Array.from({ length: matrix.classCount }, (_, classId) => classCounts(matrix, classId));
  const scores = perClass.map(classScores);
  const sum = (key: keyof ClassCounts) => perClass.reduce((total, counts) => total + counts[key], 0);
  const [tp, fp, fn] = [sum("truePositives"), sum("falsePositives"), sum("falseNegatives")];
  const shares = perClass.map(({ truePositives, falseNegatives }) => truePositives + falseNegatives);
  const all = shares.reduce((total, share) => total + share, 0);
  return {
    pixelAccuracy: tp / all,
    averageAccuracy: definedMean(scores.map(({ accuracy }) => accuracy)),
    microPrecision: tp / (tp + fp),
    microRecall: tp / (tp + fn),
    macroPrecision: definedMean(scores.map(({ precision }) => precision)),
    macroRecall: definedMean(scores.map(({ recall }) => recall)),
    macroIou: definedMean(scores.map(({ iou }) => iou)),
    weightedIou: scores.reduce(
      (total, { iou }, i) => total + (shares[i] > 0 ? (shares[i] / all) * iou : 0),
      0,
    ),
  };
}

/** Mean of the numbers that are defined. */
export function definedMean(values: readonly number[]): number {
  return mean(values.filter((value) => !Number.isNaN(value)));
}
