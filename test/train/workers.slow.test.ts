import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import type * as graph from "../../src/graph/index.ts";
import type * as train from "../../src/train/index.ts";

const BUILT = join(import.meta.dirname, "../../dist/src/train/index.js");

/** Weights after three epochs of a small regressor, its batches cut into two parts. */
async function trainInParts(workers: number): Promise<Float32Array> {
  // worker threads need built JavaScript
  const { buildRegressor, trainNetwork } = (await import(BUILT)) as typeof train;
  const network = buildRegressor({ inputSize: 16, outputs: 2, widths: [4, 8], dropoutRate: 0.2 });
  const rng = openRandomStream(3, "workers-test");
  const draw = (length: number) => Float32Array.from({ length }, () => rng.normal());
  const samplesOf = (count: number) => ({ inputs: draw(count * 256), targets: draw(count * 2) });
  const data = { training: samplesOf(32), validation: samplesOf(8) };
  const learningRate = { peak: 1e-2 };
  const options = { batchSize: 8, epochs: 3, learningRate, partCount: 2, workers, threads: workers };
  const trained = await trainNetwork(openRandomStream(4), network, data, options);
  return trained.weights;
}

test.skipIf(!existsSync(BUILT))(
  "two worker threads train the weights of one thread, bit for bit",
  async () => {
    const [alone, together] = [await trainInParts(1), await trainInParts(2)];
    expect(new Set(alone).size).toBeGreaterThan(100);
    expect(together).toEqual(alone);
  },
);

test.skipIf(!existsSync(BUILT))(
  "a model that the runtime refuses fails in a thread as it does without",
  async () => {
    const { openWorkerSession } = (await import(join(BUILT, "../../graph/index.js"))) as typeof graph;
    await expect(openWorkerSession(Uint8Array.of(1, 2, 3))).rejects.toThrow(
      "Cannot open ONNX session: wanted a model that runs on cpu",
    );
  },
);
