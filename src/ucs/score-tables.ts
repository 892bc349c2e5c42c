import { fixed, nameWithUnit, tableOf, type Column, type Table } from "../report/index.ts";
import { shiftedRmse, type SettingComparison } from "./compare-settings.ts";
import type { LearningCurvePoint } from "./learning-curve.ts";
import type { ModelFacts } from "./model-facts.ts";
import type { StrengthPrediction } from "./predict-strength.ts";
import type { PipelineResult } from "./robustness.ts";
import type { TrainedModel } from "./strength-model.ts";

/** The table to choose a pipeline by: errors as trained and at settings not trained at; a star marks the smallest of the latter. */
export function robustnessTable({ pipelines, trusted }: SettingComparison, unit: string): Table {
  return tableOf(pipelines, [
    ...PIPELINE,
    { heading: "to choose", text: (one) => (one === trusted ? "★" : "") },
    { heading: "RMSE as trained", unit, number: ({ scores }) => scores[0].rmse.value },
    { heading: "RMSE shifted", unit, number: shiftedRmse },
    { heading: "drop", unit, interval: ({ drop }) => drop },
    { heading: "slope", unit: `${unit} per unit grey`, interval: (one) => one.intensitySlope },
    { heading: "probe accuracy", interval: (one) => one.probeAccuracy },
  ]);
}

/** All specimens at the setting trained at, a row for each pipeline. */
export function asTrainedTable({ pipelines }: SettingComparison, unit: string): Table {
  return tableOf(pipelines, [
    ...PIPELINE,
    { heading: "R²", interval: ({ asTrained }) => asTrained.r2 },
    { heading: "RMSE", unit, interval: ({ asTrained }) => asTrained.rmse },
    { heading: "MAE", unit, interval: ({ asTrained }) => asTrained.mae },
    { heading: "MAPE", interval: ({ asTrained }) => asTrained.mape },
  ]);
}

/** What names a pipeline. */
export const PIPELINE: readonly Column<PipelineResult>[] = [
  { heading: "descriptors", text: ({ descriptors }) => descriptors },
  { heading: "normalisation", text: ({ normalization }) => normalization },
];

/** The learning curve of forest and network, a row for each number of specimens. */
export function learningTable(learning: readonly LearningCurvePoint[], unit: string | null): Table {
  return tableOf(learning, [
    { heading: "lots", number: ({ lotCount }) => lotCount },
    { heading: "specimens", number: ({ specimenCount }) => specimenCount },
    { heading: "forest R²", interval: ({ forest }) => forest.r2 },
    { heading: "network R²", interval: ({ network }) => network.r2 },
    { heading: "forest RMSE", unit, interval: ({ forest }) => forest.rmse },
    { heading: "network RMSE", unit, interval: ({ network }) => network.rmse },
  ]);
}

/** How a model does on lots held out beside the mean of the other lots, a row for each score. */
export function heldOutTable({ scores, chance, unit, target }: ModelFacts): Table {
  const rows = [
    { name: nameWithUnit("RMSE", unit), of: "rmse" },
    { name: nameWithUnit("MAE", unit), of: "mae" },
    { name: "MAPE", of: "mape" },
    { name: "R²", of: "r2" },
    { name: nameWithUnit("bias", unit), of: "bias" },
  ] as const;
  return tableOf(rows, [
    { heading: `${target}, lots held out`, text: ({ name }) => name },
    { heading: "model", interval: ({ of }) => scores[of] },
    { heading: "mean of the other lots", interval: ({ of }) => chance[of] },
  ]);
}

/** Specimens predicted without their lot, a row for each. */
export function pairTable({ facts: { target, unit }, pairs }: Pick<TrainedModel, "facts" | "pairs">): Table {
  return tableOf(pairs, [
    { heading: "specimen", text: ({ name }) => name },
    { heading: "lot", text: ({ lot }) => lot },
    { heading: target, unit, number: ({ truth }) => truth },
    { heading: `predicted ${target}`, unit, number: ({ predicted }) => predicted },
  ]);
}

/** Predictions with their intervals, a row for each specimen. */
export function predictionTable(
  predictions: readonly StrengthPrediction[],
  { target, unit }: Pick<ModelFacts, "target" | "unit">,
): Table {
  return tableOf(predictions, [
    { heading: "specimen", text: ({ name }) => name },
    { heading: "images", number: ({ imageCount }) => imageCount },
    { heading: target, unit, number: ({ predicted }) => predicted, show: fixed(3) },
    { heading: "90 % interval", unit, range: ({ low, high }) => [low, high], show: fixed(3) },
  ]);
}
