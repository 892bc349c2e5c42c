import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { DEVICE_ADVICE, runtimeFiles, type RuntimeFiles } from "../../graph/index.ts";
import type { Fact } from "./machine-facts.ts";

/**
 * Looks what is there of CUDA: the driver of the system, the provider of the installed ONNX Runtime, and the libraries
 * that this provider wants and the system lacks.
 *
 * @returns the fact
 */
export function cudaFact(): Fact {
  const files = runtimeFiles();
  const hasDriver = existsSync("/proc/driver/nvidia/version") || existsSync("/dev/nvidia0");
  const missing = files.cudaProvider === null ? [] : missingLibraries(files.cudaProvider);
  return describeCuda(files, { hasDriver, missing });
}

/**
 * Puts what is there of CUDA into words.
 *
 * @param files of ONNX Runtime
 * @param system whether an NVIDIA driver runs, and libraries that the provider wants and does not find
 * @returns the fact
 */
export function describeCuda(
  { version, names, cudaProvider }: RuntimeFiles,
  { hasDriver, missing }: { readonly hasDriver: boolean; readonly missing: readonly string[] },
): Fact {
  const driver = hasDriver ? "an NVIDIA driver" : "no NVIDIA driver";
  const libraries = names.filter((name) => !name.endsWith(".node")).join(", ");
  const provider = `onnxruntime-node ${version} has ${libraries === "" ? "no libraries" : libraries}`;
  const values = { onnxruntime: version, files: names, cudaProvider, hasDriver, missing };
  const lacks = missing.length === 0 ? "" : `; the provider lacks ${missing.join(", ")}`;
  const text = `${driver}; ${provider}${cudaProvider === null ? ", no CUDA provider" : lacks}`;
  return { name: "CUDA", text, remedy: remedyOf({ cudaProvider, hasDriver, missing }), values };
}

function remedyOf({
  cudaProvider,
  hasDriver,
  missing,
}: {
  readonly cudaProvider: string | null;
  readonly hasDriver: boolean;
  readonly missing: readonly string[];
}): string | null {
  // nobody without an NVIDIA card needs advice about its libraries
  if (!hasDriver && cudaProvider === null) return null;
  if (!hasDriver) return "install NVIDIA's driver, or use --device webgpu or cpu";
  if (cudaProvider === null) return DEVICE_ADVICE.cuda.replace(/^; /, "");
  return missing.length === 0
    ? null
    : `install the packages of CUDA and cuDNN that hold ${missing.join(", ")}`;
}

function missingLibraries(path: string): string[] {
  if (process.platform !== "linux") return [];
  return notFound(spawnSync("ldd", [path], { encoding: "utf8" }).stdout ?? "");
}

/**
 * The libraries that ldd did not find.
 *
 * @param text what ldd printed
 * @returns their names, in its order
 */
export function notFound(text: string): string[] {
  return [...text.matchAll(/^\s*(\S+) => not found$/gm)].map(([, name]) => name);
}
