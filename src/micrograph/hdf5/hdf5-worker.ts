import { parentPort, workerData } from "node:worker_threads";
import { ready } from "h5wasm";
import type { DecodedMicrograph } from "../micrograph.ts";
import type { ReadOptions } from "../read-options.ts";
import { reasonOf } from "../unreadable.ts";
import { withMemoryBudget } from "../../core/index.ts";
import { decodeHdf5 } from "./decode-hdf5.ts";

/** What the thread is started with. */
export interface Hdf5Task {
  readonly bytes: Uint8Array;
  readonly options: ReadOptions;
  /** What the command may take: a thread has no other way to know. */
  readonly memoryBytes: number;
}

/** What the thread answers: that its library is loaded, how much it unpacks, then the result or the reason of the failure. */
export type Hdf5Answer =
  | { readonly kind: "ready" }
  | { readonly kind: "unpacking"; readonly byteCount: number }
  | { readonly kind: "decoded"; readonly decoded: DecodedMicrograph }
  | { readonly kind: "failed"; readonly message: string };

const { bytes, options, memoryBytes } = workerData as Hdf5Task;
const answer = (message: Hdf5Answer, transfer: ArrayBuffer[] = []) =>
  parentPort?.postMessage(message, transfer);

await ready;
answer({ kind: "ready" });
try {
  const onUnpack = (byteCount: number) => answer({ kind: "unpacking", byteCount });
  const decoded = await withMemoryBudget(memoryBytes, () => decodeHdf5(bytes, options, onUnpack));
  answer({ kind: "decoded", decoded }, [decoded.values.buffer as ArrayBuffer]);
} catch (cause) {
  answer({ kind: "failed", message: reasonOf(cause) });
}
