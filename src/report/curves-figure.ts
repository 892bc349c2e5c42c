import * as Plot from "@observablehq/plot";
import { COLORS } from "./figures.ts";
import { plotFigure, type Figure } from "./plot-figure.ts";

/** Lines over one pair of axes. */
export interface CurveData {
  readonly curves: readonly {
    readonly name: string;
    readonly points: readonly { readonly x: number; readonly y: number }[];
  }[];
  /** Words and units of the axes. */
  readonly axes: readonly [string, string];
  readonly caption: string;
}

/**
 * Draws curves with their names at the right ends.
 *
 * @param data curves, axes and caption
 * @returns a figure, 460 px wide
 */
export function curvesFigure({ curves, axes, caption }: CurveData): Figure {
  const colors = [COLORS.first, COLORS.second, COLORS.line];
  const marks = curves.flatMap(({ name, points }, index) => {
    const stroke = colors[index % colors.length];
    const end = points.slice(-1).map((point) => ({ ...point, name }));
    return [
      Plot.line(points, { x: "x", y: "y", stroke, strokeWidth: 1.8 }),
      Plot.text(end, { x: "x", y: "y", text: "name", textAnchor: "start", dx: 4, fill: stroke }),
    ];
  });
  const axis = { grid: true, labelAnchor: "center", labelArrow: "none" } as const;
  return plotFigure(
    {
      width: 460,
      height: 300,
      marginLeft: 52,
      marginRight: 90,
      marginBottom: 38,
      x: { ...axis, label: axes[0] },
      y: { ...axis, label: axes[1] },
      marks,
    },
    caption,
  );
}
