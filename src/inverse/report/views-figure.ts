import { curvesFigure, type Figure } from "../../report/index.ts";
import type { ViewScore } from "../fit/views.ts";

/** Quantities that are drawn: what hangs most on how particles lie behind each other. */
const SHOWN = ["heteroCoordinationAll", "heteroContactFraction", "meanCoordination", "numberFraction"];

/** How well quantities are known by the number of views. */
export function viewsFigure(scores: readonly ViewScore[]): Figure {
  const any = scores.filter(({ angleDeg }) => angleDeg === null);
  const keys = [...new Set(any.map(({ key }) => key))];
  const shown = SHOWN.filter((key) => keys.includes(key));
  const curves = (shown.length === 0 ? keys.slice(0, SHOWN.length) : shown).map((key) => {
    const own = any.filter((score) => score.key === key);
    return {
      name: own[0].label,
      points: own.map(({ viewCount, r2OnScale }) => ({ x: viewCount, y: r2OnScale })),
    };
  });
  return curvesFigure({
    curves,
    axes: ["views of an aggregate", "R² of held-out aggregates"],
    caption: "How well quantities are known by the number of views",
  });
}
