import type { InversionModel } from "../../posterior/index.ts";
import { learningCurveFigure, type Figure } from "../../report/index.ts";
import type { LearningCurvePoint } from "../../train/index.ts";

/**
 * The figure of a training run.
 *
 * @param curve losses at each validation
 * @param model head and count maps of the network: what its loss is
 * @returns training and validation loss against steps
 */
export function trainingFigure(
  curve: readonly LearningCurvePoint[],
  model: Pick<InversionModel, "head" | "census">,
): Figure {
  const points = curve.flatMap(({ step, trainingLoss, validationLoss }) => [
    { step, loss: trainingLoss, set: "training" } as const,
    { step, loss: validationLoss, set: "validation" } as const,
  ]);
  return learningCurveFigure(points, lossName(model));
}

function lossName({ head, census }: Pick<InversionModel, "head" | "census">): string {
  const names = {
    point: "mean squared error of standardised targets",
    gaussian: "beta-NLL of standardised targets",
    fullGaussian: "negative log-likelihood of standardised targets [nat]",
    mixture: "negative log-likelihood of standardised targets [nat]",
  } as const;
  return census === null ? names[head.kind] : `${names[head.kind]}, and squared errors of the count maps`;
}
