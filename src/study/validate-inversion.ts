import type { StartStage } from "../core/index.ts";
import {
  decodeTarget,
  estimateClassically,
  familiarityDistance,
  scoreTargets,
  type InversionModel,
  type ParameterPair,
  type TargetScore,
} from "../inverse/index.ts";
import type { DataSet } from "./data-set.ts";
import type { Inversion } from "./open-inversion.ts";
import { predictCodes } from "./predict.ts";

/** What held-out images say of a trained inversion. */
export interface ValidationResult {
  readonly imageCount: number;
  readonly scores: readonly TargetScore[];
  /** Share of the held-out images that the familiarity test calls unfamiliar; wanted: the stated false-alarm rate. */
  readonly unfamiliarShare: number;
  readonly wantedFalseAlarmRate: number;
  /** True and predicted parameters image by image, for the comparison of structures. */
  readonly pairs: readonly ParameterPair[];
}

/**
 * Scores an inversion on images that it was not trained on.
 *
 * @param inversion network and record
 * @param data held-out images of the same field
 * @param startStage progress
 * @returns scores per target, beside the constant and the classical estimate
 * @throws RangeError where the images' field is not the network's
 */
export async function validateInversion(
  { model, network }: Inversion,
  data: DataSet,
  startStage: StartStage,
): Promise<ValidationResult> {
  checkField(model, data);
  const stage = startStage("Inverting held-out images", data.count);
  const { codes, features } = await predictCodes(network, data, model.input);
  const scores = scoreTargets(model.targets, {
    truths: data.labels.map(({ parameters }) => ({ ...parameters })),
    networkCodes: codes,
    classicalCodes: data.measures.map((measures) => estimateClassically(model.classical, measures)),
    constantCodes: model.constantCodes,
    halfWidths: model.halfWidths,
  });
  const { limit, falseAlarmRate } = model.familiarity;
  const unfamiliarCount = features.filter(
    (row) => familiarityDistance(model.familiarity, row) > limit,
  ).length;
  const pairs = data.labels.map((line, i) => ({
    sampleIndex: line.sampleIndex,
    truth: { ...line.parameters },
    predicted: { ...line.parameters, ...predictedParameters(model, codes[i]) },
  }));
  stage.finish(`${data.count} images`);
  return {
    imageCount: data.count,
    scores,
    unfamiliarShare: unfamiliarCount / data.count,
    wantedFalseAlarmRate: falseAlarmRate,
    pairs,
  };
}

function predictedParameters({ targets }: InversionModel, codes: ArrayLike<number>): Record<string, number> {
  return Object.fromEntries(targets.map((target, t) => [target.key, decodeTarget(target, codes[t])]));
}

function checkField(model: InversionModel, data: DataSet): void {
  const text = (field: Pick<DataSet, "widthPx" | "heightPx" | "pixelSizeNm">) =>
    `${field.widthPx} x ${field.heightPx} px of ${field.pixelSizeNm} nm`;
  if (text(model) === text(data)) return;
  throw new RangeError(
    `Cannot validate: images must have the network's field, ${text(model)}, got ${text(data)}`,
  );
}
