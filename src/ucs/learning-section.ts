import { curvesFigure, figureHtml, html, nameWithUnit, tableHtml, type Html } from "../report/index.ts";
import type { LearningCurvePoint } from "./learning-curve.ts";
import { learningTable } from "./score-tables.ts";

/**
 * The learning curve of forest and network as a figure and a table.
 *
 * @param unit of the strength; null where none is known
 */
export function learningHtml(learning: readonly LearningCurvePoint[], unit: string | null): Html {
  const curve = (name: "forest" | "network") => ({
    name,
    points: learning.map((point) => ({ x: point.specimenCount, y: point[name].rmse.value })),
  });
  return html`<p>
      Learning curve, scored on the lots of the first fold: a forest on descriptors against a network that
      sees the pixels.
    </p>
    ${figureHtml(
      curvesFigure({
        curves: [curve("forest"), curve("network")],
        axes: ["specimens learnt from", nameWithUnit("RMSE", unit)],
        caption: "Error on lots held out against the number of specimens.",
      }),
    )}
    ${tableHtml(learningTable(learning, unit))}`;
}
