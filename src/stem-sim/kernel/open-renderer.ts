import { failureText } from "../../core/index.ts";
import { openKernelRenderer } from "./kernel-renderer.ts";
import { splatRenderer, type HaadfRenderer } from "./renderer.ts";

/** What can compute images: splats on a CPU, or the gpu.js kernel on WebGPU. */
export type RendererName = "cpu" | "webgpu";

/**
 * Opens a renderer by its name.
 *
 * @param name cpu, which every machine has, or webgpu
 * @returns the renderer; the process can end while it is open
 * @throws Error where webgpu is asked for and the machine has no adapter or not its packages, with the remedy
 * @example
 * import { openRenderer } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * expect((await openRenderer("cpu")).device).toBe("cpu");
 */
export async function openRenderer(name: RendererName): Promise<HaadfRenderer> {
  if (name === "cpu") return splatRenderer();
  const renderer = await openKernelRenderer("webgpu");
  if (renderer !== null) return renderer;
  const text = failureText({ action: "open renderer" }, "wanted a WebGPU adapter", "none");
  throw new Error(
    `${text}; wanted is a GPU with a driver (on Linux Vulkan and libvulkan1); ` +
      "heterostem doctor says what is there; the CPU renders everywhere",
  );
}
