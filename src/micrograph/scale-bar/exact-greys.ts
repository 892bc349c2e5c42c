import type { GrayImage } from "../../core/index.ts";

/** Pixels of one exact grey in a row or a column from which on they are a run: noise leaves few of them. */
const RUN_PX = 4;
/** Runs that a grey has at least, and the greys with most runs that are given at most. */
const FEWEST_RUNS = 3;
const MOST_GREYS = 4;

/**
 * The greys that most runs of pixels along rows and columns have exactly, as drawn strokes do.
 *
 * @param isLooked which greys are looked at
 */
export function exactGreys({ data, width }: GrayImage, isLooked: (grey: number) => boolean): number[] {
  const runCounts = new Map<number, number>();
  const columnRuns = new Uint32Array(width);
  for (let at = 0, rowRun = 0; at < data.length; at++) {
    const column = at % width;
    rowRun = column > 0 && data[at] === data[at - 1] ? rowRun + 1 : 1;
    columnRuns[column] = at >= width && data[at] === data[at - width] ? columnRuns[column] + 1 : 1;
    const ended = Number(rowRun === RUN_PX) + Number(columnRuns[column] === RUN_PX);
    if (ended > 0 && isLooked(data[at])) runCounts.set(data[at], (runCounts.get(data[at]) ?? 0) + ended);
  }
  return [...runCounts]
    .filter(([, count]) => count >= FEWEST_RUNS)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_GREYS)
    .map(([grey]) => grey);
}

/** Pixels that have a grey exactly. */
export function countOfGrey(data: Float32Array, grey: number): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i] === grey) count++;
  return count;
}
