import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parquetMetadata } from "hyparquet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CORPUS_COLUMNS,
  openCorpus,
  readLabels,
  readSamples,
  storedAggregates,
} from "../../src/corpus/index.ts";
import { type ColumnType, encodeParquet } from "../../src/corpus/parquet-file.ts";
import { materialsOfPrior } from "../../src/stochastic/index.ts";
import { makeCorpus, SMALL_RECIPE } from "./small-corpus.ts";

/** A thread starts from compiled files alone. */
const PROGRAM = resolve(import.meta.dirname, "../../dist/src/cli/main.js");

const folder = mkdtempSync(join(tmpdir(), "heterostem-damaged-"));
const shard = join(folder, "data/train-00000-of-00003.parquet");
let whole: Buffer;
beforeAll(async () => {
  await makeCorpus(folder);
  whole = readFileSync(shard);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function takeAll(rows: AsyncIterable<unknown> | Promise<unknown>): Promise<void> {
  if (Symbol.asyncIterator in rows) for await (const row of rows) void row;
  else await rows;
}

describe("a shard that is not what a corpus holds", () => {
  test("is refused in its time where the Parquet library would go on without end", () => {
    const bytes = Buffer.from(whole);
    const { row_groups } = parquetMetadata(Uint8Array.from(bytes).buffer);
    const column = row_groups[0].columns.find(
      ({ meta_data }) => meta_data?.path_in_schema[0] === "sampleIndex",
    );
    // behind the page's header, the levels of four rows: eight bits, of which four say that no value is null
    const levels = bytes.indexOf(Buffer.from([3, 0b1111]), Number(column?.meta_data?.data_page_offset));
    // in their place, one level 2^30 - 1 times
    bytes.set([0xfe, 0xff, 0xff, 0xff, 0x07], levels);
    writeFileSync(shard, bytes);
    const words = [PROGRAM, "corpus", "export", folder, "--to", "xyz", "--out", join(folder, "out")];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
    expect(stderr).toMatch(/Cannot read corpus: shard must hold samples 0 to 3, got no end in \d+ ms \(/);
    expect(status).toBe(1);
  });

  test("is refused where it lacks a column", async () => {
    writeShard({ rejectedDraws: undefined });
    await expect(takeAll(readLabels(openCorpus(folder)))).rejects.toThrow(
      "Cannot read corpus: shard must hold samples 0 to 3, got no number in column rejectedDraws (",
    );
  });

  test("is refused for a text where a number must be", async () => {
    writeShard({ rejectedDraws: ["string", "1"] });
    await expect(takeAll(readLabels(openCorpus(folder)))).rejects.toThrow(
      "got no number in column rejectedDraws (",
    );
  });

  test("is refused for a picture without bytes", async () => {
    writeShard({ image: ["string", "a.png"] });
    await expect(takeAll(readSamples(openCorpus(folder)))).rejects.toThrow(
      "got no picture in column image (",
    );
  });

  test("is refused for more coordinates than radii", async () => {
    writeShard({ sphereXNm: ["float64List", [1, 2]] });
    const spheres = storedAggregates(openCorpus(folder), materialsOfPrior(SMALL_RECIPE.prior));
    await expect(takeAll(spheres)).rejects.toThrow("got 2, 1 values a sample in columns of spheres (");
  });
});

/** A shard of four like rows, some columns of another type, or left out. */
function writeShard(changes: Readonly<Record<string, readonly [ColumnType, unknown] | undefined>>): void {
  const columns = CORPUS_COLUMNS.filter(({ name }) => !(name in changes) || changes[name] !== undefined);
  const table = {
    columns: columns.map((column) => {
      const [type, value] = changes[column.name] ?? [column.type, VALUES[column.type]];
      return { name: column.name, type, values: Array.from({ length: 4 }, () => value) };
    }),
    rowsPerGroup: 4,
    metadata: {},
  };
  writeFileSync(shard, encodeParquet(table));
}

const VALUES: Readonly<Record<ColumnType, unknown>> = {
  int32: 1,
  int64: 1n,
  float64: 1,
  string: "a",
  image: { bytes: Uint8Array.of(1), path: "a.png" },
  float64List: [1],
  int32List: [1],
};
