import { shuffled, type Material, type RandomStream } from "../core/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import { readParts, type Corpus, type WholeSample } from "./open-corpus.ts";

/** Which samples are shuffled, how many at once, and where to begin. */
export interface ShuffleOptions {
  /** First and second material, by the corpus's recipe. */
  readonly materials: Aggregate["materials"];
  /** The materials that samples chose from, where they did. */
  readonly known?: readonly Material[] | undefined;
  /** Samples at the head of the corpus that take part. */
  readonly count: number;
  /** Samples that are in random order among themselves: as many are in memory, as they are stored. */
  readonly poolSize: number;
  /** Samples that were taken before, of all passes together. */
  readonly start: number;
}

/**
 * Reads the head of a corpus again and again, each pass in an order of its own, with bounded memory: row groups in random order, and
 * the samples of some neighbouring ones in that order shuffled among themselves. The next ones are read as those are taken, and what was
 * taken is let go.
 *
 * Which sample comes where follows from stream, corpus and options alone, and a reading that begins later goes on where an earlier one was.
 *
 * @param rng stream of the orders
 * @param corpus what openCorpus gave
 * @param options which samples, how many at once
 * @yields samples without end, every one once a pass
 * @throws Error naming the shard that is missing or broken
 */
export async function* shuffledSamples(
  rng: RandomStream,
  corpus: Corpus,
  { materials, known, count, poolSize, start }: ShuffleOptions,
): AsyncGenerator<WholeSample, void, undefined> {
  const groups = rowGroups(corpus, count);
  const pools = poolsFrom(rng, groups, { count, poolSize, start });
  const samples = readParts(corpus, materials, groupsOf(pools.forReading), known);
  const readPool = async (size: number, allowance: Allowance) => {
    const pool: (WholeSample | undefined)[] = [];
    while (pool.length < size) {
      await allowance.reaches(pool.length + 1);
      const { value, done } = await samples.next();
      if (done === true) break;
      pool.push(value);
    }
    return pool;
  };
  try {
    const plans = pools.forShuffling[Symbol.iterator]();
    let plan = plans.next().value;
    let reading = readPool(plan.size, openAllowance(Infinity));
    for (;;) {
      const pool = await reading;
      const { order, skipped } = plan;
      plan = plans.next().value;
      const { size } = plan;
      const allowance = openAllowance(READ_AHEAD);
      reading = readPool(size, allowance);
      // a failure is told when its turn comes
      reading.catch(() => {});
      for (const [index, place] of order.entries()) {
        const sample = pool[place];
        pool[place] = undefined;
        if (index >= skipped && sample !== undefined) yield sample;
        allowance.raise(READ_AHEAD + Math.ceil(((index + 1) / order.length) * size));
      }
    }
  } finally {
    await samples.return();
  }
}

/** Samples of the next pool that are read before any of this one is taken. */
const READ_AHEAD = 256;

/** How far a reading may go; it is raised as room becomes free. */
interface Allowance {
  /** Resolves once so many samples may be in memory. */
  reaches(count: number): Promise<void>;
  raise(count: number): void;
}

function openAllowance(first: number): Allowance {
  let allowed = first;
  let waiting = { count: 0, go: () => {} };
  return {
    reaches: (count) =>
      allowed >= count ? Promise.resolve() : new Promise<void>((go) => void (waiting = { count, go })),
    raise(count) {
      allowed = count;
      if (waiting.count <= count) waiting.go();
    },
  };
}

/** Samples side by side, by their place in the corpus. */
export interface PlaceRange {
  readonly start: number;
  readonly count: number;
}

/** Ranges of a corpus that are read at once, by place: the row groups of its shards, as far as they take part. */
export function rowGroups({ manifest }: Pick<Corpus, "manifest">, count: number): PlaceRange[] {
  const groups: PlaceRange[] = [];
  let shardStart = 0;
  for (const { start, end } of manifest.shards) {
    const rows = end - start;
    for (let first = 0; first < rows; first += manifest.samplesPerRowGroup) {
      const place = shardStart + first;
      const size = Math.min(manifest.samplesPerRowGroup, rows - first, count - place);
      if (size > 0) groups.push({ start: place, count: size });
    }
    shardStart += rows;
  }
  return groups;
}

/** Samples that are in memory together. */
interface Pool {
  readonly groups: readonly PlaceRange[];
  readonly size: number;
  /** Places in the pool, in the order in which they are taken. */
  readonly order: readonly number[];
  /** Places that were taken before. */
  readonly skipped: number;
}

/** Pools without end, twice: one iteration is ahead of the other. */
function poolsFrom(
  rng: RandomStream,
  groups: readonly PlaceRange[],
  options: Pick<ShuffleOptions, "count" | "poolSize" | "start">,
) {
  return {
    forReading: { [Symbol.iterator]: () => planPools(rng, groups, options) },
    forShuffling: { [Symbol.iterator]: () => planPools(rng, groups, options) },
  };
}

/**
 * Plans the pools of all passes from a sample on.
 *
 * @yields pools without end
 */
export function* planPools(
  rng: RandomStream,
  groups: readonly PlaceRange[],
  { count, poolSize, start }: Pick<ShuffleOptions, "count" | "poolSize" | "start">,
): Generator<Pool, never, undefined> {
  let toSkip = start % count;
  for (let pass = Math.floor(start / count); ; pass++) {
    const waiting = shuffled(rng.fork("row groups", pass), groups);
    for (let index = 0; waiting.length > 0; index++) {
      const own: PlaceRange[] = [];
      let size = 0;
      while (waiting.length > 0 && (size === 0 || size + waiting[0].count <= poolSize)) {
        const next = waiting.shift() as PlaceRange;
        own.push(next);
        size += next.count;
      }
      if (toSkip >= size) toSkip -= size;
      else {
        const order = shuffled(rng.fork("pool", pass, index), Array(size).keys());
        yield { groups: own, size, order, skipped: toSkip };
        toSkip = 0;
      }
    }
  }
}

function* groupsOf(pools: Iterable<Pool>): Generator<PlaceRange, void, undefined> {
  for (const { groups } of pools) yield* groups;
}
