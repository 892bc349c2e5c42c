import * as Plot from "@observablehq/plot";
import { COLORS } from "./figures.ts";
import { plotFigure, type Figure } from "./plot-figure.ts";
import { nameWithUnit } from "./value-text.ts";

/** Values whose distribution is drawn. */
export interface HistogramData {
  readonly title: string;
  readonly unit: string;
  readonly values: readonly number[];
}

/**
 * Draws how often values occur.
 *
 * @param data finite values with title and unit
 * @returns a small figure, 300 px wide
 */
export function histogramFigure({ title, unit, values }: HistogramData): Figure {
  const label = nameWithUnit(title, unit);
  return plotFigure(
    {
      width: 300,
      height: 190,
      marginLeft: 48,
      marginBottom: 38,
      x: { label, labelAnchor: "center", labelArrow: "none", ticks: 5 },
      y: { label: "samples", grid: true, ticks: 4, labelArrow: "none" },
      marks: [
        Plot.rectY(values, { ...Plot.binX({ y: "count" }, { thresholds: 30 }), fill: COLORS.first }),
        Plot.ruleY([0], { stroke: COLORS.line }),
      ],
    },
    `Histogram of ${label} over ${values.length} samples.`,
  );
}
