import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { openCorpus, shuffledSamples } from "../../src/corpus/index.ts";
import {
  inversionRecipeSchema,
  loadCorpusTraining,
  planCorpusUse,
  planInversion,
} from "../../src/inverse/index.ts";
import { fitEncoding } from "../../src/inverse/data/fit-encoding.ts";
import { loadCorpus } from "../../src/inverse/data/load-corpus.ts";
import { inversionSource } from "../../src/inverse/data/training-source.ts";
import { makeCorpus, smallPlan } from "../corpus/small-corpus.ts";

const startStage = () => ({ update: () => {}, finish: () => 0 });

test("planCorpusUse() keeps in memory what fits one pool, and reads the rest, with 2,000 validation images at most", () => {
  const { network } = planInversion(
    inversionRecipeSchema.parse({ microscope: { widthPx: 160, heightPx: 160 } }),
  );
  const use = (count: number) => planCorpusUse({ count }, { network });
  // 2^28 bytes of 2 a pixel: 5,242 images of 160 px
  expect(use(5824)).toEqual({ trainCount: 5242, poolSize: null });
  expect(use(5826)).toEqual({ trainCount: 5243, poolSize: 5242 });
  expect(use(1_000_000)).toEqual({ trainCount: 998_000, poolSize: 5242 });
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
    expect(use).toEqual({ trainCount: 9, poolSize: 4 });
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
