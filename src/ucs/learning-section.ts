import { curvesFigure, figureHtml, html, tableHtml, type Html } from "../report/index.ts";
import type { LearningCurvePoint } from "./learning-curve.ts";
import { intervalCell } from "./score-text.ts";

/**
 * The learning curve of forest and network as a figure and a table.
 *
 * @param unit of the strength; null where none is known
 */
export function learningHtml(learning: readonly LearningCurvePoint[], unit: string | null): Html {
  const error = unit === null ? "RMSE" : `RMSE [${unit}]`;
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
        axes: ["specimens learnt from", error],
        caption: "Error on lots held out against the number of specimens.",
      }),
    )}
    ${tableHtml(learning, [
      { heading: "lots", cell: ({ lotCount }) => String(lotCount), isNumber: true },
      { heading: "specimens", cell: ({ specimenCount }) => String(specimenCount), isNumber: true },
      { heading: "forest R²", cell: ({ forest }) => intervalCell(forest.r2, 2), isNumber: true },
      { heading: "network R²", cell: ({ network }) => intervalCell(network.r2, 2), isNumber: true },
      { heading: `forest ${error}`, cell: ({ forest }) => intervalCell(forest.rmse, 2), isNumber: true },
      { heading: `network ${error}`, cell: ({ network }) => intervalCell(network.rmse, 2), isNumber: true },
    ])}`;
}
