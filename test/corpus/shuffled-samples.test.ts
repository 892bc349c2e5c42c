import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { openCorpus, shuffledSamples, type Corpus } from "../../src/corpus/index.ts";
import { planPools, rowGroups } from "../../src/corpus/shuffled-samples.ts";
import { materialsOfPrior } from "../../src/stochastic/index.ts";
import { makeCorpus, SMALL_RECIPE } from "./small-corpus.ts";

const groupsOf = (count: number, size: number) =>
  Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
    start: i * size,
    count: Math.min(size, count - i * size),
  }));

/** Places that pools hold, in the order in which they are taken. */
function placesFrom(start: number, taken: number, options = { count: 100, poolSize: 30 }): number[] {
  const rng = openRandomStream(1, "order");
  const places: number[] = [];
  for (const { groups, order, skipped } of planPools(rng, groupsOf(options.count, 8), {
    ...options,
    start,
  })) {
    const own = groups.flatMap((group) => Array.from({ length: group.count }, (_, i) => group.start + i));
    places.push(...order.slice(skipped).map((place) => own[place]));
    if (places.length >= taken) return places.slice(0, taken);
  }
  return places;
}

describe("pools of a shuffled corpus", () => {
  test("hold every sample once a pass, each pass in another order", () => {
    const [first, second] = [placesFrom(0, 200).slice(0, 100), placesFrom(0, 200).slice(100)];
    const all = Array.from({ length: 100 }, (_, i) => i);
    expect(first.toSorted((a, b) => a - b)).toEqual(all);
    expect(second.toSorted((a, b) => a - b)).toEqual(all);
    expect(first).not.toEqual(all);
    expect(second).not.toEqual(first);
  });

  test("are no larger than wanted, and mix row groups from all over the corpus", () => {
    const pools = planPools(openRandomStream(1), groupsOf(1000, 8), { count: 1000, poolSize: 80, start: 0 });
    const { size, groups, order } = pools.next().value;
    expect([size, groups.length]).toEqual([80, 10]);
    expect(Math.max(...groups.map(({ start }) => start))).toBeGreaterThan(500);
    // neighbours in a row group do not stay neighbours
    expect(order.filter((place, i) => order[i + 1] === place + 1).length).toBeLessThan(8);
  });

  test.each([1, 37, 99, 100, 163])("go on from sample %i where an earlier reading was", (start) => {
    expect(placesFrom(start, 50)).toEqual(placesFrom(0, start + 50).slice(start));
  });

  test("are the row groups of the shards, as far as they take part", () => {
    const shards = [
      { start: 0, end: 10 },
      { start: 10, end: 20 },
    ];
    const manifest = { shards, samplesPerRowGroup: 4 } as unknown as Corpus["manifest"];
    expect(rowGroups({ manifest }, 13)).toEqual([
      { start: 0, count: 4 },
      { start: 4, count: 4 },
      { start: 8, count: 2 },
      { start: 10, count: 3 },
    ]);
  });
});

describe("a corpus on the disk", () => {
  let folder = "";
  let corpus: Corpus;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "shuffled-"));
    await makeCorpus(folder);
    corpus = openCorpus(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("comes shuffled with its labels, and the same again from any sample on", async () => {
    const take = async (start: number, taken: number) => {
      const indices: number[] = [];
      const materials = materialsOfPrior(SMALL_RECIPE.prior);
      const options = { materials, count: 10, poolSize: 4, start };
      for await (const sample of shuffledSamples(openRandomStream(1), corpus, options)) {
        expect(sample.aggregate.particleCount).toBe(sample.labels.parameters.particleCount);
        indices.push(sample.labels.sampleIndex);
        if (indices.length === taken) return indices;
      }
      return indices;
    };
    const two = await take(0, 20);
    expect(two.slice(0, 10).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(two.slice(10)).size).toBe(10);
    expect(await take(7, 13)).toEqual(two.slice(7));
  });
});
