import { workerData } from "node:worker_threads";
import { drawRow, type CorpusRow } from "./corpus-row.ts";
import { drawSample, type Sample, type SampleRecipe } from "./sample.ts";

/** Samples from `start` to before `end`. */
export interface SampleRange {
  readonly start: number;
  readonly end: number;
}

/** The thread's recipe: it arrives once, when the thread is started. */
const recipe = workerData as SampleRecipe;

/** Draws a range of samples in a worker thread. */
export function drawSampleRange({ start, end }: SampleRange): Sample[] {
  return Array.from({ length: end - start }, (_, i) => drawSample(recipe, start + i));
}

/** Draws a range of samples in a worker thread and encodes them for storage there, PNG included. */
export function drawRowRange({ start, end }: SampleRange): CorpusRow[] {
  return Array.from({ length: end - start }, (_, i) => drawRow(recipe, start + i));
}
