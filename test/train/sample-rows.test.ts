import { expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import {
  buildCountMapRegressor,
  buildRegressor,
  exportModel,
  initialWeights,
  loadModel,
  trainNetwork,
} from "../../src/train/index.ts";

const EDGE = 8;
const NETWORK = buildRegressor({
  inputSize: EDGE,
  outputs: 1,
  widths: [4],
  denseWidth: 16,
  conditionCount: 2,
});

/** Flat images whose target is half their grey level, half a number that is stated beside half of them. */
function simulate(seed: number, count: number) {
  const rng = openRandomStream(seed);
  const width = EDGE * EDGE + 2;
  const inputs = new Float32Array(count * width);
  const targets = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const [grey, number] = [rng.normal(), rng.normal()];
    inputs.fill(grey, i * width, (i + 1) * width - 2);
    if (rng.uniform() < 0.5) inputs.set([number, 1], (i + 1) * width - 2);
    targets[i] = (grey + number) / 2;
  }
  return { inputs, targets };
}

for (const partCount of [1, 2]) {
  test(`a network uses what is stated and does without where it is not (step in ${partCount} parts)`, async () => {
    const { weights } = await trainNetwork(
      openRandomStream(4),
      NETWORK,
      { training: simulate(5, 1600), validation: simulate(6, 100) },
      { batchSize: 8, epochs: 8, learningRate: { peak: 5e-3 }, partCount },
    );
    const model = await loadModel(exportModel(NETWORK, weights, { kind: "test" }), { kind: "test" });
    const rng = openRandomStream(7);
    const squares = { given: 0, missing: 0 };
    const count = 200;
    const images = new Float32Array(count * EDGE * EDGE);
    const conditions = new Float32Array(2 * count);
    const truths = Array.from({ length: count }, (_, i) => {
      const [grey, number] = [rng.normal(), rng.normal()];
      images.fill(grey, i * EDGE * EDGE, (i + 1) * EDGE * EDGE);
      conditions.set([number, 1], 2 * i);
      return (grey + number) / 2;
    });
    const given = await model.predict(images, count, conditions);
    const missing = await model.predict(images, count);
    await model.dispose();
    truths.forEach((truth, i) => {
      squares.given += (given.outputs[i] - truth) ** 2 / count;
      squares.missing += (missing.outputs[i] - truth) ** 2 / count;
    });
    // what is not stated has a variance of 1/4, with a standard error of 1/4 sqrt(2/200)
    expect(squares.given).toBeLessThan(0.03);
    expect(squares.missing).toBeGreaterThan(0.15);
    expect(squares.missing).toBeLessThan(0.35);
  });
}

test("a count-map regressor takes conditions, too, and a wrong count of them is refused", async () => {
  const network = buildCountMapRegressor({
    inputSize: 16,
    outputs: 1,
    head: { kind: "gaussian" },
    channels: 1,
    cellSize: 4,
    widths: [4, 4, 4],
    conditionCount: 2,
  });
  const weights = initialWeights(openRandomStream(8), network);
  const model = await loadModel(exportModel(network, weights, { kind: "test" }), { kind: "test" });
  const image = new Float32Array(256).fill(1);
  const [silent, given] = [
    await model.predict(image, 1),
    await model.predict(image, 1, Float32Array.of(2, 1)),
  ];
  expect(given.outputs).not.toEqual(silent.outputs);
  // strange images are known by the embedding: what is stated must not move it
  expect(given.embeddings).toEqual(silent.embeddings);
  await expect(model.predict(image, 1, Float32Array.of(1))).rejects.toThrow(
    "Cannot predict: wanted 1 times 2 conditions, got 1 numbers",
  );
  await model.dispose();
});
