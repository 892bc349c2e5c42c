import type { PosteriorHead } from "../inverse/index.ts";
import { learningCurveFigure, type Figure } from "../report/index.ts";
import type { LearningCurvePoint } from "../train/index.ts";

/**
 * The figure of a training run.
 *
 * @param curve losses at each validation
 * @param head of the network: a point is trained by squared errors, a distribution by its likelihood
 * @returns training and validation loss against steps
 */
export function trainingFigure(curve: readonly LearningCurvePoint[], head: PosteriorHead): Figure {
  const points = curve.flatMap(({ step, trainingLoss, validationLoss }) => [
    { step, loss: trainingLoss, set: "training" } as const,
    { step, loss: validationLoss, set: "validation" } as const,
  ]);
  const loss =
    head.kind === "point"
      ? "mean squared error of standardised targets"
      : "negative log-likelihood of standardised targets [nat]";
  return learningCurveFigure(points, loss);
}
