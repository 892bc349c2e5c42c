import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { buildRegressor, checkpointFolder, trainNetwork } from "../../src/train/index.ts";
import { sgd } from "../../src/train/optimisers.ts";
import type { TrainingOptions } from "../../src/train/index.ts";

const network = buildRegressor({ inputSize: 8, outputs: 1, widths: [4], denseWidth: 4 });
const draw = (count: number) => {
  const rng = openRandomStream(1, count);
  const inputs = Float32Array.from({ length: count * 64 }, () => rng.normal());
  return { inputs, targets: Float32Array.from({ length: count }, (_, i) => inputs[i * 64]) };
};
const data = { training: draw(64), validation: draw(17) };
const options: TrainingOptions = { batchSize: 8, epochs: 4, learningRate: { peak: 1e-3 }, threads: 1 };
const fit = (more: Partial<TrainingOptions> = {}) =>
  trainNetwork(openRandomStream(5), network, data, { ...options, ...more });

/** The runtime's own sessions; its types hide that they are a class. */
const SESSIONS = (InferenceSession as unknown as { readonly prototype: SessionMethods }).prototype;
interface SessionMethods {
  run(...given: unknown[]): Promise<unknown>;
}

let scratch = "";
beforeAll(() => void (scratch = mkdtempSync(join(tmpdir(), "heterostem-checkpoints-"))));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A store in which a training was stopped after a step. */
async function stoppedAfter(stopStep: number, name: string) {
  const store = checkpointFolder(join(scratch, name));
  const checkpoints = { store, everySteps: 5, isResumed: false };
  const onProgress = ({ step }: { step: number }) => {
    if (step === stopStep) throw new Error("stopped by the test");
  };
  await expect(fit({ checkpoints, onProgress })).rejects.toThrow("stopped by the test");
  return store;
}

describe("trainNetwork() with checkpoints", () => {
  test("goes on from the last checkpoint to the weights and the curve of an uninterrupted run", async () => {
    const store = await stoppedAfter(13, "resumed");
    const steps: number[] = [];
    const resumed = await fit({
      checkpoints: { store, everySteps: 5, isResumed: true },
      onProgress: ({ step }) => steps.push(step),
    });
    const whole = await fit();
    expect(steps[0]).toBe(11);
    expect(resumed).toEqual(whole);
  });

  test("keeps its checkpoint and says how to go on when the device vanishes in mid-training", async () => {
    const store = checkpointFolder(join(scratch, "vanished"));
    const checkpoints = { store, everySteps: 5, isResumed: false };
    let runs = 0;
    const { run } = SESSIONS;
    const spy = vi.spyOn(SESSIONS, "run").mockImplementation(async function vanishing(
      this: object,
      ...given
    ) {
      // a step has one run, and three measure the validation loss after eight of them
      if (++runs > 16) throw new Error("Device is lost");
      return run.apply(this, given);
    });
    try {
      await expect(fit({ checkpoints })).rejects.toThrow(
        `Cannot go on training: wanted step 14 of 32 from the cpu, got Device is lost; ` +
          `the last checkpoint is kept in ${store.where}, the same call with --resume goes on from it`,
      );
      runs = 16;
      const anew = { ...checkpoints, store: checkpointFolder(join(scratch, "at-once")) };
      await expect(fit({ checkpoints: anew })).rejects.toThrow(
        "wanted step 1 of 32 from the cpu, got Device is lost; nothing was kept yet, the same call begins anew",
      );
    } finally {
      spy.mockRestore();
    }
    expect(await fit({ checkpoints: { ...checkpoints, isResumed: true } })).toEqual(await fit());
  });

  test("refuses to begin over an old checkpoint, and to resume another training", async () => {
    const store = await stoppedAfter(6, "refused");
    const before = readFileSync(store.where);
    await expect(fit({ checkpoints: { store, everySteps: 5, isResumed: false } })).rejects.toThrow(
      /^Cannot train network: wanted no checkpoint, got one; resume or remove it \(.*last\.checkpoint\)$/,
    );
    const resume = { store, everySteps: 5, isResumed: true };
    const another = "Cannot resume training: wanted the checkpoint of this network, data, schedule and seed";
    await expect(fit({ checkpoints: resume, optimiser: sgd() })).rejects.toThrow(another);
    // the same numbers of other samples: only their words tell
    await expect(fit({ checkpoints: { ...resume, subject: "another prior" } })).rejects.toThrow(another);
    // the same steps from other first weights
    const initialWeights = (await fit()).weights;
    await expect(fit({ checkpoints: resume, initialWeights })).rejects.toThrow(another);
    expect(readFileSync(store.where)).toEqual(before);
  });

  test("refuses a truncated or damaged checkpoint, says which, and leaves it as it is", async () => {
    const store = await stoppedAfter(6, "truncated");
    const whole = readFileSync(store.where);
    const cut = whole.subarray(0, -100);
    writeFileSync(store.where, cut);
    const resume = { store, everySteps: 5, isResumed: true };
    await expect(fit({ checkpoints: resume })).rejects.toThrow(
      /^Cannot read checkpoint: wanted \d+ bytes of vectors, got \d+ \(/,
    );
    const flipped = Uint8Array.from(whole);
    flipped[whole.length - 5] ^= 1;
    writeFileSync(store.where, flipped);
    await expect(fit({ checkpoints: resume })).rejects.toThrow("the checksum of its vectors must match");
    writeFileSync(store.where, "something else");
    await expect(fit({ checkpoints: resume })).rejects.toThrow("wanted a checkpoint file, got other bytes");
    expect(readFileSync(store.where, "utf8")).toBe("something else");
  });

  test("names the last good checkpoint when the loss diverges", async () => {
    const store = checkpointFolder(join(scratch, "diverged"));
    const learningRate = { peak: 1e5, warmUpSteps: 20 } as const;
    await expect(
      fit({ checkpoints: { store, everySteps: 1, isResumed: false }, learningRate, optimiser: sgd() }),
    ).rejects.toThrow(/at step \d+, learning rate .*last good state: .*last\.checkpoint$/);
  });
});

describe("trainNetwork()", () => {
  test("ends when patience has run out", async () => {
    const still = { ...options, epochs: 50, learningRate: { peak: 0 }, patience: 3 };
    const trained = await trainNetwork(openRandomStream(5), network, data, still);
    // the first measurement is the best, three more show no progress
    expect(trained.bestStep).toBe(8);
    expect(trained.stepsDone).toBe(8 * 4);
  });

  test("takes the same step from a batch of 8 in four parts as from the whole", async () => {
    const once = { epochs: 1, optimiser: sgd() };
    const whole = await fit(once);
    const inParts = await fit({ ...once, partCount: 4 });
    const largest = whole.weights.reduce((m, v, i) => Math.max(m, Math.abs(v - inParts.weights[i])), 0);
    // float32 sums in another order
    expect(largest).toBeLessThan(1e-6);
  });

  test("tunes further from given weights and keeps frozen parameters", async () => {
    const first = await fit();
    const tuned = await fit({ initialWeights: first.weights, frozenPrefixes: ["body."], epochs: 1 });
    const bodySize = 4 * 9 + 4;
    expect(tuned.weights.subarray(0, bodySize)).toEqual(first.weights.subarray(0, bodySize));
    expect(tuned.weights.subarray(bodySize)).not.toEqual(first.weights.subarray(bodySize));
    await expect(fit({ initialWeights: new Float32Array(3) })).rejects.toThrow(
      "Cannot train network: initialWeights must hold 65 numbers, got 3",
    );
  });
});
