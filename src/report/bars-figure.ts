import * as Plot from "@observablehq/plot";
import { COLORS } from "./figures.ts";
import { plotFigure, type Figure } from "./plot-figure.ts";
import { tableOf } from "./table.ts";
import { fixed } from "./value-text.ts";

/** Numbers from 0 to 1 with their names. */
export interface BarData {
  readonly bars: readonly { readonly name: string; readonly value: number }[];
  /** What the numbers are, such as "R² on held-out images". */
  readonly label: string;
  readonly caption: string;
}

const ROW_PX = 20;

/**
 * Draws shares as bars one below another, with their numbers at the ends.
 *
 * @param data names and numbers; what lies below 0 is drawn at 0
 * @returns a figure, 900 px wide
 */
export function barsFigure({ bars, label, caption }: BarData): Figure {
  const rows = bars.map(({ name, value }) => ({ name, value, end: Math.min(1, Math.max(0, value)) }));
  return plotFigure(
    {
      width: 900,
      height: ROW_PX * rows.length + 48,
      marginLeft: 316,
      marginRight: 50,
      marginTop: 4,
      marginBottom: 38,
      x: { domain: [0, 1], grid: true, ticks: 5, label, labelAnchor: "center", labelArrow: "none" },
      y: { domain: rows.map(({ name }) => name), label: null, tickSize: 0 },
      marks: [
        Plot.barX(rows, { x: "end", y: "name", fill: COLORS.first, fillOpacity: 0.75, inset: 2 }),
        Plot.text(rows, {
          x: "end",
          y: "name",
          text: ({ value }) => fixed(2)(value),
          textAnchor: "start",
          dx: 4,
        }),
        Plot.ruleX([0], { stroke: COLORS.line }),
      ],
    },
    {
      caption,
      data: tableOf(bars, [
        { heading: "quantity", text: ({ name }) => name },
        { heading: label, number: ({ value }) => value },
      ]),
    },
  );
}
