/** Objects by number: 0 outside, 1 to count. */
export interface ObjectMap {
  /** [height, width], row-major. */
  readonly objects: ArrayLike<number>;
  readonly objectCount: number;
}

/** How well objects were found at one IoU threshold. */
export interface InstanceScores {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  /** TP/(TP + FP + FN), "average precision" of the Data Science Bowl and StarDist [schmidt2018]. */
  readonly averagePrecision: number;
  /** Panoptic quality: sum of the IoU of matched pairs/(TP + FP/2 + FN/2) [kirillov2019]. */
  readonly panopticQuality: number;
  readonly f1: number;
  /** Mean IoU of matched pairs; NaN where none matched. */
  readonly meanMatchedIou: number;
}

/**
 * Matches found objects to true ones and counts, at several IoU thresholds.
 *
 * Pairs are taken by falling IoU, each object once. Above an IoU of 0.5 an object can overlap one other so much at most, and the matching is
 * the only one; below it is a greedy one.
 *
 * @example
 * import { instanceScores } from "../src/segment/metrics/instance-scores.ts";
 * import { expect } from "vitest";
 * const truth = { objects: [1, 1, 0, 2, 2], objectCount: 2 };
 * const found = { objects: [1, 1, 0, 2, 0], objectCount: 2 };
 * expect(instanceScores(truth, found, [0.4, 0.6]).map((scores) => scores.truePositives)).toEqual([2, 1]);
 */
export function instanceScores(
  truth: ObjectMap,
  found: ObjectMap,
  thresholds: readonly number[],
): InstanceScores[] {
  const pairs = overlappingPairs(truth, found).sort((a, b) => b.iou - a.iou);
  const [trueTaken, foundTaken] = [new Set<number>(), new Set<number>()];
  const matched = pairs.filter(({ trueObject, foundObject }) => {
    if (trueTaken.has(trueObject) || foundTaken.has(foundObject)) return false;
    trueTaken.add(trueObject);
    foundTaken.add(foundObject);
    return true;
  });
  return thresholds.map((threshold) => {
    const ious = matched.map(({ iou }) => iou).filter((iou) => iou >= threshold);
    return scoresOfCounts(threshold, {
      truePositives: ious.length,
      falsePositives: found.objectCount - ious.length,
      falseNegatives: truth.objectCount - ious.length,
      iouSum: ious.reduce((sum, iou) => sum + iou, 0),
    });
  });
}

/** Objects found, invented and missed at a threshold, and the sum of IoU over those found. */
export interface InstanceCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly iouSum: number;
}

/** Scores of matched objects, of one image or of many together. */
export function scoresOfCounts(threshold: number, counts: InstanceCounts): InstanceScores {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, iouSum } = counts;
  return {
    threshold,
    truePositives: tp,
    falsePositives: fp,
    falseNegatives: fn,
    averagePrecision: tp / (tp + fp + fn),
    panopticQuality: iouSum / (tp + fp / 2 + fn / 2),
    f1: (2 * tp) / (2 * tp + fp + fn),
    meanMatchedIou: iouSum / tp,
  };
}

function overlappingPairs(truth: ObjectMap, found: ObjectMap) {
  const trueAreas = new Float64Array(truth.objectCount + 1);
  const foundAreas = new Float64Array(found.objectCount + 1);
  const overlaps = new Map<number, number>();
  const stride = found.objectCount + 1;
  for (let i = 0; i < truth.objects.length; i++) {
    const [a, b] = [truth.objects[i], found.objects[i]];
    trueAreas[a]++;
    foundAreas[b]++;
    if (a > 0 && b > 0) overlaps.set(a * stride + b, (overlaps.get(a * stride + b) ?? 0) + 1);
  }
  return [...overlaps].map(([key, overlap]) => {
    const [trueObject, foundObject] = [Math.floor(key / stride), key % stride];
    return {
      trueObject,
      foundObject,
      iou: overlap / (trueAreas[trueObject] + foundAreas[foundObject] - overlap),
    };
  });
}
