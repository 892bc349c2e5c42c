import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readConfig } from "../src/cli/config/read-config.ts";
import { readSphereFile } from "../src/cli/open-aggregates.ts";
import { openRandomStream } from "../src/core/index.ts";
import {
  decodePicture,
  openCorpus,
  readManifest,
  readSamples,
  storedAggregates,
} from "../src/corpus/index.ts";
import { decodeForest, encodeForest, trainForest } from "../src/forest/index.ts";
import { hrtemStudySchema } from "../src/hrtem/index.ts";
import { inversionRecipeSchema } from "../src/inverse/index.ts";
import { encodePng16 } from "../src/micrograph/index.ts";
import { loadSet, segmentSchema } from "../src/segment/index.ts";
import { materialsOfPrior } from "../src/stochastic/index.ts";
import { buildRegressor, exportModel, initialWeights, loadModel } from "../src/train/index.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../src/train/checkpoint.ts";
import { decodeDescriptors, encodeDescriptors } from "../src/ucs/kept-descriptors.ts";
import { ucsStudySchema } from "../src/ucs/index.ts";
import { indexedPng, VOC_PALETTE } from "../test/helpers/indexed-png.ts";
import { makeCorpus, SMALL_RECIPE } from "../test/corpus/small-corpus.ts";
import { RAMP } from "./image-formats.ts";
import { PACKAGE, bytesOf, context, throughProgram, type FuzzFormat, type FuzzSeed } from "./format.ts";

/** A recipe of any kind, read as its commands read it. */
function recipes(schema: Parameters<typeof readConfig>[1], files: readonly string[]): FuzzFormat {
  return {
    isText: true,
    seeds: () =>
      files.map((name) => ({
        name: name.replaceAll("/", "-"),
        bytes: readFileSync(join(PACKAGE, "configs", name)),
      })),
    read(file, folder) {
      const path = join(folder, file.name);
      writeFileSync(path, file.bytes);
      return readConfig(path, schema, context);
    },
  };
}

const corpusFolder = (folder: string) => folder;

async function corpusSeeds(folder: string, pattern: RegExp): Promise<FuzzSeed[]> {
  await makeCorpus(corpusFolder(folder));
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    pattern.test(name),
  );
  return names.map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

async function readWholeCorpus(file: FuzzSeed, folder: string, all: readonly FuzzSeed[]): Promise<void> {
  for (const seed of all) writeFileSync(join(folder, seed.name), seed.bytes);
  writeFileSync(join(folder, file.name), file.bytes);
  readManifest(folder);
  const corpus = openCorpus(folder);
  for await (const { picture } of readSamples(corpus)) await decodePicture(picture);
  for await (const { aggregate } of storedAggregates(corpus, materialsOfPrior(SMALL_RECIPE.prior)))
    void aggregate;
}

function corpora(pattern: RegExp, isText: boolean): FuzzFormat {
  let all: FuzzSeed[] = [];
  return {
    isText,
    async seeds(folder) {
      all = await corpusSeeds(folder, pattern);
      return all;
    },
    read: (file, folder) => readWholeCorpus(file, folder, all),
  };
}

const network = buildRegressor({ inputSize: 16, outputs: 2, widths: [4], denseWidth: 4 });
const weights = () => initialWeights(openRandomStream(1, "fuzz"), network);

/** Spheres, recipes, models, and what the program itself stores. */
export const STORE_FORMATS: Readonly<Record<string, FuzzFormat>> = {
  spheres: {
    isText: true,
    seeds: () => [
      { name: "a.xyz", bytes: bytesOf("3\nunits=nm\nTiO2-anatase 0 0 0 5\nWO3 0 0 10 5\nWO3 1e1 0 1 4.5\n") },
      {
        name: "a.csv",
        bytes: bytesOf("x [um],y [um],z [um],d [um],material\n1,2,3,0.01,WO3\n1,2,3.01,0.01,TiO2-anatase\n"),
      },
      { name: "a.dat", bytes: bytesOf("# x y z r\n0 0 0 1\n0 0 2 1\n0 2 0 1\n") },
    ],
    read(file, folder) {
      const path = join(folder, file.name);
      writeFileSync(path, file.bytes);
      const choice = {
        materials: ["TiO2-anatase", "WO3"],
        materialsFile: undefined,
        unit: undefined,
        maxMemory: undefined,
        frame: undefined,
      };
      return readSphereFile(path, choice, context);
    },
  },
  recipes: recipes(inversionRecipeSchema, ["tio2-wo3.yaml", "demo.yaml"]),
  "segment-recipes": recipes(segmentSchema, ["segment/spheroidite.yaml"]),
  "hrtem-recipes": recipes(hrtemStudySchema, ["hrtem-au.yaml"]),
  "ucs-recipes": recipes(ucsStudySchema, ["ucs-synthetic.yaml"]),
  models: {
    isText: false,
    seeds: () => [
      {
        name: "model.onnx",
        bytes: exportModel(network, weights(), { kind: "fuzz", inputShape: [1, 1, 16, 16] }),
      },
    ],
    async read({ name, bytes }) {
      const model = await loadModel(bytes, { kind: "fuzz", where: name, threads: 1 });
      await model.dispose();
    },
  },
  forests: {
    isText: false,
    async seeds() {
      const data = Float32Array.from({ length: 40 }, (_, i) => (i * 7) % 13);
      const table = { names: ["a", "b"], rowCount: 20, values: data };
      const forest = await trainForest(
        table,
        { kind: "regression", values: Array.from({ length: 20 }, (_, i) => i) },
        { treeCount: 3, seed: 1, workers: 1 },
      );
      return [{ name: "a.forest", bytes: encodeForest(forest) }];
    },
    read: ({ bytes }) => decodeForest(bytes),
  },
  checkpoints: {
    isText: false,
    seeds: () => [
      {
        name: "last.checkpoint",
        bytes: encodeCheckpoint({
          fingerprint: "a",
          step: 3,
          state: { weights: weights(), vectors: { adam: weights() } },
          bestWeights: weights(),
          bestStep: 2,
          bestValidationLoss: 0.5,
          firstLoss: 1,
          lossSum: 1,
          lossCount: 1,
          learningCurve: [{ step: 2, trainingLoss: 1, validationLoss: 0.5 }],
        }),
      },
    ],
    read: ({ name, bytes }) => decodeCheckpoint(bytes, name),
  },
  descriptors: {
    isText: false,
    seeds: () => {
      const table = { names: ["a", "b"], rowCount: 3, values: Float32Array.of(1, 2, 3, 4, 5, 6) };
      return [{ name: "last.checkpoint", bytes: encodeDescriptors([table, table], "drawn") }];
    },
    read: ({ name, bytes }) => decodeDescriptors(bytes, "drawn", name),
  },
  parquet: corpora(/\.parquet$/, false),
  manifests: corpora(/manifest\.json$|corpus\.json$/, true),
  sets: {
    isText: true,
    async seeds(folder) {
      const study = join(folder, "study.yaml");
      const from = resolve(folder, "drawn");
      const { mkdirSync } = await import("node:fs");
      for (const part of ["images", "labels"]) mkdirSync(join(from, part), { recursive: true });
      for (let i = 0; i < 6; i++) {
        const indices = new Uint8Array(32 * 32).map((_, at) => (at % 32 > 8 + i && at % 32 < 20 ? 1 : 0));
        const pixels = {
          ...RAMP,
          width: 32,
          height: 32,
          data: Float32Array.from(indices, (one, at) => 0.5 * one + ((at * 31 + i) % 17) / 40),
        };
        writeFileSync(join(from, "images", `s${i % 3}_${i}.png`), encodePng16(pixels));
        writeFileSync(
          join(from, "labels", `s${i % 3}_${i}.png`),
          indexedPng({ width: 32, height: 32, indices, palette: VOC_PALETTE }),
        );
      }
      writeFileSync(
        study,
        "name: drawn\ndata:\n  sets: [{ images: images, labels: labels }]\n  groups: { pattern: '^s[0-9]' }\n  split: { by: folds, count: 2 }\n",
      );
      await throughProgram(
        "segment",
        "prepare",
        study,
        "--data",
        from,
        "--out",
        join(folder, "set"),
        "--force",
      );
      return [{ name: "set/dataset.json", bytes: readFileSync(join(folder, "set/dataset.json")) }];
    },
    read(file, folder) {
      writeFileSync(join(folder, file.name), file.bytes);
      return loadSet(join(folder, "set"));
    },
  },
};
