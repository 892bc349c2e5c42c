import { describe, expect, test } from "vitest";
import { coefficientOfDetermination, openRandomStream } from "../../src/core/index.ts";
import { buildRegressor, exportModel, loadModel, trainNetwork } from "../../src/train/index.ts";
import type { Samples, TrainingOptions } from "../../src/train/index.ts";

const EDGE = 16;
const network = buildRegressor({
  inputSize: EDGE,
  outputs: 2,
  widths: [8, 16],
  denseWidth: 16,
  inputNormalisation: { mean: 0.2, standardDeviation: 0.3 },
});

/** Noisy images of one bright square; the targets are its edge and its brightness, both about standard. */
function brightSquares(count: number, purpose: string): Samples {
  const rng = openRandomStream(5, purpose);
  const inputs = new Float32Array(count * EDGE * EDGE);
  const targets = new Float32Array(count * 2);
  for (let sample = 0; sample < count; sample++) {
    const edge = 2 + rng.integerBelow(10);
    const brightness = 0.5 + rng.uniform();
    const [top, left] = [rng.integerBelow(EDGE - edge), rng.integerBelow(EDGE - edge)];
    for (let i = 0; i < EDGE * EDGE; i++) {
      const [row, column] = [Math.floor(i / EDGE) - top, (i % EDGE) - left];
      const isInside = row >= 0 && column >= 0 && row < edge && column < edge;
      inputs[sample * EDGE * EDGE + i] = (isInside ? brightness : 0) + 0.05 * rng.normal();
    }
    targets.set([(edge - 6.5) / 3, (brightness - 1) / 0.3], sample * 2);
  }
  return { inputs, targets };
}

const data = { training: brightSquares(512, "training"), validation: brightSquares(100, "validation") };
const options: TrainingOptions = {
  batchSize: 16,
  epochs: 30,
  learningRate: { peak: 5e-3 },
  isAugmented: true,
  threads: 1,
};

describe("trainNetwork()", () => {
  test("learns size and brightness of a square, and the exported model predicts what the network learned", async () => {
    const steps: number[] = [];
    const trained = await trainNetwork(openRandomStream(1, "fit"), network, data, {
      ...options,
      onProgress: ({ step }) => steps.push(step),
    });
    expect(steps.at(-1)).toBe(960);
    expect(trained.learningCurve).toHaveLength(30);
    const bytes = exportModel(network, trained.weights, {
      kind: "squares",
      targetNames: ["edge", "brightness"],
    });
    const model = await loadModel(bytes, { kind: "squares" });
    expect(model.metadata.targetNames).toEqual(["edge", "brightness"]);
    const { outputs, embeddings } = await model.predict(data.validation.inputs, 100);
    await model.dispose();
    expect(embeddings).toHaveLength(100 * 16);
    const truth = data.validation.targets;
    for (const target of [0, 1]) {
      const r2 = coefficientOfDetermination(
        outputs.filter((_, i) => i % 2 === target),
        truth.filter((_, i) => i % 2 === target),
      );
      // noise of 0.05 against contrasts of 0.5 to 1.5 leaves both nearly exact
      expect(r2).toBeGreaterThan(0.8);
    }
    const error = outputs.reduce((sum, v, i) => sum + (v - truth[i]) ** 2, 0) / outputs.length;
    // the same loss, once from the training graph and once from the exported one, in float32
    expect(error).toBeCloseTo(trained.bestValidationLoss, 4);
  });

  test("gives the same weights for the same stream, bit for bit", async () => {
    const once = () => trainNetwork(openRandomStream(3), network, data, { ...options, epochs: 1 });
    expect((await once()).weights).toEqual((await once()).weights);
  });

  test("measures by samples that are made as they are asked for what it measures by stored ones", async () => {
    const { inputs, targets } = data.validation;
    const asked: number[] = [];
    const validation = {
      count: 100,
      between(start: number, end: number) {
        asked.push(end - start);
        return {
          inputs: inputs.slice(start * EDGE * EDGE, end * EDGE * EDGE),
          targets: targets.slice(start * 2, end * 2),
        };
      },
    };
    const once = (sets: typeof data | (Pick<typeof data, "training"> & { validation: typeof validation })) =>
      trainNetwork(openRandomStream(3), network, sets, { ...options, epochs: 1 });
    expect(await once({ ...data, validation })).toEqual(await once(data));
    // no more at once than are checked or measured together
    expect(Math.max(...asked)).toBe(64);
    targets.set([NaN], 2 * 70);
    await expect(once({ ...data, validation }).finally(() => targets.set([0], 2 * 70))).rejects.toThrow(
      "Cannot train network: validation targets must be finite, got NaN (sample 70)",
    );
  });

  test("stops with the step when the loss is no longer finite", async () => {
    const wild = { ...options, learningRate: { peak: 1e30 } };
    await expect(trainNetwork(openRandomStream(1), network, data, wild)).rejects.toThrow(
      /^Cannot go on training: loss must be finite, got \S+ at step \d+, learning rate \S+; lower the learning rate/,
    );
  });

  test("refuses an empty set, lengths that do not fit and labels with NaN", async () => {
    const fit = (training: Samples) =>
      trainNetwork(openRandomStream(1), network, { ...data, training }, options);
    const { inputs, targets } = data.training;
    await expect(fit({ inputs: new Float32Array(0), targets: new Float32Array(0) })).rejects.toThrow(
      "Cannot train network: wanted training samples of [n, 1,16,16] with targets [n, 2], got 0 and 0 numbers",
    );
    await expect(fit({ inputs, targets: targets.subarray(2) })).rejects.toThrow(
      "got 131072 and 1022 numbers",
    );
    const spoilt = targets.slice();
    spoilt[7] = NaN;
    await expect(fit({ inputs, targets: spoilt })).rejects.toThrow(
      "Cannot train network: training targets must be finite, got NaN (sample 3)",
    );
  });
});

describe("loadModel()", () => {
  const weights = new Float32Array(1).fill(0);

  test("refuses bytes that are no ONNX file, and models of another kind", async () => {
    await expect(
      loadModel(new TextEncoder().encode("hello"), { kind: "squares", where: "a.onnx" }),
    ).rejects.toThrow("Cannot load model: wanted an ONNX file, got other bytes (a.onnx)");
    expect(() => exportModel(network, weights, { kind: "squares" })).toThrow(
      "Cannot export model: wanted 1554 weights of regressor, got 1",
    );
    const other = exportModel(network, new Float32Array(1554), { kind: "circles" });
    await expect(loadModel(other, { kind: "squares" })).rejects.toThrow(
      "Cannot load model: wanted a model of kind squares, got circles",
    );
    await expect(loadModel(other.subarray(0, 300), { kind: "circles" })).rejects.toThrow("Cannot load model");
  });
});
