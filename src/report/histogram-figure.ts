import * as Plot from "@observablehq/plot";
import { COLORS } from "./figures.ts";
import { plotFigure, type Figure } from "./plot-figure.ts";
import { tableOf } from "./table.ts";
import { nameWithUnit } from "./value-text.ts";

/** Values whose distribution is drawn. */
export interface HistogramData {
  readonly title: string;
  readonly unit: string;
  readonly values: readonly number[];
  /** What is counted, such as "particles". */
  readonly counted: string;
}

/** With more bars of 300 px the bars are thinner than the lines of the axes. */
const MOST_BARS = 30;

/**
 * Draws how often values occur, in about as many bars as the square root of their number.
 *
 * @param data finite values with title and unit
 * @returns a small figure, 300 px wide
 */
export function histogramFigure({ title, unit, values, counted }: HistogramData): Figure {
  const label = nameWithUnit(title, unit);
  const thresholds = Math.min(MOST_BARS, Math.ceil(Math.sqrt(values.length)));
  return plotFigure(
    {
      width: 300,
      height: 190,
      marginLeft: 48,
      marginBottom: 38,
      x: { label, labelAnchor: "center", labelArrow: "none", ticks: 4 },
      y: { label: counted, grid: true, ticks: 4, labelArrow: "none" },
      marks: [
        Plot.rectY(values, { ...Plot.binX({ y: "count" }, { thresholds }), fill: COLORS.first }),
        Plot.ruleY([0], { stroke: COLORS.line }),
      ],
    },
    {
      caption: `Histogram of ${label} over ${values.length} ${counted}.`,
      data: tableOf(values, [{ heading: title, unit, number: (value) => value }]),
    },
  );
}
