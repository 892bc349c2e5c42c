import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { memoryBudget, watchProcessorTime } from "../core/index.ts";
import { decodeHdf5 } from "./hdf5/decode-hdf5.ts";
import type { Hdf5Answer, Hdf5Task } from "./hdf5/hdf5-worker.ts";
import type { DecodedMicrograph } from "./micrograph.ts";
import type { ReadOptions } from "./read-options.ts";
import { unreadable } from "./unreadable.ts";

/**
 * Processor time for any file once the library is loaded, more for each megabyte of it, and more for each megabyte that is unpacked (healthy
 * files take 5 ms, 3 ms and 5 ms): the thread says how many before it reads them.
 */
const LIMIT_MS = 700;
const LIMIT_MS_PER_MB = 50;

const WORKER = new URL("./hdf5/hdf5-worker.js", import.meta.url);

/**
 * Reads HDF5 files: Velox EMD, Berkeley EMD, HyperSpy, or the datasets of any other.
 *
 * Damaged files can send the HDF5 library into a loop without end, so it works in a thread of its own that is stopped when its
 * time is over. From uncompiled sources (the tests), where a thread cannot start, it works in this one.
 *
 * @throws RangeError where the file does not open, holds no numbers, or takes too long
 */
export function readHdf5(bytes: Uint8Array, options: ReadOptions = {}): Promise<DecodedMicrograph> {
  if (!existsSync(fileURLToPath(WORKER))) return decodeHdf5(bytes, options);
  const limitOf = (byteCount: number) => LIMIT_MS + (byteCount / 1e6) * LIMIT_MS_PER_MB;
  return new Promise((resolve, reject) => {
    const workerData: Hdf5Task = { bytes: new Uint8Array(bytes), options, memoryBytes: memoryBudget() };
    const worker = new Worker(WORKER, { workerData, transferList: [workerData.bytes.buffer as ArrayBuffer] });
    let endWatch = () => 0;
    const finish = (settle: () => void) => {
      endWatch();
      void worker.terminate().then(settle);
    };
    const stopAfter = (limitMs: number) => {
      endWatch();
      const got = `${Math.round(limitMs)} ms and no end`;
      endWatch = watchProcessorTime(limitMs, () =>
        finish(() => reject(unreadable("HDF5 file must be read in its time", got))),
      );
    };
    worker.on("message", (answer: Hdf5Answer) => {
      if (answer.kind === "ready") stopAfter(limitOf(bytes.byteLength));
      else if (answer.kind === "unpacking") stopAfter(limitOf(answer.byteCount));
      else if (answer.kind === "decoded") finish(() => resolve(answer.decoded));
      else finish(() => reject(new RangeError(answer.message)));
    });
    worker.on("error", (error) => finish(() => reject(error)));
  });
}
