import { workerData } from "node:worker_threads";
import { encodeRow, type CorpusRow } from "./corpus-row.ts";
import { openSampleDrawer, type Sample, type SampleRecipe } from "./sample.ts";

/** Samples from `start` to before `end`. */
export interface SampleRange {
  readonly start: number;
  readonly end: number;
}

/** The thread's drawer: its recipe arrives once, when the thread is started. */
const drawer = openSampleDrawer(workerData as SampleRecipe);
// a renderer that does not open is told by the first task, where somebody waits for the answer
drawer.catch(() => {});

/** Draws a range of samples in a worker thread. */
export async function drawSampleRange({ start, end }: SampleRange): Promise<Sample[]> {
  const draw = await drawer;
  return draw(Array.from({ length: end - start }, (_, i) => start + i));
}

/** Draws a range of samples in a worker thread and encodes them for storage there, PNG included. */
export async function drawRowRange(range: SampleRange): Promise<CorpusRow[]> {
  return (await drawSampleRange(range)).map(encodeRow);
}
