import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  appendSample,
  createCorpusFolder,
  drawSample,
  drawSamples,
  openCorpus,
  writeManifest,
  type SampleRecipe,
} from "../../src/corpus/index.ts";
import { microscopeSchema, prepareMicroscope } from "../../src/stem-sim/index.ts";
import {
  aggregatePriorSchema,
  describeAggregate,
  materialsOfPrior,
  readXyz,
} from "../../src/stochastic/index.ts";

const prior = aggregatePriorSchema.parse({ particleCount: { uniform: [10, 30] } });
const microscope = microscopeSchema.parse({ widthPx: 48, heightPx: 48, pixelSizeNm: 3 });
const recipe: SampleRecipe = {
  seed: 3,
  prior,
  prepared: prepareMicroscope(microscope, materialsOfPrior(prior)),
};

describe("drawSamples()", () => {
  test("gives samples in order, each as drawSample() gives it alone", async () => {
    const indices: number[] = [];
    for await (const sample of drawSamples(recipe, { start: 5, count: 3, workers: 1 })) {
      indices.push(sample.labels.sampleIndex);
      expect(sample).toEqual(drawSample(recipe, sample.labels.sampleIndex));
    }
    expect(indices).toEqual([5, 6, 7]);
  });
});

describe("a corpus folder", () => {
  let folder = "";
  const samples = [0, 1, 2].map((index) => drawSample(recipe, index));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "heterostem-"));
    createCorpusFolder(folder);
    for (const sample of samples) appendSample(folder, sample);
    const facts = { heterostemVersion: "0", sampleCount: 3, seed: 3, rejectedDraws: 0, recipe: {} };
    writeManifest(folder, facts);
  });

  test("gives back absolute intensities to half a grey step, and the pixel size", async () => {
    const corpus = openCorpus(folder);
    for (const [i, line] of corpus.labels.entries()) {
      const image = await corpus.readImage(line);
      expect(image).toMatchObject({
        width: 48,
        pixelSizeNm: 3,
        intensityUnit: "fraction of the incident beam",
      });
      const worst = Math.max(...image.data.map((value, p) => Math.abs(value - samples[i].image.data[p])));
      expect(worst).toBeLessThan(0.51 / 65535);
    }
  });

  test("holds the aggregates whose descriptors stand in the labels", () => {
    for (const { aggregate, descriptors } of openCorpus(folder).labels) {
      const text = readFileSync(join(folder, aggregate), "utf8");
      const found = describeAggregate(readXyz(text, { where: aggregate }));
      expect(found.heteroCoordinationAll).toBe(descriptors.heteroCoordinationAll);
      expect(found.radiusOfGyrationNm).toBeCloseTo(descriptors.radiusOfGyrationNm, 6);
    }
  });

  test("names what is missing or broken", () => {
    appendFileSync(join(folder, "labels.jsonl"), "{}\n");
    expect(() => openCorpus(folder)).toThrow("labels.jsonl must have 3 lines, got 4");
    writeFileSync(join(folder, "labels.jsonl"), "{");
    expect(() => openCorpus(folder)).toThrow(/labels\.jsonl must be valid JSON, got .*labels\.jsonl/);
    writeFileSync(join(folder, "manifest.json"), '{"format":"other/1"}');
    expect(() => openCorpus(folder)).toThrow("format must be heterostem-corpus/1, got other/1");
    rmSync(join(folder, "manifest.json"));
    expect(() => openCorpus(folder)).toThrow(
      "wanted a folder written by heterostem generate, got none of its manifest",
    );
  });
});
