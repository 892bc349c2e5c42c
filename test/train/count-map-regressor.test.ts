import { describe, expect, test } from "vitest";
import { mean, openRandomStream, standardDeviation } from "../../src/core/index.ts";
import { constant } from "../../src/graph/index.ts";
import { evaluate } from "../graph/evaluate.ts";
import {
  buildCountMapRegressor,
  countMapLoss,
  exportModel,
  loadModel,
  trainNetwork,
} from "../../src/train/index.ts";

const EDGE = 16;
const CELLS = (EDGE / 2) ** 2;
/** One dot in units in which the count map has a variance of 1. */
const DOT = 4;
const HEAD = { kind: "gaussian" } as const;

/** Images with up to eight bright pixels; the target is their number, the count map where they are. */
function simulate(seed: number, count: number) {
  const rng = openRandomStream(seed);
  const inputs = new Float32Array(count * EDGE * EDGE);
  const width = 1 + CELLS;
  const targets = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const dots = rng.integerBelow(9);
    targets[i * width] = (dots - 4) / 2.6;
    for (let dot = 0; dot < dots; dot++) {
      const [x, y] = [rng.integerBelow(EDGE), rng.integerBelow(EDGE)];
      inputs[i * EDGE * EDGE + y * EDGE + x] += 3;
      targets[i * width + 1 + Math.floor(y / 2) * 8 + Math.floor(x / 2)] += DOT;
    }
  }
  return { inputs, targets };
}

const SHAPE = {
  inputSize: EDGE,
  outputs: 1,
  head: HEAD,
  channels: 1,
  cellSize: 2,
  widths: [8, 8, 16],
  denseWidth: 16,
} as const;
const NETWORK = buildCountMapRegressor(SHAPE);
const TRAINING = {
  batchSize: 8,
  epochs: 10,
  learningRate: { peak: 4e-3, warmUpSteps: 50 },
  loss: countMapLoss(HEAD, { outputs: 1, cells: EDGE / 2 }),
  targetShape: [1 + CELLS],
  maxGradientNorm: 5,
};

test("a count-map regressor learns to count dots, and where they are", async () => {
  const [training, validation] = [simulate(1, 2000), simulate(2, 200)];
  const { weights } = await trainNetwork(openRandomStream(3), NETWORK, { training, validation }, TRAINING);
  const model = await loadModel(exportModel(NETWORK, weights, { kind: "test" }), { kind: "test" });
  const { outputs } = await model.predict(validation.inputs, 200);
  await model.dispose();
  const squares = { answer: 0, counts: 0 };
  for (let i = 0; i < 200; i++) {
    const [row, truth] = [
      outputs.subarray(i * (2 + 1.25 * CELLS)),
      validation.targets.subarray(i * (1 + CELLS)),
    ];
    squares.answer += (row[0] - truth[0]) ** 2 / 200;
    for (let cell = 0; cell < CELLS; cell++) {
      squares.counts += (row[2 + cell] - truth[1 + cell]) ** 2 / (200 * CELLS);
    }
  }
  // guessing the mean costs 1 for both: a count is right to a third of a dot, and cells are told apart
  expect(squares.answer).toBeLessThan(0.05);
  expect(squares.counts).toBeLessThan(0.2);
});

/** Standard deviation of every feature of the embedding over images. */
async function embeddingDeviations(embeddingUnits: "relu" | "leaky"): Promise<number[]> {
  const network = buildCountMapRegressor({ ...SHAPE, embeddingUnits });
  const [training, validation] = [simulate(1, 400), simulate(2, 200)];
  const { weights } = await trainNetwork(openRandomStream(3), network, { training, validation }, TRAINING);
  const model = await loadModel(exportModel(network, weights, { kind: "test" }), { kind: "test" });
  const { embeddings } = await model.predict(validation.inputs, 200);
  await model.dispose();
  return Array.from(Array(SHAPE.denseWidth).keys(), (unit) =>
    standardDeviation(embeddings?.filter((_, i) => i % SHAPE.denseWidth === unit) ?? []),
  );
}

test("rectified units of an embedding die, leaky ones all tell images apart", async () => {
  const [rectified, leaky] = [await embeddingDeviations("relu"), await embeddingDeviations("leaky")];
  expect(rectified.filter((deviation) => deviation === 0).length).toBeGreaterThan(0);
  // a tenth of the slope leaves a tenth of the variation
  expect(Math.min(...leaky)).toBeGreaterThan(0.01 * mean(leaky));
});

describe("countMapLoss()", () => {
  const loss = countMapLoss({ kind: "point" }, { outputs: 1, cells: 4 });
  // a particle in the second cell of the second row, of four
  const fine = Array.from({ length: 16 }, (_, cell) => (cell === 5 ? 2 : 0));
  // a quarter of a coarse cell off the middle of the first, along both axes; in units twice as large
  const coarse = [0.75 * 0.75, 0.75 * 0.25, 0.25 * 0.75, 0.25 * 0.25];
  const lossOf = (counts: readonly number[]) => {
    const value = loss(constant([2, ...counts], [1, 21]), constant([1, ...fine], [1, 17]));
    return evaluate([value], {})[0][0];
  };

  test("is the head's loss where both kinds of count maps are right, each in its own cells", () => {
    expect(lossOf([...fine, ...coarse])).toBeCloseTo(1);
  });

  test("counts a particle too many in the coarse count map, and half in the fine one", () => {
    expect(lossOf([...fine, ...coarse.map((count) => count + 1)])).toBeCloseTo(1 + 1);
    expect(lossOf([...fine.map((count) => count + 1), ...coarse])).toBeCloseTo(1 + 0.5);
  });
});

test("buildCountMapRegressor() refuses cells that its widths do not reach", () => {
  expect(() =>
    buildCountMapRegressor({
      inputSize: 16,
      outputs: 1,
      head: HEAD,
      channels: 1,
      cellSize: 8,
      widths: [4, 4],
    }),
  ).toThrow("Cannot build count-map regressor: cellSize must be a power of two");
});
