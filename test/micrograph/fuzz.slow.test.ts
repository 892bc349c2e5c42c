import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { encodeNpy, frameImage, readMicrograph } from "../../src/micrograph/index.ts";
import { mutated } from "../../fuzz/mutate-bytes.ts";

const SHARED = resolve(import.meta.dirname, "../../../shared/data");
const FIXTURES = join(import.meta.dirname, "../fixtures/micrograph/tiff");
const DECODER = resolve(import.meta.dirname, "../../dist/src/micrograph/hdf5/decode-hdf5.js");
const NCEM = join(SHARED, "reader_files/openncem_gpl3_or_mit");

/** `npm run fuzz -- FORMAT --count 5000` reads more. */
const MUTATION_COUNT = 500;
/** The promise of the readers [ms]; a busy machine's pauses are on top, so three reads may miss it before it counts. */
const LIMIT_MS = 1000;
/** Above what the test itself needs: the readers may take a few copies of a small file, never its claimed size. */
const LIMIT_GROWTH_BYTES = 600e6;

interface Outcome {
  readonly readCount: number;
  readonly slowest: readonly number[];
  readonly unclear: readonly string[];
  readonly growthBytes: number;
}

/** Reads damaged copies; everything must end as an image or as a RangeError in the house's words. */
async function fuzz(original: Uint8Array, name: string, count: number): Promise<Outcome> {
  const rng = openRandomStream(1, "fuzz", name);
  const before = process.memoryUsage().rss;
  const times: number[] = [];
  const unclear: string[] = [];
  let [readCount, peak] = [0, before];
  for (let i = 0; i < count; i++) {
    const bytes = mutated(rng.fork(i), original);
    const start = performance.now();
    try {
      const micrograph = await readMicrograph(bytes, name);
      readCount++;
      frameImage(micrograph);
    } catch (error) {
      const isClear =
        error instanceof RangeError && /^Cannot (read|take image from) micrograph: /.test(error.message);
      if (!isClear) unclear.push(`mutation ${i}: ${String(error)}`);
    }
    times.push(performance.now() - start);
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  return { readCount, slowest: times.sort((a, b) => b - a).slice(0, 3), unclear, growthBytes: peak - before };
}

const realFiles: readonly (readonly [string, string])[] = [
  ["DM3", join(NCEM, "dmTest_float32_nonSquare_diffPixelSize.dm3")],
  ["DM4", join(NCEM, "dmTest_float32_nonSquare_diffPixelSize.dm4")],
  ["SER", join(NCEM, "16_STOimage_1.ser")],
  ["MRC", join(NCEM, "temp.mrc")],
  ["JPEG", join(SHARED, "stem_catalyst_yolo/images/Cu1.jpg")],
  ["PNG", join(SHARED, "nasa_superalloy/train/images/spot3_0d_3.png")],
  ["TIFF", join(SHARED, "zeiss_sem_am_alloy/test_data/Along the build_20.tif")],
];

describe("readMicrograph() of damaged files", () => {
  for (const [format, path] of realFiles) {
    test.skipIf(!existsSync(path))(
      `ends in time, memory and words for ${MUTATION_COUNT} of a real ${format}`,
      async () => {
        const outcome = await fuzz(readFileSync(path), format, MUTATION_COUNT);
        expect(outcome.unclear).toEqual([]);
        expect(outcome.slowest[2]).toBeLessThan(LIMIT_MS);
        expect(outcome.growthBytes).toBeLessThan(LIMIT_GROWTH_BYTES);
        // damage to pixels leaves a readable image: a reader that refused everything would pass the rest
        expect(outcome.readCount).toBeGreaterThan(0);
      },
    );
  }

  test(`ends in time, memory and words for 30 of each TIFF variant and ${MUTATION_COUNT} of an NPY`, async () => {
    const variants = readdirSync(FIXTURES).map(
      (name) => [readFileSync(join(FIXTURES, name)), name, 30] as const,
    );
    const npy = encodeNpy({ data: new Float32Array(4096), shape: [64, 64] });
    for (const [bytes, name, count] of [...variants, [npy, "NPY", MUTATION_COUNT] as const]) {
      const outcome = await fuzz(bytes, name, count);
      const isSlow = outcome.slowest[2] >= LIMIT_MS;
      const isLarge = outcome.growthBytes >= LIMIT_GROWTH_BYTES;
      expect({ name, unclear: outcome.unclear, isSlow, isLarge }).toEqual({
        name,
        unclear: [],
        isSlow: false,
        isLarge: false,
      });
    }
  });
});

/** One thread that decodes many files; started anew after a file that it never finishes. */
class Hdf5Thread {
  #worker: Worker | null = null;

  async decode(bytes: Uint8Array): Promise<{ name?: string; message?: string; shape?: number[] } | null> {
    this.#worker ??= await startWorker();
    const worker = this.#worker;
    const reply = nextMessage(worker);
    worker.postMessage(bytes, []);
    const answer = await Promise.race([
      reply,
      new Promise<null>((done) => setTimeout(() => done(null), LIMIT_MS)),
    ]);
    if (answer === null) await this.stop();
    return answer;
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = null;
  }
}

async function startWorker(): Promise<Worker> {
  const path = new URL("../helpers/hdf5-fuzz-worker.mjs", import.meta.url);
  const worker = new Worker(path, { workerData: { decoder: DECODER } });
  worker.on("error", () => {}); // a thread that dies gives no answer and counts as one that never ends
  await nextMessage(worker);
  return worker;
}

const nextMessage = (worker: Worker) =>
  new Promise<{ name?: string; message?: string; shape?: number[] }>((done) => worker.once("message", done));

const hdf5Files = ["STEM HAADF Diffraction Micro.emd", "emd_type1_stringDims.h5"].map((name) =>
  join(NCEM, name),
);

describe.skipIf(!existsSync(DECODER) || !existsSync(hdf5Files[0]))("readMicrograph() of damaged HDF5", () => {
  test(`ends ${MUTATION_COUNT} in words; the built reader stops those that the library never ends`, async () => {
    const thread = new Hdf5Thread();
    const endless: Uint8Array[] = [];
    const unclear: string[] = [];
    let readCount = 0;
    for (let i = 0; i < MUTATION_COUNT; i++) {
      const path = hdf5Files[i % hdf5Files.length];
      const bytes = mutated(openRandomStream(1, "fuzz", "HDF5", i), readFileSync(path));
      const answer = await thread.decode(new Uint8Array(bytes));
      if (answer === null) endless.push(new Uint8Array(bytes));
      else if (answer.shape !== undefined) readCount++;
      else if (answer.name !== "RangeError") unclear.push(`mutation ${i}: ${answer.message}`);
    }
    await thread.stop();
    expect(unclear).toEqual([]);
    expect(readCount).toBeGreaterThan(0);
    const built: { readMicrograph: typeof readMicrograph } = await import(resolve(DECODER, "../../index.js"));
    for (const bytes of endless.slice(0, 5)) {
      const start = performance.now();
      await expect(built.readMicrograph(bytes, "endless.h5")).rejects.toThrow(
        "HDF5 file must be read in its time",
      );
      // 0.7 s and the start of the thread, which takes 0.2 s on an idle machine
      expect(performance.now() - start).toBeLessThan(3 * LIMIT_MS);
    }
  });
});
