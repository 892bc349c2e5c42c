/**
 * Gives Node a WebGPU adapter through Dawn, the way a browser has one: in `navigator.gpu`, where gpu.js looks.
 *
 * @returns the adapter's name, or null where the package or an adapter is missing
 */
export async function openWebGpu(): Promise<string | null> {
  if (globalThis.navigator?.gpu === undefined) {
    const dawn = await import("webgpu").catch(() => null);
    if (dawn === null) return null;
    Object.assign(globalThis, dawn.globals);
    const navigator = { ...globalThis.navigator, gpu: dawn.create([]) };
    Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  }
  const adapter = await globalThis.navigator.gpu.requestAdapter();
  return adapter === null ? null : adapter.info.description || adapter.info.vendor || "WebGPU";
}
