import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { definedPart, openRandomStream } from "../../src/core/index.ts";
import { openCorpus, shuffledSamples } from "../../src/corpus/index.ts";
import {
  corpusJob,
  growCorpus,
  inversionRecipeSchema,
  loadCorpusTraining,
  planCorpusUse,
  planInversion,
} from "../../src/inverse/index.ts";
import { fitEncoding } from "../../src/inverse/data/fit-encoding.ts";
import { loadCorpus } from "../../src/inverse/data/load-corpus.ts";
import { inversionSource } from "../../src/inverse/data/training-source.ts";
import { growStudySamples, loadStudySamples } from "../../src/inverse/data/study-samples.ts";
import { makeCorpus, smallPlan } from "../corpus/small-corpus.ts";

const startStage = () => ({ update: () => {}, finish: () => 0 });

test("planCorpusUse() keeps in memory what fits one pool, and reads the rest, with 2,000 validation images at most", () => {
  const { network } = planInversion(
    inversionRecipeSchema.parse({ microscope: { widthPx: 160, heightPx: 160 } }),
  );
  const use = (count: number) => planCorpusUse({ count }, { network });
  // 2^28 bytes of 2 a pixel: 5,242 images of 160 px
  expect(use(5824)).toEqual({ trainCount: 5242, validationCount: 582, poolSize: null });
  expect(use(5826)).toEqual({ trainCount: 5243, validationCount: 583, poolSize: 5242 });
  expect(use(1_000_000)).toEqual({ trainCount: 998_000, validationCount: 2000, poolSize: 5242 });
});

test("a corpus larger than a pool gives the samples that it would give in memory, in another order", async () => {
  const folder = mkdtempSync(join(tmpdir(), "corpus-training-"));
  try {
    const training = { head: "gaussian", countMaps: true, inputs: ["electronsPerPixel"] } as const;
    const { recipe } = smallPlan();
    const plan = planInversion(inversionRecipeSchema.parse({ ...(recipe as object), training }));
    await makeCorpus(folder);
    const corpus = openCorpus(folder);
    const bytesOfImage = 2 * 32 ** 2;
    const use = planCorpusUse(corpus, plan, 4 * bytesOfImage);
    expect(use).toEqual({ trainCount: 9, validationCount: 1, poolSize: 4 });
    const sets = await loadCorpusTraining(corpus, plan, { startStage, use });
    expect(sets.validation.labels.map(({ sampleIndex }) => sampleIndex)).toEqual([9]);

    const { hasCountMaps: hasAggregates, intensities: scale, lengths } = plan.network;
    const whole = await loadCorpus(corpus, plan, { hasAggregates, scale, lengths, startStage });
    const encoding = fitEncoding(plan, sets.training);
    const inMemory = inversionSource(whole, encoding);
    const { units, cellPx } = encoding.countMaps ?? { units: [], cellPx: NaN };
    const cells = units.length * (32 / cellPx) ** 2;
    const sizeOf = { x: 32 ** 2 + 2, target: encoding.targets.length + cells };
    const arrays = () => ({ x: new Float32Array(sizeOf.x), target: new Float32Array(sizeOf.target) });

    const order = shuffledSamples(openRandomStream(plan.seed, "corpus order"), corpus, {
      materials: plan.materials,
      count: 9,
      poolSize: 4,
      start: 0,
    });
    let taken = 0;
    for await (const sample of sets.streamed?.open(encoding).samplesFrom(0) ?? []) {
      const { value } = await order.next();
      const [got, wanted] = [arrays(), arrays()];
      sample.fillInto(openRandomStream(1, taken), got.x, got.target);
      const place = value?.labels.sampleIndex ?? NaN;
      inMemory.fillInto(openRandomStream(1, taken), place, wanted.x, wanted.target);
      expect(got).toEqual(wanted);
      if (++taken === 12) break;
    }
    await order.return();
    expect(taken).toBe(12);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a study finds in its corpus the samples that it would draw into memory, each within a grey step of 16 bits", async () => {
  const folder = mkdtempSync(join(tmpdir(), "study-samples-"));
  try {
    const recipe = smallPlan().recipe as object;
    const corpus = { trainCount: 6, validationCount: 2, testCount: 2 };
    const plan = planInversion(inversionRecipeSchema.parse({ ...recipe, corpus }));
    const job = corpusJob(plan, { sampleCount: 10, heterostemVersion: "test" });
    const drawn = await growStudySamples(plan, { workers: 1, startStage });
    const { heldOut, ...seen } = await drawn.readHeldOut();
    const kept = await growCorpus(job, { folder, workers: 1, startStage });
    for (const [poolBytes, inMemory] of [
      [undefined, 6],
      [4 * 2 * 32 ** 2, 6],
    ] as const) {
      const found = await loadStudySamples(kept, plan, { startStage, ...definedPart({ poolBytes }) });
      expect(found.streamed?.imageCount).toBe(poolBytes === undefined ? undefined : 6);
      expect([found.training.count, found.reference.count, found.sampleCount]).toEqual([inMemory, 6, 10]);
      expect(found.reference.labels).toEqual(drawn.training.labels);
      expect(found.validation.labels).toEqual(drawn.validation.labels);
      const { heldOut: again, ...seenAgain } = await found.readHeldOut();
      expect(again.labels).toEqual(heldOut.labels);
      expect([seenAgain.wholes, seenAgain.fields]).toEqual([seen.wholes, seen.fields]);
      expect(seenAgain.gallery.map(({ aggregate }) => aggregate)).toEqual(
        seen.gallery.map(({ aggregate }) => aggregate),
      );
      // half a step of 1 / 65535 of the beam, and its rounding to single precision
      const apart = again.intensities.map((value, i) => Math.abs(value - heldOut.intensities[i]));
      expect(Math.max(...apart)).toBeLessThan(0.51 / 65535);
      expect(Math.max(...again.intensities)).toBeGreaterThan(0.01);
    }
    const other = corpusJob(plan, { sampleCount: 9, heterostemVersion: "test" });
    await expect(growCorpus(other, { folder, workers: 1, startStage })).rejects.toThrow(
      "Cannot resume corpus: sampleCount must be 10 as when it was begun, got 9",
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
