import { setImmediate as nextTurn } from "node:timers/promises";
import { Piscina } from "piscina";
import { encodeRow, type CorpusRow } from "./corpus-row.ts";
import type { SampleRange } from "./sample-worker.ts";
import { openSampleDrawer, type Sample, type SampleRecipe } from "./sample.ts";

/** Samples of one task: some tens of milliseconds of work against 0.1 ms to hand it over. */
const SAMPLES_PER_TASK = 16;
/** Tasks in flight for each worker: one in hand, one waiting. */
const TASKS_AHEAD = 2;

/** Which samples, and how many threads draw them. */
export interface DrawOptions {
  /** First sample index; 0 by default. */
  readonly start?: number;
  /** Endless by default: fresh samples for as long as somebody takes them. */
  readonly count?: number;
  /** Worker threads; with 1, and no `ahead`, the caller's own thread does the work. */
  readonly workers: number;
  /** Samples that workers draw before they are asked for, beyond which they wait; 32 a worker by default. */
  readonly ahead?: number;
}

/**
 * Draws samples and gives them in the order of their indices, whatever the number of workers.
 *
 * Workers stay at most `ahead` samples before the consumer: a training can take fresh samples from here for ever, with
 * no disk and bounded memory, and take up an interrupted stream by its `start`.
 *
 * @param recipe prior, prepared microscope and seed
 * @param options which samples, how many threads
 * @yields the samples from `start` on
 */
export function drawSamples(
  recipe: SampleRecipe,
  { start = 0, count = Infinity, workers, ahead }: DrawOptions,
): AsyncGenerator<Sample, void, undefined> {
  const ranges = splitRanges([{ start, end: start + count }]);
  return drawRanges(recipe, ranges, { workers, ahead, name: "drawSampleRange", finish: (sample) => sample });
}

/**
 * Draws samples and encodes them for storage in the threads that draw them.
 *
 * @yields the rows of all ranges, in order
 */
export function drawRows(
  recipe: SampleRecipe,
  ranges: readonly SampleRange[],
  { workers }: Pick<DrawOptions, "workers">,
): AsyncGenerator<CorpusRow, void, undefined> {
  const tasks = splitRanges(ranges);
  return drawRanges(recipe, tasks, { workers, ahead: undefined, name: "drawRowRange", finish: encodeRow });
}

interface DrawPlan<Drawn> {
  readonly workers: number;
  readonly ahead: number | undefined;
  /** The worker's function for a range, and what it makes of a sample, on the caller's thread. */
  readonly name: string;
  readonly finish: (sample: Sample) => Drawn;
}

async function* drawRanges<Drawn>(
  recipe: SampleRecipe,
  ranges: Iterable<SampleRange>,
  { workers, ahead, name, finish }: DrawPlan<Drawn>,
): AsyncGenerator<Drawn, void, undefined> {
  if (workers === 1 && ahead === undefined) {
    const draw = await openSampleDrawer(recipe);
    // a CPU gives each sample when it is done; a GPU wants a batch in hand
    const together = recipe.renderer === undefined ? 1 : SAMPLES_PER_TASK;
    for (const { start, end } of ranges) {
      for (let first = start; first < end; first += together) {
        const indices = Array.from({ length: Math.min(together, end - first) }, (_, i) => first + i);
        for (const sample of await draw(indices)) yield finish(sample);
        // who draws in the program's own thread hears Ctrl-C
        await nextTurn();
      }
    }
    return;
  }
  const pool = new Piscina<SampleRange, Drawn[]>({
    filename: new URL("./sample-worker.js", import.meta.url).href,
    name,
    workerData: recipe,
    minThreads: workers,
    maxThreads: workers,
    // an image's arrays die young: with room for many, the collector runs seldom (a tenth of the time)
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  const tasksAhead = ahead === undefined ? TASKS_AHEAD * workers : Math.ceil(ahead / SAMPLES_PER_TASK);
  const inHand = new Set<Promise<unknown>>();
  const run = (range: SampleRange) => {
    const task = pool.run(range);
    inHand.add(task);
    const forget = () => void inHand.delete(task);
    task.then(forget, forget);
    return task;
  };
  try {
    yield* inOrder(ranges, run, Math.max(1, tasksAhead));
  } finally {
    // close() counts a thread twice whose task ends, and then ends another in mid-task, which Dawn does not survive
    if (recipe.renderer !== undefined) await Promise.allSettled(inHand);
    // waits for the tasks in hand: destroying the pool under them makes it throw where nobody can catch
    await pool.close({ force: true });
  }
}

/** Cuts ranges into tasks; a range may be endless. */
function* splitRanges(ranges: Iterable<SampleRange>): Generator<SampleRange> {
  for (const { start, end } of ranges) {
    for (let first = start; first < end; first += SAMPLES_PER_TASK) {
      yield { start: first, end: Math.min(first + SAMPLES_PER_TASK, end) };
    }
  }
}

/** Keeps `ahead` tasks in flight and gives their results in the tasks' order: memory stays bounded. */
async function* inOrder<Task, Result>(
  tasks: Iterable<Task>,
  run: (task: Task) => Promise<readonly Result[]>,
  ahead: number,
): AsyncGenerator<Result, void, undefined> {
  const running: Promise<readonly Result[]>[] = [];
  const waiting = tasks[Symbol.iterator]();
  const startNext = () => {
    const next = waiting.next();
    if (next.done) return;
    const result = run(next.value);
    // a failure is reported when its turn comes; until then it must not count as unhandled
    result.catch(() => {});
    running.push(result);
  };
  for (let i = 0; i < ahead; i++) startNext();
  for (let first = running.shift(); first !== undefined; first = running.shift()) {
    const results = await first;
    startNext();
    yield* results;
  }
}
