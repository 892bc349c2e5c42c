import * as Plot from "@observablehq/plot";
import { COLORS } from "./figures.ts";
import { plotFigure, type Figure } from "./plot-figure.ts";
import { tableOf } from "./table.ts";
import { nameWithUnit, shortNumber } from "./value-text.ts";

/** An answer beside what was known before it. */
export interface IntervalRow {
  readonly name: string;
  readonly unit: string;
  readonly scale: "linear" | "log";
  /** The track that the answer is drawn on: what was known before. */
  readonly known: readonly [number, number];
  readonly median: number;
  /** The 68 % interval, where there is one. */
  readonly narrow?: readonly [number, number];
  readonly wide: readonly [number, number];
}

/** What median, wide interval and track are called. */
export interface IntervalWords {
  readonly value: string;
  readonly wide: string;
  readonly known: string;
}

const WORDS: IntervalWords = { value: "median", wide: "95 % interval", known: "known before (95 %)" };
const NONE = [NaN, NaN] as const;
const ROW_PX = 24;
const BANDS = { known: "#e4e4e4", wide: "#a9cfe4", narrow: "#3b8fc0" } as const;

/**
 * Draws answers one below another, each on what was known of it before: grey, with the 95 % interval in light and the 68 % interval in
 * dark blue, and the median as a line.
 *
 * @param rows quantities; what lies outside the track is drawn at its end
 * @param caption what they are answers for
 * @param words what median, wide interval and track are called
 * @returns a figure, 900 px wide
 */
export function intervalsFigure(
  rows: readonly IntervalRow[],
  caption: string,
  words: IntervalWords = WORDS,
): Figure {
  const bands = rows.flatMap((row, y) => {
    const place = placeOn(row);
    const band = (kind: keyof typeof BANDS, half: number) => {
      const ends = row[kind];
      if (ends === undefined) return [];
      const [x1, x2] = ends.map(place);
      return [{ x1, x2, y1: y - half, y2: y + half, kind }];
    };
    return [...band("known", 0.14), ...band("wide", 0.26), ...band("narrow", 0.26)];
  });
  const texts = rows.map((row, y) => ({
    y,
    name: nameWithUnit(row.name, row.unit),
    median: shortNumber(row.median),
    interval: row.wide.map(shortNumber).join(" to "),
    x: placeOn(row)(row.median),
  }));
  const column = (dx: number, textAnchor: "start" | "end") =>
    ({ y: "y", dx, textAnchor, fontSize: 12 }) as const;
  const heads = [
    { x: 0, dx: 0, anchor: "start", text: words.known },
    { x: 1, dx: 70, anchor: "end", text: words.value },
    { x: 1, dx: 190, anchor: "end", text: words.wide },
  ] as const;
  return plotFigure(
    {
      width: 900,
      height: ROW_PX * (rows.length + 1) + 8,
      marginLeft: 316,
      marginRight: 200,
      marginTop: 4,
      marginBottom: 4,
      x: { domain: [0, 1], axis: null },
      y: { domain: [-1.5, rows.length - 0.5], reverse: true, axis: null },
      marks: [
        Plot.rect(bands, {
          x1: "x1",
          x2: "x2",
          y1: "y1",
          y2: "y2",
          fill: ({ kind }) => BANDS[kind as keyof typeof BANDS],
        }),
        Plot.ruleX(texts, {
          x: "x",
          y1: ({ y }) => y - 0.36,
          y2: ({ y }) => y + 0.36,
          stroke: "#10344a",
          strokeWidth: 2,
        }),
        Plot.text(texts, { ...column(-10, "end"), x: () => 0, text: "name" }),
        Plot.text(texts, { ...column(70, "end"), x: () => 1, text: "median" }),
        Plot.text(texts, { ...column(190, "end"), x: () => 1, text: "interval" }),
        ...heads.map(({ x, dx, anchor, text }) =>
          Plot.text([text], { x: () => x, y: () => -1, dx, textAnchor: anchor, fill: COLORS.line }),
        ),
      ],
    },
    {
      caption,
      data: tableOf(rows, [
        { heading: "quantity", text: ({ name }) => name },
        { heading: "unit", text: ({ unit }) => unit },
        { heading: words.value, number: ({ median }) => median },
        ...(rows.some(({ narrow }) => narrow !== undefined)
          ? [{ heading: "68 % interval", range: ({ narrow }: IntervalRow) => narrow ?? NONE }]
          : []),
        { heading: words.wide, range: ({ wide }) => wide },
        { heading: words.known, range: ({ known }) => known },
      ]),
    },
  );
}

/** Where a value lies on its row's track, 0 to 1. */
function placeOn({ scale, known }: IntervalRow): (value: number) => number {
  const onScale = scale === "log" ? Math.log : (value: number) => value;
  const [low, high] = known.map(onScale);
  return (value) => Math.min(1, Math.max(0, (onScale(value) - low) / (high - low)));
}
