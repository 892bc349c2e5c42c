import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The files that the installed ONNX Runtime consists of on this machine. */
export interface RuntimeFiles {
  readonly version: string;
  /** Folder of the libraries for this system and processor. */
  readonly folder: string;
  /** Names of all files in it, sorted; empty where this system is not supported. */
  readonly names: readonly string[];
  /** Path of the CUDA provider, null where it is not installed. */
  readonly cudaProvider: string | null;
}

/**
 * Looks what is installed of ONNX Runtime; loads nothing.
 *
 * @returns version, folder, files
 * @example
 * import { runtimeFiles } from "../src/graph/index.ts";
 * import { expect } from "vitest";
 * expect(runtimeFiles().names).toContain("onnxruntime_binding.node");
 */
export function runtimeFiles(): RuntimeFiles {
  const description = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
  const { version } = JSON.parse(readFileSync(description, "utf8")) as { version: string };
  const folder = join(dirname(description), "bin", "napi-v6", process.platform, process.arch);
  const names = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  const provider =
    process.platform === "win32" ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";
  return { version, folder, names, cudaProvider: names.includes(provider) ? join(folder, provider) : null };
}
