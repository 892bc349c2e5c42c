import { fixed, nameWithUnit, tableOf, type Table } from "../report/index.ts";
import type { NumberScore } from "./score-numbers.ts";
import type { ParticleScore } from "./score-particles.ts";

/** Scores of numbers, a row a quantity; changes of the second simulator by their names. */
export function numberScoreTable(scores: readonly NumberScore[]): Table {
  const hasChanges = scores.some(({ change }) => change !== "");
  return tableOf(scores, [
    ...(hasChanges
      ? [{ heading: "images", text: ({ change }: NumberScore) => (change === "" ? "all" : change) }]
      : []),
    { heading: "quantity", text: ({ label, unit }) => nameWithUnit(label, unit) },
    { heading: "answered", text: ({ answeredCount, askedCount }) => `${answeredCount} of ${askedCount}` },
    { heading: "R²", number: ({ r2 }) => r2, show: fixed(2) },
    { heading: "median error", number: ({ medianError }) => medianError },
    { heading: "inside 68 %", number: ({ inside68 }) => inside68, show: fixed(2) },
    { heading: "inside 95 %", number: ({ inside95 }) => inside95, show: fixed(2) },
    { heading: "interval score", number: ({ intervalScore }) => intervalScore },
  ]);
}

/** The score of lists of particles. */
export function particleScoreTable(score: ParticleScore): Table {
  return tableOf(
    [score],
    [
      { heading: "images answered", text: (own) => `${own.answeredCount} of ${own.imageCount}` },
      { heading: "asked", number: ({ askedCount }) => askedCount, show: String },
      { heading: "listed", number: ({ listedCount }) => listedCount, show: String },
      { heading: "precision", number: ({ precision }) => precision, show: fixed(3) },
      { heading: "recall", number: ({ recall }) => recall, show: fixed(3) },
      { heading: "F1", number: ({ f1 }) => f1, show: fixed(3) },
      { heading: "radius bias", number: ({ radiusBias }) => radiusBias, show: fixed(3) },
      { heading: "right material", number: ({ materialShare }) => materialShare, show: fixed(3) },
    ],
  );
}
