import { mean } from "../../core/index.ts";
import { curvesFigure, figureHtml, fixed, html, pageText, tableHtml, tableOf } from "../../report/index.ts";
import type { Figure, Table } from "../../report/index.ts";
import type { SegmentConfig } from "../segment-config.ts";
import { meanInterval } from "./mean-interval.ts";
import { REPLAYED } from "./replay.ts";
import type { Replayed, ReplayRecord, ReplaySettings } from "./replay.ts";

/** Scores of one way to choose at one number of labelled tiles. */
interface ReplayPoint {
  readonly by: Replayed;
  readonly count: number;
  /** Mean IoU of each seed. */
  readonly scores: readonly number[];
  /** The same less that of random tiles of the same seed. */
  readonly gains: readonly number[];
}

/** Scores by way and number of tiles; all ways share the start. */
export function replayPoints(records: readonly ReplayRecord[], budgets: readonly number[]): ReplayPoint[] {
  const scoresOf = (by: Replayed, count: number) =>
    records
      .filter((record) => record.count === count && (record.by === by || record.by === "start"))
      .toSorted((a, b) => a.seed - b.seed)
      .map(({ meanIou }) => meanIou);
  return budgets.flatMap((count) =>
    REPLAYED.map((by) => {
      const [scores, random] = [scoresOf(by, count), scoresOf("random", count)];
      return { by, count, scores, gains: scores.map((score, i) => score - random[i]) };
    }),
  );
}

/**
 * The scores of a replay, a row for each number of tiles and each way to choose them.
 *
 * @param records of all its trainings
 * @param settings what it ran through; intervals are over its seeds
 */
export function replayTable(records: readonly ReplayRecord[], { budgets }: ReplaySettings): Table {
  const isStart = (count: number) => count === budgets[0];
  const points = replayPoints(records, budgets).filter(({ by, count }) => by === "random" || !isStart(count));
  return tableOf(points, [
    { heading: "labelled tiles", number: ({ count }) => count },
    { heading: "chosen by", text: ({ by, count }) => (isStart(count) ? "start, at random" : by) },
    { heading: "seeds", number: ({ scores }) => scores.length },
    { heading: "mean IoU", interval: ({ scores }) => meanInterval(scores), show: fixed(3) },
    {
      heading: "over random",
      interval: ({ by, gains }) => (by === "random" ? null : meanInterval(gains)),
      show: fixed(3),
    },
  ]);
}

/** Held-out score against labelled tiles, a curve for each way to choose them. */
export function replayCurves(records: readonly ReplayRecord[], { budgets, seeds }: ReplaySettings): Figure {
  const points = replayPoints(records, budgets);
  const curves = REPLAYED.map((name, place) => ({
    name,
    points: points
      .filter(({ by }) => by === name)
      .map(({ count, scores }) => {
        const { value, low, high } = meanInterval(scores);
        // side by side, for upright lines at one place would hide each other
        const x = count * (1 + 0.012 * (place - 1.5));
        return { x, y: value, interval: [low, high] as const };
      }),
  }));
  const caption = `Mean IoU on held-out images against labelled tiles: means of ${seeds} seeds with 95 % intervals.`;
  return curvesFigure({ curves, axes: ["labelled tiles", "mean IoU"], caption });
}

/** What the page of a replay is written from. */
export interface ReplayReportInput {
  readonly config: SegmentConfig;
  readonly settings: ReplaySettings;
  readonly records: readonly ReplayRecord[];
  readonly poolCount: number;
  readonly testCount: number;
}

/** The page of a replay: what it is, the curves, the table. */
export function replayReport(input: ReplayReportInput): string {
  const { config, settings, records, poolCount, testCount } = input;
  const { seeds, steps, tilePx } = settings;
  const last = Math.max(...settings.budgets);
  const ends = replayPoints(records, settings.budgets).filter(({ count }) => count === last);
  const words = ends.map(({ by, scores }) => `${by} ${mean(scores).toFixed(3)}`).join(", ");
  return pageText({
    title: `Labelling replayed: ${config.name}`,
    lead: html`<p>
      ${poolCount} labelled tiles of ${tilePx} px play unlabelled ones; ${seeds} seeds, ${steps} steps a
      training, measured on ${testCount} held-out images. With ${last} tiles: ${words}.
    </p>`,
    sections: [
      { heading: "Curves", body: figureHtml(replayCurves(records, settings)) },
      {
        heading: "Scores",
        body: html`<p>
            Mean IoU of the classes over the pixels of all held-out images; means over seeds with 95 %
            intervals by Student's t. Each seed begins with the same random tiles for every way to choose.
          </p>
          ${tableHtml(replayTable(records, settings))}`,
      },
    ],
  });
}
