import * as Plot from "@observablehq/plot";
import { extremes } from "../core/index.ts";
import { COLORS } from "./figures.ts";
import { plotFigure, type Figure } from "./plot-figure.ts";
import { tableOf } from "./table.ts";

/** A point of a curve, with limits where they are known: drawn as an upright line. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  readonly interval?: readonly [number, number];
}

/** Lines over one pair of axes. */
export interface CurveData {
  readonly curves: readonly {
    readonly name: string;
    readonly points: readonly CurvePoint[];
  }[];
  /** Words and units of the axes. */
  readonly axes: readonly [string, string];
  readonly caption: string;
}

const NO_INTERVAL = [NaN, NaN] as const;
const HEIGHT = 300;
const MARGINS = { top: 20, bottom: 38 } as const;
/** Height of a line of text [px]. */
const LINE_PX = 13;

/**
 * Draws curves with their names at the right ends.
 *
 * @param data curves, axes and caption
 * @returns a figure, 640 px wide
 */
export function curvesFigure({ curves, axes, caption }: CurveData): Figure {
  const colors = [COLORS.first, COLORS.second, COLORS.line, COLORS.third];
  const shifts = labelShifts(curves);
  const marks = curves.flatMap(({ name, points }, index) => {
    const stroke = colors[index % colors.length];
    const end = points.slice(-1).map((point) => ({ ...point, name }));
    return [
      Plot.line(points, { x: "x", y: "y", stroke, strokeWidth: 1.8 }),
      Plot.ruleX(
        points.filter(({ interval }) => interval !== undefined),
        { x: "x", y1: ({ interval }) => interval[0], y2: ({ interval }) => interval[1], stroke },
      ),
      Plot.text(end, {
        x: "x",
        y: "y",
        text: "name",
        textAnchor: "start",
        dx: 4,
        dy: shifts[index],
        fill: stroke,
      }),
    ];
  });
  const axis = { grid: true, labelAnchor: "center", labelArrow: "none" } as const;
  return plotFigure(
    {
      width: 640,
      height: HEIGHT,
      marginLeft: 52,
      marginRight: nameMargin(curves),
      marginTop: MARGINS.top,
      marginBottom: MARGINS.bottom,
      x: { ...axis, label: axes[0], ...countTicks(curves) },
      y: { ...axis, label: axes[1] },
      marks,
    },
    {
      caption,
      data: tableOf(
        curves.flatMap(({ name, points }) => points.map((point) => ({ name, ...point }))),
        [
          { heading: "curve", text: ({ name }) => name },
          { heading: axes[0], number: ({ x }) => x },
          { heading: axes[1], number: ({ y }) => y },
          { heading: "95 % interval", range: ({ interval = NO_INTERVAL }) => interval },
        ],
      ),
    },
  );
}

/** Room for the names at the right ends: least and most of it, a character of them and the gap before [px]. */
const [LEAST_ROOM, MOST_ROOM, CHARACTER_PX, GAP_PX] = [90, 260, 6.4, 10];

function nameMargin(curves: CurveData["curves"]): number {
  const longest = Math.max(...curves.map(({ name }) => name.length));
  return Math.min(MOST_ROOM, Math.max(LEAST_ROOM, CHARACTER_PX * longest + GAP_PX));
}

/** Most counts along an axis that each get a tick of their own. */
const MOST_COUNTS = 12;

/** Between two of few counts, as of views, there is nothing: no ticks stand there. */
function countTicks(curves: CurveData["curves"]): {
  readonly ticks?: readonly number[];
  readonly tickFormat?: "d";
} {
  const xs = [...new Set(curves.flatMap(({ points }) => points.map(({ x }) => x)))];
  const areFew = xs.every(Number.isInteger) && Math.max(...xs) - Math.min(...xs) <= MOST_COUNTS;
  return areFew ? { ticks: xs, tickFormat: "d" } : {};
}

/** How far each name must move down [px] so that names of curves with nearly one end stand below each other. */
function labelShifts(curves: CurveData["curves"]): number[] {
  const ys = curves.flatMap(({ points }) => points.map(({ y }) => y)).filter(Number.isFinite);
  const [least, most] = extremes(ys);
  const pxPerUnit = most > least ? (HEIGHT - MARGINS.top - MARGINS.bottom) / (most - least) : 0;
  const shifts = curves.map(() => 0);
  const ends = curves.map(({ points }) => (most - (points.at(-1)?.y ?? most)) * pxPerUnit);
  let lowest = -Infinity;
  for (const index of ends.map((_, i) => i).sort((a, b) => ends[a] - ends[b])) {
    const place = Math.max(ends[index], lowest + LINE_PX);
    shifts[index] = place - ends[index];
    lowest = place;
  }
  return shifts;
}
