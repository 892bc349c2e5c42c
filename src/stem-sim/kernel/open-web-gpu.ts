import { gpuPackage } from "./gpu-package.ts";

/**
 * Gives Node a WebGPU adapter through Dawn, the way a browser has one: in `navigator.gpu`, where gpu.js looks.
 *
 * @returns the adapter's name, or null where there is none or Dawn has no program for this system
 * @throws Error where the package is not installed
 */
export async function openWebGpu(): Promise<string | null> {
  if (globalThis.navigator?.gpu === undefined) {
    const dawn = await gpuPackage("webgpu", () => import("webgpu").catch(nullUnlessMissing));
    if (dawn === null) return null;
    Object.assign(globalThis, dawn.globals);
    const navigator = { ...globalThis.navigator, gpu: dawn.create([]) };
    Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  }
  const adapter = await globalThis.navigator.gpu.requestAdapter();
  return adapter === null ? null : adapter.info.description || adapter.info.vendor || "WebGPU";
}

/** Dawn is a library of each system, which may refuse to load; a package that is not there is another matter. */
function nullUnlessMissing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") throw error;
  return null;
}
