import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openCorpus } from "../../src/corpus/index.ts";
import { decodeForest } from "../../src/forest/index.ts";
import { openHrtemModel } from "../../src/hrtem/hrtem-model.ts";
import { readManifest } from "../../src/segment/data/load-set.ts";
import { decodeCheckpoint } from "../../src/train/checkpoint.ts";
import { readModelFacts } from "../../src/ucs/index.ts";
import { HOSTILE_NAMES } from "./hostile-names.ts";

const scratch = mkdtempSync(join(tmpdir(), "heterostem-hostile-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const shard = (file: string) => ({
  file,
  start: 0,
  end: 1,
  bytes: 1,
  sha256: "0".repeat(64),
  rejectedDraws: 0,
});

function corpusWith(file: string): string {
  const folder = mkdtempSync(join(scratch, "corpus-"));
  const manifest = {
    format: "heterostem-corpus/2",
    heterostemVersion: "0.1.0",
    physics: "0",
    seed: 1,
    sampleCount: 1,
    samplesPerShard: 1,
    samplesPerRowGroup: 1,
    part: { index: 1, of: 1 },
    recipe: {},
    rejectedDraws: 0,
    shards: [shard(file)],
  };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  return folder;
}

function setWith(name: string): string {
  const folder = mkdtempSync(join(scratch, "set-"));
  const entry = { name, group: "a", split: "test", fold: null, width: 1, height: 1, pixelSizeNm: null };
  const entries = [{ ...entry, classShares: [1], sourceSha256: "" }];
  const sets = [{ images: "images", labels: "labels" }];
  const data = { sets, classNames: ["a", "b"] };
  const manifest = {
    format: "heterostem-segmentation-1",
    config: { name: "x", data },
    entries,
    warnings: [],
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "dataset.json"), JSON.stringify(manifest));
  return folder;
}

describe("a name in a file of somebody else leads nowhere outside its folder", () => {
  test.each([...HOSTILE_NAMES, "data/../../x.parquet", "data/train-00000-of-00001.parquet/../../../x"])(
    "as the file of a shard: %j",
    (name) => {
      expect(() => openCorpus(corpusWith(name))).toThrow(
        /^Cannot open corpus: shards\.0\.file must be data\/train-NNNNN-of-NNNNN\.parquet, got ".*manifest\.json\)$/s,
      );
    },
  );

  test("the file of a shard as this program names it is taken", () => {
    expect(openCorpus(corpusWith("data/train-00000-of-00001.parquet")).count).toBe(1);
  });

  test.each(HOSTILE_NAMES)("as the name of an image of a prepared set: %j", (name) => {
    expect(() => readManifest(setWith(name))).toThrow(
      /entries\.0\.name must be the name of a file inside the set/,
    );
  });
});

describe("a damaged or forged file is refused with its key, never used", () => {
  test("a forest whose trees go in circles", () => {
    const header = {
      version: 2,
      forest: { kind: "regression", featureNames: ["x"], classNames: [], outputCount: 1 },
      settings: {
        treeCount: 1,
        maxFeatures: "all",
        minLeaf: 1,
        maxDepth: null,
        bootstrap: true,
        exactNodeSize: 16,
        seed: 1,
      },
      outOfBag: { score: null, coveredRowCount: 0 },
      treeCount: 1,
      arrays: [
        ["Float64Array", 1],
        ["Float64Array", 0],
        ["Int32Array", 1],
        ["Float32Array", 1],
        ["Int32Array", 1],
        ["Float64Array", 1],
      ],
    };
    const text = new TextEncoder().encode(JSON.stringify(header));
    const start = Math.ceil((12 + text.length) / 8) * 8;
    // importance, feature 0, threshold 0, right child 0: the root asks itself for ever
    const bytes = new Uint8Array(start + 5 * 8);
    bytes.set(new TextEncoder().encode("HSFOREST"));
    new DataView(bytes.buffer).setUint32(8, text.length, true);
    bytes.set(text, 12);
    expect(() => decodeForest(bytes)).toThrow(
      "Cannot read forest: wanted trees whose nodes follow each other",
    );
  });

  test("a checkpoint with a header of other things", () => {
    const bytes = new TextEncoder().encode('heterostem-checkpoint-1\n{"step": "7"}\n');
    expect(() => decodeCheckpoint(bytes, "x.checkpoint")).toThrow(
      /^Cannot read checkpoint: fingerprint must be a text, got nothing \(x\.checkpoint\)$/,
    );
  });

  test("model.json and hrtem.json of other things", async () => {
    expect(() => readModelFacts('{"version": 2}', "m/model.json")).toThrow(
      "Cannot read model: version must be 1, got 2 (m/model.json)",
    );
    const files = {
      "regions.onnx": new Uint8Array(),
      "classes.forest": new Uint8Array(),
      "hrtem.json": new Uint8Array(),
    };
    await expect(openHrtemModel(files, { threads: 1, where: "m" })).rejects.toThrow(
      "Cannot open HRTEM model: wanted valid JSON, got nothing (m/hrtem.json)",
    );
  });
});
