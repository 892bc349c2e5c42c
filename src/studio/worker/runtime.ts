import { env } from "onnxruntime-web/wasm";
import { asset } from "./assets.ts";

let isReady = false;

/** Loads ONNX Runtime's WebAssembly, once: one thread, for more need headers that no folder on a disk has. */
export async function readyRuntime(): Promise<void> {
  if (isReady) return;
  env.wasm.numThreads = 1;
  env.wasm.wasmBinary = (await asset("onnxruntime.wasm")).buffer;
  env.logLevel = "error";
  isReady = true;
}
