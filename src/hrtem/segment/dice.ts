import { classCounts, classScores, confusionMatrix, type ConfusionMatrix } from "../../segment/index.ts";

/**
 * Dice coefficient of two masks of 0 and 1, 2 |A and B| / (|A| + |B|); 1 for two empty ones.
 *
 * @example
 * import { diceOf } from "../src/hrtem/segment/dice.ts";
 * import { expect } from "vitest";
 * expect(diceOf([1, 1, 0, 0], [1, 0, 0, 0])).toBeCloseTo(2 / 3, 12);
 */
export function diceOf(mask: ArrayLike<number>, truth: ArrayLike<number>): number {
  return diceOfCounts(confusionMatrix(truth, mask, 2));
}

/** Dice coefficient of the pixels of one image, or of many as one. */
export function diceOfCounts(matrix: ConfusionMatrix): number {
  const { dice } = classScores(classCounts(matrix, 1));
  return Number.isNaN(dice) ? 1 : dice;
}
