import { learningCurveFigure, type Figure } from "../report/index.ts";
import type { LearningCurvePoint } from "../train/index.ts";

/**
 * The figure of a training run.
 *
 * @param curve losses at each validation
 * @returns training and validation loss against steps
 */
export function trainingFigure(curve: readonly LearningCurvePoint[]): Figure {
  const points = curve.flatMap(({ step, trainingLoss, validationLoss }) => [
    { step, loss: trainingLoss, set: "training" } as const,
    { step, loss: validationLoss, set: "validation" } as const,
  ]);
  return learningCurveFigure(points, "mean squared error of standardised targets");
}
