import type { StrengthPrediction } from "./predict-strength.ts";
import type { ModelFacts } from "./model-facts.ts";
import type { TrainedModel } from "./strength-model.ts";

/**
 * Specimens predicted without their lot, as CSV.
 *
 * @param trained a trained model
 * @returns one line a specimen, units in the heading
 */
export function pairsCsv({ facts, pairs }: Pick<TrainedModel, "facts" | "pairs">): string {
  const column = columnOf(facts);
  const lines = pairs.map(({ name, lot, truth, predicted }) =>
    [quoted(name), quoted(lot), truth, predicted].join(","),
  );
  return [`specimen,lot,${column},predicted ${column}`, ...lines, ""].join("\n");
}

/**
 * Predictions with their intervals, as CSV.
 *
 * @param predictions of new specimens
 * @param facts of the model: name and unit of what it predicts
 * @returns one line a specimen, units in the heading
 */
export function predictionsCsv(predictions: readonly StrengthPrediction[], facts: ModelFacts): string {
  const column = columnOf(facts);
  const lines = predictions.map(({ name, imageCount, predicted, low, high }) =>
    [quoted(name), imageCount, predicted, low, high].join(","),
  );
  return [`specimen,images,${column},low ${column},high ${column}`, ...lines, ""].join("\n");
}

const columnOf = ({ target, unit }: ModelFacts) => (unit === null ? target : `${target} [${unit}]`);

const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
