import { failureText } from "../../core/index.ts";
import { bodiesInView, imageOf } from "../render-haadf.ts";
import { openWebGpu } from "./open-web-gpu.ts";
import { packBatch } from "./pack-batch.ts";
import type { HaadfRenderer, RenderJob } from "./renderer.ts";
import { shareKernel } from "./share-kernel.ts";

/** What gpu.js compiles the kernel to: a WebGPU compute shader, threaded WebAssembly, or JavaScript. */
export type KernelMode = "webgpu" | "webasm" | "cpu";

/**
 * Opens a renderer whose pixels are computed by one gpu.js kernel.
 *
 * @returns the renderer, or null where the machine has no WebGPU adapter
 */
export async function openKernelRenderer(mode: KernelMode): Promise<HaadfRenderer | null> {
  const adapter = mode === "webgpu" ? await openWebGpu() : "gpu.js";
  if (adapter === null) return null;
  const { default: gpuJs } = await import("gpu.js");
  const gpu = new gpuJs.GPU({ mode });
  const kernel = gpu.createKernel(shareKernel.toString(), {
    precision: "single",
    asyncMode: true,
    dynamicOutput: true,
    dynamicArguments: true,
  });
  // gpu.js stops loops of unknown length after 1000 rounds; a tile's list can be longer
  kernel.setLoopMaxIterations(100_000);
  return {
    device: `${mode} (${adapter})`,
    batchLength: 16,
    async render(jobs) {
      checkBatch(jobs);
      const { prepared } = jobs[0].imaging;
      const { widthPx, heightPx } = prepared.microscope;
      const packed = packBatch(jobs.map(batchImage), prepared.intensity);
      kernel.setOutput([widthPx, heightPx, jobs.length]);
      const output = await kernel(
        packed.bodies,
        packed.geometry,
        packed.tileStarts,
        packed.tileBodies,
        packed.table,
        packed.pixels,
        packed.sizes,
      );
      const images = output as Float32Array[][];
      return jobs.map(({ imaging }, image) => imageOf(joinRows(images[image], widthPx), imaging));
    },
  };
}

function batchImage({ aggregate, imaging, nuisance }: RenderJob) {
  const { widthPx, heightPx } = imaging.prepared.microscope;
  const grid = { widthPx, heightPx, pixelSizeNm: imaging.settings.pixelSizeNm };
  return { bodies: bodiesInView(aggregate, imaging, nuisance), grid, nuisance };
}

function checkBatch(jobs: readonly RenderJob[]): void {
  const names = new Set(jobs.map(({ imaging }) => imaging.prepared.fingerprint));
  if (names.size === 1) return;
  throw new RangeError(
    failureText({ action: "render batch" }, "jobs must share one prepared microscope", String(names.size)),
  );
}

function joinRows(rows: readonly Float32Array[], widthPx: number): Float32Array {
  const data = new Float32Array(rows.length * widthPx);
  rows.forEach((row, index) => data.set(row, index * widthPx));
  return data;
}
