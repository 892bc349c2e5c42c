import { checkNumber } from "../../core/index.ts";
import { UNLABELLED } from "../../labels/index.ts";

/** How often which class was found where which class is. */
export interface ConfusionMatrix {
  readonly classCount: number;
  /** [truth, found], row-major pixel counts. */
  readonly counts: Float64Array;
}

/**
 * Counts classes found against true classes; pixels that nobody labelled are left out.
 *
 * @throws RangeError when the lengths differ
 */
export function confusionMatrix(
  truth: ArrayLike<number>,
  found: ArrayLike<number>,
  classCount: number,
): ConfusionMatrix {
  checkNumber("found pixels", found.length, {
    min: truth.length,
    max: truth.length,
    action: "count classes",
  });
  const counts = new Float64Array(classCount * classCount);
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] !== UNLABELLED) counts[truth[i] * classCount + found[i]]++;
  }
  return { classCount, counts };
}

/** Adds matrices, such as those of all images of a set. */
export function addConfusions(matrices: readonly ConfusionMatrix[]): ConfusionMatrix {
  const counts = new Float64Array(matrices[0].counts.length);
  for (const matrix of matrices) matrix.counts.forEach((count, i) => (counts[i] += count));
  return { classCount: matrices[0].classCount, counts };
}

/** Pixels of a class by truth and finding. */
export interface ClassCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** Counts of one class against all others. */
export function classCounts({ classCount, counts }: ConfusionMatrix, classId: number): ClassCounts {
  let [inTruth, inFound, all] = [0, 0, 0];
  for (let other = 0; other < classCount; other++) {
    inTruth += counts[classId * classCount + other];
    inFound += counts[other * classCount + classId];
  }
  for (const count of counts) all += count;
  const truePositives = counts[classId * classCount + classId];
  const falsePositives = inFound - truePositives;
  const falseNegatives = inTruth - truePositives;
  return {
    truePositives,
    falsePositives,
    falseNegatives,
    trueNegatives: all - truePositives - falsePositives - falseNegatives,
  };
}
