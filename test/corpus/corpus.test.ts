import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CORPUS_COLUMNS,
  decodePicture,
  drawSample,
  drawSamples,
  openCorpus,
  placeOfSample,
  readLabels,
  readSamples,
  storedAggregates,
} from "../../src/corpus/index.ts";
import { encodeRow } from "../../src/corpus/corpus-row.ts";
import { describeAggregate } from "../../src/stochastic/index.ts";
import { makeCorpus, SMALL_RECIPE, smallPlan } from "./small-corpus.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-corpus-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const samples = Array.from({ length: 10 }, (_, index) => drawSample(SMALL_RECIPE, index));

describe("drawSamples()", () => {
  test("gives samples in order, each as drawSample() gives it alone", async () => {
    const indices: number[] = [];
    for await (const sample of drawSamples(SMALL_RECIPE, { start: 5, count: 3, workers: 1 })) {
      indices.push(sample.labels.sampleIndex);
      expect(sample).toEqual(samples[sample.labels.sampleIndex]);
    }
    expect(indices).toEqual([5, 6, 7]);
  });

  test("without a count goes on for as long as somebody takes samples", async () => {
    const taken: number[] = [];
    for await (const { labels } of drawSamples(SMALL_RECIPE, { workers: 1 })) {
      taken.push(labels.sampleIndex);
      if (taken.length === 20) break;
    }
    expect(taken).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });
});

describe("encodeRow()", () => {
  test("keeps 0 to 1 of the beam as the scale of every image that lies within", () => {
    const row = encodeRow(samples[0]);
    expect([row.intensityOffset, row.intensityScale]).toEqual([0, 1 / 65535]);
  });

  test("widens the scale of an image with values outside, and clips none", async () => {
    const data = samples[0].image.data.slice();
    [data[5], data[9]] = [-0.25, 1.5];
    const row = encodeRow({ ...samples[0], image: { ...samples[0].image, data } });
    expect(row.intensityOffset).toBe(-0.25);
    expect(row.intensityScale).toBeCloseTo(1.75 / 65535, 12);
    const back = await decodePicture({ bytes: row.png, path: "a.png" });
    expect(back.data[5]).toBeCloseTo(-0.25, 6);
    expect(back.data[9]).toBeCloseTo(1.5, 6);
  });
});

describe("a corpus folder", () => {
  beforeAll(async () => void (await makeCorpus(folder)));

  test("gives back absolute intensities to half a grey step, and the pixel size", async () => {
    let count = 0;
    for await (const { labels, picture } of readSamples(openCorpus(folder))) {
      const image = await decodePicture(picture);
      expect(image).toMatchObject({
        width: 32,
        pixelSizeNm: 4,
        intensityUnit: "fraction of the incident beam",
      });
      const truth = samples[labels.sampleIndex].image.data;
      const worst = Math.max(...image.data.map((value, p) => Math.abs(value - truth[p])));
      expect(worst).toBeLessThan(0.51 / 65535);
      count++;
    }
    expect(count).toBe(10);
  });

  test("gives back every label to the last bit, without the images", async () => {
    expect(await readLabels(openCorpus(folder))).toEqual(samples.map(({ labels }) => labels));
  });

  test("holds the very spheres whose descriptors stand in the labels", async () => {
    const { materials } = samples[0].aggregate;
    for await (const { sampleIndex, aggregate } of storedAggregates(openCorpus(folder), materials)) {
      expect(aggregate).toEqual(samples[sampleIndex].aggregate);
      expect(describeAggregate(aggregate)).toEqual(samples[sampleIndex].labels.descriptors);
    }
  });

  test("knows its samples by number, and those of a part", async () => {
    expect(placeOfSample(openCorpus(folder), 9)).toBe(9);
    expect(() => placeOfSample(openCorpus(folder), 10)).toThrow(
      `Cannot read corpus: sample must be one of 0 to 9, got 10 (${folder})`,
    );
    const own = mkdtempSync(join(tmpdir(), "heterostem-part-"));
    await makeCorpus(own, smallPlan({ part: { index: 1, of: 2 } }));
    // shards of four samples in turn: the first and the third are of this part
    expect(placeOfSample(openCorpus(own), 9)).toBe(5);
    expect(() => placeOfSample(openCorpus(own), 5)).toThrow("one of 0 to 3, 8 to 9, got 5");
    rmSync(own, { recursive: true });
  });

  test("gives a part of itself across shards", async () => {
    const indices: number[] = [];
    for await (const { labels } of readSamples(openCorpus(folder), { start: 3, count: 6 })) {
      indices.push(labels.sampleIndex);
    }
    expect(indices).toEqual([3, 4, 5, 6, 7, 8]);
  });

  test("reads one row group without touching the others: their bytes may be gone", async () => {
    const own = mkdtempSync(join(tmpdir(), "heterostem-group-"));
    const { shards } = await makeCorpus(own, {
      ...smallPlan({ samplesPerShard: 10 }),
      samplesPerRowGroup: 4,
    });
    const path = join(own, shards[0].file);
    const bytes = readFileSync(path);
    const ends = [...bytes.toString("latin1").matchAll(/IEND/g)].map(({ index }) => index);
    expect(ends).toHaveLength(10);
    // the pictures of the second row group
    bytes.fill(0, ends[4] - 600, ends[7]);
    writeFileSync(path, bytes);
    const take = async (start: number) => {
      for await (const { picture } of readSamples(openCorpus(own), { start, count: 1 })) {
        return (await decodePicture(picture)).width;
      }
      return null;
    };
    expect(await take(3)).toBe(32);
    expect(await take(9)).toBe(32);
    await expect(take(6)).rejects.toThrow(/Cannot read/);
    rmSync(own, { recursive: true });
  });

  test("names what is missing or broken", async () => {
    const own = mkdtempSync(join(tmpdir(), "heterostem-broken-"));
    const { shards } = await makeCorpus(own);
    const drain = async () => {
      let count = 0;
      for await (const { picture } of readSamples(openCorpus(own))) count += picture.bytes.length;
      return count;
    };
    writeFileSync(join(own, shards[1].file), readFileSync(join(own, shards[1].file)).subarray(0, 500));
    await expect(drain()).rejects.toThrow(
      /shard must hold samples 4 to 7, got .*train-00001-of-00003\.parquet.*verify .* --repair/,
    );
    rmSync(join(own, shards[1].file));
    await expect(drain()).rejects.toThrow(/samples 4 to 7, got no file/);
    writeFileSync(join(own, "manifest.json"), "{");
    expect(() => openCorpus(own)).toThrow(/^Cannot open corpus: wanted valid JSON, got .*manifest\.json/);
    writeFileSync(join(own, "manifest.json"), '{"format":"other/1"}');
    expect(() => openCorpus(own)).toThrow('format must be heterostem-corpus/2, got "other/1"');
    rmSync(join(own, "manifest.json"));
    expect(() => openCorpus(own)).toThrow(
      "wanted a folder written by heterostem generate, got none of its manifest",
    );
    rmSync(own, { recursive: true });
  });
});

describe("in another program's eyes", () => {
  const files = `'${join(folder, "data", "*.parquet")}'`;
  const ask = async (sql: string) => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    return (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
  };

  test("DuckDB finds the same numbers in typed columns", async () => {
    const mean = samples.reduce((sum, { labels }) => sum + labels.parameters.numberFraction, 0) / 10;
    const [row] = await ask(
      `SELECT count(*)::INT AS n, avg(parameter_numberFraction) AS mean, sum(len(sphereXNm))::INT AS spheres, ` +
        `sum(parameter_particleCount)::INT AS particles, min(seed)::INT AS seed FROM ${files}`,
    );
    expect(row["n"]).toBe(10);
    expect(row["mean"]).toBeCloseTo(mean, 12);
    expect(row["spheres"]).toBe(row["particles"]);
    expect(row["seed"]).toBe(3);
    const types = await ask(`DESCRIBE SELECT image, sphereMaterial, seed, intensityUnit FROM ${files}`);
    expect(types.map((line) => line["column_type"])).toEqual([
      "STRUCT(bytes BLOB, path VARCHAR)",
      "INTEGER[]",
      "BIGINT",
      "VARCHAR",
    ]);
  });

  test("DuckDB finds a PNG in image.bytes, under the sample's name", async () => {
    const [row] = await ask(
      `SELECT image.path AS path, hex(image.bytes[1:8]) AS head FROM ${files} WHERE sampleIndex = 7`,
    );
    expect(row["path"]).toBe("000007.png");
    // the PNG signature [png2003] 5.2
    expect(row["head"]).toBe("89504E470D0A1A0A");
  });

  test("the footer says units for people and features for Hugging Face datasets, of every column", async () => {
    const rows = await ask(
      `SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata(${files}) LIMIT 2`,
    );
    const metadata = Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(String(value))]));
    expect(metadata["heterostem"].columns.parameter_radiusFirstNm.unit).toBe("nm");
    expect(metadata["heterostem"].physics).toBe(SMALL_RECIPE.prepared.fingerprint);
    const { features } = metadata["huggingface"].info;
    expect(features.image).toEqual({ _type: "Image" });
    expect(features.sphereXNm.feature).toEqual({ dtype: "float64", _type: "Value" });
    // datasets takes a feature over only where the column may be null, as in all files that pyarrow writes
    const schema = await ask(
      `SELECT name, repetition_type FROM parquet_schema(${files}) WHERE type IS NOT NULL`,
    );
    expect(schema.filter((line) => line["repetition_type"] === "REQUIRED")).toEqual([]);
    expect(Object.keys(features)).toEqual(CORPUS_COLUMNS.map(({ name }) => name));
  });
});
