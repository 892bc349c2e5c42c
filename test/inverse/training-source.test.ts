import { expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { drawSamples } from "../../src/corpus/index.ts";
import { inversionRecipeSchema, planInversion } from "../../src/inverse/index.ts";
import { parameterTargets } from "../../src/inverse/data/plan-targets.ts";
import {
  encodeTargets,
  gatherDataSet,
  intensitiesOf,
  inputStandardisation,
} from "../../src/inverse/data/data-set.ts";
import { encodeDataConditioning, fitConditioning } from "../../src/inverse/data/fit-conditioning.ts";
import { encodeSamples, inversionSource, inversionStream } from "../../src/inverse/data/training-source.ts";
import { countMapUnits } from "../../src/inverse/data/count-maps.ts";
import { trainNetwork, buildCountMapRegressor, countMapLoss } from "../../src/train/index.ts";

const EDGE = 32;
const config = inversionRecipeSchema.parse({
  seed: 5,
  aggregate: { particleCount: { logUniform: [10, 20] }, fractalPrefactor: 1.3 },
  microscope: { widthPx: EDGE, heightPx: EDGE, pixelSizeNm: 4 },
});
const { samples: recipe } = planInversion(config);
const targets = parameterTargets(config.aggregate);

async function corpusOf(count: number) {
  return gatherDataSet(drawSamples(recipe, { count, workers: 1 }), { count, hasAggregates: true });
}

test("sample k of a stream is sample k of the corpus, wherever the stream is taken up", async () => {
  const corpus = await corpusOf(6);
  const encoding = { input: inputStandardisation(corpus), targets, countMaps: null };
  const codes = encodeTargets(corpus, targets);
  const stream = inversionStream(recipe, encoding, { count: 100, workers: 1 });
  const stored = inversionSource(corpus, encoding);
  for (const start of [0, 4]) {
    const samples = stream.samplesFrom(start);
    for (let k = start; k < 6; k++) {
      const sample = (await samples.next()).value;
      const [streamed, own] = [0, 1].map(() => ({
        x: new Float32Array(EDGE * EDGE),
        target: new Float32Array(targets.length),
      }));
      // the same stream of random numbers turns both alike
      sample?.fillInto(openRandomStream(k), streamed.x, streamed.target);
      stored.fillInto(openRandomStream(k), k, own.x, own.target);
      expect(streamed).toEqual(own);
      expect([...streamed.target]).toEqual([...codes.subarray(k * targets.length, (k + 1) * targets.length)]);
    }
    await samples.return();
  }
});

test("count maps are turned with their image", async () => {
  const corpus = await corpusOf(1);
  const encoding = { input: inputStandardisation(corpus), targets: [], countMaps: countMapUnits(corpus) };
  const source = inversionSource(corpus, encoding);
  const { cellPx } = encoding.countMaps;
  const cells = EDGE / cellPx;
  const particles = 2 * cells * cells;
  const correlations = Array.from({ length: 16 }, (_, draw) => {
    const [x, target] = [new Float32Array(EDGE * EDGE), new Float32Array(9 * cells * cells)];
    source.fillInto(openRandomStream(draw), 0, x, target);
    // light that falls on a cell against the particles in it, whichever way both lie
    let sum = 0;
    x.forEach((value, i) => {
      const cell = Math.floor(i / EDGE / cellPx) * cells + Math.floor((i % EDGE) / cellPx);
      sum += value * (target[cell] + target[cell + particles / 2]);
    });
    return Number(sum.toFixed(2));
  });
  expect(intensitiesOf(corpus, 0).some((value) => value > 0.02)).toBe(true);
  expect(new Set(correlations).size).toBe(1);
});

test("training on a stream that was interrupted gives the weights of one that was not", async () => {
  const corpus = await corpusOf(4);
  const encoding = { input: inputStandardisation(corpus), targets, countMaps: countMapUnits(corpus) };
  const network = buildCountMapRegressor({
    inputSize: EDGE,
    outputs: targets.length,
    head: { kind: "point" },
    channels: 9,
    cellSize: encoding.countMaps.cellPx,
    widths: [4, 4, 4, 4],
    denseWidth: 8,
  });
  const size = targets.length + 9 * (EDGE / encoding.countMaps.cellPx) ** 2;
  const validation = { inputs: new Float32Array(4 * EDGE * EDGE), targets: new Float32Array(4 * size) };
  const kept = new Map<string, Uint8Array>();
  const store = {
    where: "memory",
    read: () => kept.get("last") ?? null,
    write: (name: string, bytes: Uint8Array) => void kept.set(name, bytes),
  };
  const train = (isResumed: boolean, stopAt: number) =>
    trainNetwork(
      openRandomStream(7),
      network,
      { training: inversionStream(recipe, encoding, { count: 8, workers: 1 }), validation },
      {
        batchSize: 4,
        epochs: 3,
        learningRate: { peak: 1e-3 },
        loss: countMapLoss(
          { kind: "point" },
          { outputs: targets.length, cells: EDGE / encoding.countMaps.cellPx },
        ),
        targetShape: [size],
        checkpoints: { store, everySteps: 2, isResumed },
        onProgress: ({ step }) => {
          if (step === stopAt) throw new Error("killed");
        },
      },
    );
  const whole = await train(false, Infinity);
  kept.clear();
  await expect(train(false, 3)).rejects.toThrow("killed");
  const resumed = await train(true, Infinity);
  expect(resumed.weights).toEqual(whole.weights);
});

test("a conditioning input is given in about half of the draws, and then as it is", async () => {
  const drawn = await corpusOf(3);
  const labels = drawn.labels.map((line, i) => ({
    ...line,
    microscope: { ...line.microscope, electronsPerPixel: 1000 * (i + 1) },
  }));
  const corpus = { ...drawn, labels };
  const conditions = fitConditioning({ inputs: ["electronsPerPixel", "beamEnergyKeV"] }, recipe, labels);
  // all images share the beam energy: there is nothing to be learned from it
  expect(conditions.map(({ deviation }) => deviation > 0)).toEqual([true, false]);
  const encoding = { input: inputStandardisation(corpus), targets, countMaps: null, conditions };
  const source = inversionSource(corpus, encoding);
  const [own] = [...encodeDataConditioning(corpus, conditions)];
  const draws = Array.from({ length: 200 }, (_, draw) => {
    const [x, target] = [new Float32Array(EDGE * EDGE + 2), new Float32Array(targets.length)];
    source.fillInto(openRandomStream(draw), 0, x, target);
    return [...x.subarray(EDGE * EDGE)];
  });
  const given = draws.filter(([, isStated]) => isStated === 1);
  expect(given.every(([code]) => code === own)).toBe(true);
  expect(draws.filter(([, isStated]) => isStated === 0).every(([code]) => code === 0)).toBe(true);
  // four standard errors of a share of one half
  expect(Math.abs(given.length / draws.length - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / draws.length));
  // validation samples are given everything
  const { inputs } = encodeSamples(corpus, encoding);
  expect([...inputs.subarray(EDGE * EDGE, EDGE * EDGE + 2)]).toEqual([own, 1]);
});
