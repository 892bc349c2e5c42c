import * as Plot from "@observablehq/plot";
import { COLORS } from "./figures.ts";
import { plotFigure, type Figure } from "./plot-figure.ts";
import { tableOf } from "./table.ts";

/** Counts of ranks in equal parts. */
export interface RankData {
  readonly title: string;
  readonly counts: readonly number[];
  /** Printed into the corner, such as "KS p 0.31". */
  readonly note: string;
}

/**
 * Draws a rank histogram with the band in which a calibrated posterior's bars lie.
 *
 * The band is two standard deviations of a binomial count about the even share.
 *
 * @param data counts with title and note
 * @returns a small figure, 300 px wide
 */
export function rankFigure({ title, counts, note }: RankData): Figure {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const share = 1 / counts.length;
  const deviation = Math.sqrt(total * share * (1 - share));
  const band = [{ low: Math.max(0, total * share - 2 * deviation), high: total * share + 2 * deviation }];
  const bars = counts.map((count, i) => ({ x1: i * share, x2: (i + 1) * share, count }));
  return plotFigure(
    {
      width: 300,
      height: 200,
      marginLeft: 40,
      marginBottom: 38,
      marginTop: 46,
      x: { label: "rank of the truth", labelAnchor: "center", labelArrow: "none", ticks: 5, domain: [0, 1] },
      y: { label: "images", labelAnchor: "center", labelArrow: "none", ticks: 4 },
      marks: [
        Plot.rectY(band, { x1: 0, x2: 1, y1: "low", y2: "high", fill: COLORS.faint, fillOpacity: 0.5 }),
        Plot.rectY(bars, {
          x1: "x1",
          x2: "x2",
          y: "count",
          fill: COLORS.first,
          fillOpacity: 0.7,
          inset: 0.5,
        }),
        Plot.ruleY([0], { stroke: COLORS.line }),
        Plot.text([title], { frameAnchor: "top-left", dy: -40, dx: -32, fontWeight: "bold", fontSize: 12 }),
        Plot.text([note], { frameAnchor: "top-left", dy: -25, dx: -32, fill: COLORS.line }),
      ],
    },
    {
      caption: `Rank histogram of ${title} over ${total} images; grey: where the bars of a calibrated posterior lie. ${note}`,
      data: tableOf(bars, [
        { heading: "rank", range: ({ x1, x2 }) => [x1, x2] },
        { heading: "images", number: ({ count }) => count },
      ]),
    },
  );
}

/** Coverage of intervals, one line per quantity. */
export interface CoverageData {
  readonly lines: readonly {
    readonly name: string;
    readonly points: readonly { readonly level: number; readonly covered: number }[];
  }[];
  readonly imageCount: number;
  /** Images whose errors make the intervals: their chance adds to that of the images looked at. */
  readonly calibrationCount: number;
}

/**
 * Standard error of a coverage by chance alone: of the images that are looked at and of those that made the intervals.
 *
 * @param level stated share, 0 to 1
 * @param data counts of both sets
 * @returns sqrt(L (1 - L) (1/n + 1/m))
 */
export function coverageError(
  level: number,
  { imageCount, calibrationCount }: Pick<CoverageData, "imageCount" | "calibrationCount">,
): number {
  return Math.sqrt(level * (1 - level) * (1 / imageCount + 1 / calibrationCount));
}

/**
 * Draws the share of truths inside intervals against the share that the intervals state.
 *
 * @param data one line per quantity
 * @returns a square figure, 400 px wide; the dashed line is perfect calibration, grey two standard errors of it
 */
export function coverageFigure({ lines, ...counts }: CoverageData): Figure {
  const grid = Array.from({ length: 41 }, (_, i) => i / 40);
  const band = grid.map((level) => {
    const error = 2 * coverageError(level, counts);
    return { level, low: level - error, high: level + error };
  });
  const points = lines.flatMap(({ name, points: line }) => line.map((point) => ({ ...point, name })));
  const axis = { domain: [0.4, 1], ticks: 6, grid: true, labelAnchor: "center", labelArrow: "none" } as const;
  const corner = { frameAnchor: "top-left", dx: -40 } as const;
  const legend = "a line a quantity; dashed: as stated; grey: two standard errors of it";
  const inView = ({ level }: { readonly level: number }) => level >= 0.4;
  return plotFigure(
    {
      width: 400,
      height: 386,
      marginLeft: 48,
      marginBottom: 38,
      marginTop: 46,
      x: { ...axis, label: "stated share" },
      y: { ...axis, label: "truths inside" },
      marks: [
        Plot.areaY(band.filter(inView), {
          x: "level",
          y1: "low",
          y2: "high",
          fill: COLORS.faint,
          fillOpacity: 0.5,
          clip: true,
        }),
        Plot.line(
          [
            { x: 0.4, y: 0.4 },
            { x: 1, y: 1 },
          ],
          { x: "x", y: "y", stroke: COLORS.line, strokeDasharray: "4,3" },
        ),
        Plot.line(points, { x: "level", y: "covered", z: "name", stroke: COLORS.first, strokeOpacity: 0.35 }),
        Plot.dot(points, { x: "level", y: "covered", r: 2.5, fill: COLORS.first, fillOpacity: 0.6 }),
        Plot.text(["Coverage of the intervals"], { ...corner, dy: -40, fontWeight: "bold", fontSize: 12 }),
        Plot.text([legend], { ...corner, dy: -25, fill: COLORS.line }),
      ],
    },
    {
      caption: `Coverage of central intervals, one line per quantity, ${counts.imageCount} images; grey: two standard errors.`,
      data: tableOf(points, [
        { heading: "quantity", text: ({ name }) => name },
        { heading: "stated share", number: ({ level }) => level },
        { heading: "truths inside", number: ({ covered }) => covered },
      ]),
    },
  );
}
