import type { FloatTensor } from "./onnxruntime-session.ts";
import type { Shape } from "./shape.ts";

/** A tensor whose elements lie in memory that threads share. */
export interface SharedTensor {
  readonly name: string;
  readonly data: Float32Array;
  readonly shape: Shape;
}

/** What a session's thread is asked. */
export type SessionCall =
  | { readonly kind: "run"; readonly inputs: readonly SharedTensor[] }
  | { readonly kind: "dispose" };

/** What it answers: the names once it is open, outputs after a run, or why it failed. */
export interface SessionReply {
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  readonly outputs?: readonly SharedTensor[];
  readonly failure?: string;
}

/** Copies a tensor to shared memory, which is kept by name and used again while the size stays. */
export function shareTensor(
  store: Map<string, Float32Array>,
  name: string,
  { data, shape }: FloatTensor,
): SharedTensor {
  let shared = store.get(name);
  if (shared?.length !== data.length) {
    shared = new Float32Array(new SharedArrayBuffer(data.byteLength));
    store.set(name, shared);
  }
  shared.set(data);
  return { name, data: shared, shape };
}
