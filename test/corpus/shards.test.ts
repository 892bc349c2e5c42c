import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdirSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  beginCorpus,
  manifestOf,
  mergeParts,
  repairCorpus,
  shardsOfPlan,
  verifyCorpus,
  writeManifest,
  writeShards,
} from "../../src/corpus/index.ts";
import { contents, makeCorpus, SMALL_RECIPE, smallPlan } from "./small-corpus.ts";

const root = mkdtempSync(join(tmpdir(), "heterostem-shards-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let whole: Record<string, string> = {};
beforeAll(async () => {
  mkdirSync(join(root, "whole"));
  await makeCorpus(join(root, "whole"));
  whole = contents(join(root, "whole"));
}, 60_000);

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(root, "run-"))));

/** Throws out of a job when so many samples are drawn, as a kill would end it. */
const stopAt = (limit: number) => (done: number) => {
  if (done === limit) throw new Error("stopped");
};

const SECOND = "data/train-00001-of-00003.parquet";

describe("planCorpus()", () => {
  test("gives every sample to one shard, and every shard to one part", () => {
    for (const of of [1, 2, 3]) {
      const shards = Array.from({ length: of }, (_, i) =>
        shardsOfPlan(smallPlan({ part: { index: i + 1, of } })),
      );
      const samples = shards.flat().flatMap(({ start, end }) => [[start, end]]);
      expect(samples.sort()).toEqual([
        [0, 4],
        [4, 8],
        [8, 10],
      ]);
    }
  });

  test("takes fewer large images than small ones to a shard", () => {
    const { prepared, seed } = SMALL_RECIPE;
    const plan = smallPlan({ samplesPerShard: undefined });
    expect(plan.samplesPerShard).toBe(1024);
    expect(prepared.fingerprint).toBe(plan.physics);
    expect(seed).toBe(plan.seed);
  });
});

describe("an interrupted corpus", () => {
  test("shows whole shards only, and ends with the bytes of one that ran through", async () => {
    for (const stop of [1, 4, 6, 8, 10]) {
      await expect(makeCorpus(folder, smallPlan(), stopAt(stop))).rejects.toThrow("stopped");
      expect(existsSync(join(folder, "manifest.json"))).toBe(false);
      const visible = readdirSync(join(folder, "data")).map((name) => `/data/${name}`);
      for (const file of visible) expect(contents(folder)[file]).toBe(whole[file]);
    }
    await makeCorpus(folder);
    expect(contents(folder)).toEqual(whole);
  });

  test("does again what its journal does not vouch for: a line cut short, a shard changed, lost or not entered", async () => {
    await expect(makeCorpus(folder, smallPlan(), stopAt(10))).rejects.toThrow("stopped");
    const journal = join(folder, "shards.jsonl");
    expect(readFileSync(journal, "utf8").trim().split("\n")).toHaveLength(2);
    writeFileSync(join(folder, SECOND), "garbage");
    writeFileSync(join(folder, "data/.train-00002-of-00003.parquet.unfinished"), "half");
    appendFileSync(journal, '{"file":"data/train-000');
    const drawn: number[] = [];
    await makeCorpus(folder, smallPlan(), (done) => drawn.push(done));
    expect(drawn).toEqual([5, 6, 7, 8, 9, 10]);
    expect(contents(folder)).toEqual(whole);
  });

  test("is not taken up with another recipe: the first key that differs is named", async () => {
    await expect(makeCorpus(folder, smallPlan(), stopAt(6))).rejects.toThrow("stopped");
    const recipe = { aggregate: SMALL_RECIPE.prior, microscope: { ...SMALL_RECIPE.prepared.microscope } };
    const other = smallPlan({ recipe: { ...recipe, microscope: { ...recipe.microscope, pixelSizeNm: 5 } } });
    expect(() => beginCorpus(folder, other)).toThrow(
      "recipe.microscope.pixelSizeNm must be 4 as when it was begun, got 5",
    );
    expect(() => beginCorpus(folder, smallPlan({ sampleCount: 12 }))).toThrow(
      "sampleCount must be 10 as when it was begun, got 12",
    );
    await makeCorpus(folder);
    expect(contents(folder)).toEqual(whole);
  });

  test.skipIf(!existsSync("/dev/full"))(
    "on a full disk keeps its shards and leaves no half of one",
    async () => {
      const plan = smallPlan();
      const fillDisk = (done: number) => {
        // what is written to /dev/full fails as on a full disk
        if (done === 5) symlinkSync("/dev/full", join(folder, `data/.${process.pid}.unfinished`));
      };
      await expect(makeCorpus(folder, plan, fillDisk)).rejects.toMatchObject({ code: "ENOSPC" });
      expect(readdirSync(join(folder, "data"))).toEqual(["train-00000-of-00003.parquet"]);
      await makeCorpus(folder);
      expect(contents(folder)).toEqual(whole);
    },
  );
});

describe("verifyCorpus() and repairCorpus()", () => {
  const workers = 1;

  test("name the shard of which one bit has turned, one that is short, one that is gone, and strangers", async () => {
    await makeCorpus(folder);
    expect((await verifyCorpus(folder)).faults).toEqual([]);
    const bytes = readFileSync(join(folder, SECOND));
    bytes[1000] ^= 1;
    writeFileSync(join(folder, SECOND), bytes);
    truncateSync(join(folder, "data/train-00000-of-00003.parquet"), 700);
    rmSync(join(folder, "data/train-00002-of-00003.parquet"));
    writeFileSync(join(folder, "data/notes.txt"), "");
    const { faults, strangers } = await verifyCorpus(folder);
    expect(faults.map(({ fault }) => fault)).toEqual([
      expect.stringMatching(/^700 bytes instead of \d+$/),
      expect.stringMatching(/^checksum \w{12}\.\.\. instead of \w{12}\.\.\.$/),
      "missing",
    ]);
    expect(strangers).toEqual(["data/notes.txt"]);
  });

  test("make again only what is broken, with the same bytes", async () => {
    await makeCorpus(folder);
    const untouched = join(folder, "data/train-00000-of-00003.parquet");
    utimesSync(untouched, 1000, 1000);
    writeFileSync(join(folder, SECOND), "garbage");
    const { faults } = await verifyCorpus(folder);
    await repairCorpus(SMALL_RECIPE, folder, faults, { workers });
    expect(contents(folder)).toEqual(whole);
    expect(statSync(untouched).mtimeMs).toBe(1_000_000);
  });

  test("put nothing into place that is not what the manifest vouches for", async () => {
    await makeCorpus(folder);
    rmSync(join(folder, SECOND));
    const other = { ...SMALL_RECIPE, seed: 4 };
    const { faults } = await verifyCorpus(folder);
    await expect(repairCorpus(other, folder, faults, { workers })).rejects.toThrow(
      /shard must get the bytes of the manifest, got others from this program.*use heterostem 0/,
    );
    expect(existsSync(join(folder, SECOND))).toBe(false);
  });
});

describe("mergeParts()", () => {
  const partFolder = (index: number, of: number) => join(folder, `${index}-of-${of}`);

  async function makePart(index: number, of: number, changes = {}): Promise<string> {
    mkdirSync(partFolder(index, of), { recursive: true });
    await makeCorpus(partFolder(index, of), smallPlan({ part: { index, of }, ...changes }));
    return partFolder(index, of);
  }

  test("gives the bytes of one run, in whatever order the parts come; more parts than shards do no harm", async () => {
    for (const of of [2, 4]) {
      const parts: string[] = [];
      for (let index = of; index >= 1; index--) parts.push(await makePart(index, of));
      const merged = join(folder, `merged-${of}`);
      mkdirSync(merged);
      const { plan, shards } = await mergeParts(merged, parts);
      writeManifest(merged, manifestOf(plan, shards));
      expect(contents(merged)).toEqual(whole);
    }
  });

  test("takes a folder that holds the parts, and names every part that is missing or unfinished", async () => {
    for (const index of [1, 2, 4, 8]) await makePart(index, 8);
    const stopped = `${partFolder(6, 8)}.partial`;
    mkdirSync(stopped);
    beginCorpus(stopped, smallPlan({ part: { index: 6, of: 8 } }));
    const merged = mkdtempSync(join(root, "merged-"));
    await expect(mergeParts(merged, [folder])).rejects.toThrow(
      "Cannot merge corpora: wanted each of the parts 1 to 8 once, got none for 3, 5 to 7; the same generate call " +
        `with --resume finishes what was begun:\n  part 6 is unfinished: ${stopped}`,
    );
    // the same by the names of the parts
    const named = [1, 2, 3, 4, 5, 6, 7, 8].map((index) => partFolder(index, 8));
    await expect(mergeParts(merged, named)).rejects.toThrow(`none for 3, 5 to 7; the same generate call`);
    rmSync(stopped, { recursive: true });
    for (const index of [3, 5, 6, 7]) await makePart(index, 8);
    const { plan, shards } = await mergeParts(merged, [folder]);
    writeManifest(merged, manifestOf(plan, shards));
    expect(contents(merged)).toEqual(whole);
    const empty = mkdtempSync(join(root, "empty-"));
    await expect(mergeParts(merged, [empty])).rejects.toThrow(
      `wanted folders written by heterostem generate --shard, or a folder that holds them, got none of their manifest.json (${empty})`,
    );
  });

  test("refuses parts that are missing, double, of another corpus, or broken", async () => {
    const [one, two] = [await makePart(1, 2), await makePart(2, 2)];
    const merged = join(folder, "merged");
    mkdirSync(merged);
    await expect(mergeParts(merged, [two])).rejects.toThrow(
      "wanted each of the parts 1 to 2 once, got none for 1",
    );
    await expect(mergeParts(merged, [one, two, one])).rejects.toThrow("got 1 twice");
    const foreign = await makePart(1, 3);
    await expect(mergeParts(merged, [one, foreign])).rejects.toThrow(/all parts must have part\.of 2 as/);
    const longer = join(folder, "longer");
    mkdirSync(longer);
    await makeCorpus(longer, smallPlan({ sampleCount: 11, part: { index: 2, of: 2 } }));
    await expect(mergeParts(merged, [one, longer])).rejects.toThrow(
      /all parts must have sampleCount 10 as .*, got 11/,
    );
    writeFileSync(join(two, SECOND), "garbage");
    await expect(mergeParts(merged, [one, two])).rejects.toThrow(
      /shard must be as its manifest says, got checksum .*train-00001.*corpus verify .* --repair/,
    );
  });
});

test("a shard's bytes do not depend on which other shards are made, nor in what order", async () => {
  const plan = smallPlan({ part: { index: 2, of: 3 } });
  beginCorpus(folder, plan);
  await writeShards(SMALL_RECIPE, plan, { folder, workers: 1 });
  expect(readFileSync(join(folder, SECOND), "latin1")).toBe(whole[`/${SECOND}`]);
});
