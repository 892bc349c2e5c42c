import { Piscina } from "piscina";
import type { SampleRange } from "./sample-worker.ts";
import { drawSample, type Sample, type SampleRecipe } from "./sample.ts";

/** Samples of one task: some tens of milliseconds of work against 0.1 ms to hand it over. */
const SAMPLES_PER_TASK = 16;

/** Which samples, and how many threads draw them. */
export interface DrawOptions {
  /** First sample index; 0 by default. */
  readonly start?: number;
  readonly count: number;
  /** Worker threads; with 1 the caller's own thread does the work. */
  readonly workers: number;
}

/**
 * Draws samples and gives them in the order of their indices, whatever the number of workers.
 *
 * @param recipe prior, prepared microscope and seed
 * @param options.start first sample index
 * @param options.count number of samples
 * @param options.workers worker threads
 * @yields the samples from `start` on
 */
export async function* drawSamples(
  recipe: SampleRecipe,
  { start = 0, count, workers }: DrawOptions,
): AsyncGenerator<Sample, void, undefined> {
  if (workers === 1) {
    for (let index = start; index < start + count; index++) yield drawSample(recipe, index);
    return;
  }
  const pool = new Piscina<SampleRange, Sample[]>({
    filename: new URL("./sample-worker.js", import.meta.url).href,
    name: "drawSampleRange",
    workerData: recipe,
    minThreads: workers,
    maxThreads: workers,
  });
  try {
    yield* inOrder(sampleRanges(start, count), (range) => pool.run(range), 2 * workers);
  } finally {
    await pool.destroy();
  }
}

function sampleRanges(start: number, count: number): SampleRange[] {
  const taskCount = Math.ceil(count / SAMPLES_PER_TASK);
  return Array.from({ length: taskCount }, (_, task) => {
    const first = start + task * SAMPLES_PER_TASK;
    return { start: first, end: Math.min(first + SAMPLES_PER_TASK, start + count) };
  });
}

/** Keeps `ahead` tasks in flight and gives their results in the tasks' order: memory stays bounded. */
async function* inOrder<Task, Result>(
  tasks: readonly Task[],
  run: (task: Task) => Promise<readonly Result[]>,
  ahead: number,
): AsyncGenerator<Result, void, undefined> {
  const running: Promise<readonly Result[]>[] = [];
  let next = 0;
  while (next < tasks.length || running.length > 0) {
    while (next < tasks.length && running.length < ahead) {
      const result = run(tasks[next++]);
      // a failure is reported when its turn comes; until then it must not count as unhandled
      result.catch(() => {});
      running.push(result);
    }
    const results = await running.shift();
    if (results) yield* results;
  }
}
