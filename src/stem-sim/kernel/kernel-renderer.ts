import { failureText, type GrayImage, rangeError } from "../../core/index.ts";
import { bodiesInView, imageOf, renderHaadf } from "../render-haadf.ts";
import { gpuPackage } from "./gpu-package.ts";
import { openWebGpu } from "./open-web-gpu.ts";
import { packBatch } from "./pack-batch.ts";
import type { HaadfRenderer, RenderJob } from "./renderer.ts";
import { shareKernel, type KernelArguments } from "./share-kernel.ts";

/** What gpu.js compiles the kernel to: a WebGPU compute shader, threaded WebAssembly, or JavaScript. */
export type KernelMode = "webgpu" | "webasm" | "cpu";

/**
 * Opens a renderer whose pixels are computed by one gpu.js kernel.
 *
 * @returns the renderer, or null where the machine has no WebGPU adapter
 * @throws Error where a package of it is not installed
 */
export async function openKernelRenderer(mode: KernelMode): Promise<HaadfRenderer | null> {
  const adapter = mode === "webgpu" ? await openWebGpu() : "gpu.js";
  if (adapter === null) return null;
  const { default: gpuJs } = await gpuPackage("gpu.js", () => import("gpu.js"));
  const gpu = new gpuJs.GPU({ mode });
  const kernel = gpu.createKernel(shareKernel.toString(), {
    precision: "single",
    asyncMode: true,
    dynamicOutput: true,
    dynamicArguments: true,
  });
  // gpu.js stops loops of unknown length after 1000 rounds; a tile's list can be longer
  kernel.setLoopMaxIterations(100_000);
  const dispatch = async (jobs: readonly RenderJob[], packed: KernelArguments): Promise<GrayImage[]> => {
    const { widthPx, heightPx } = jobs[0].imaging.prepared.microscope;
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
    return jobs.map((job, image) => checkedImage(joinRows(images[image], widthPx), job));
  };
  /** One dispatch where the batch fits, else one for each half of it. */
  const renderTogether = async (jobs: readonly RenderJob[]): Promise<GrayImage[]> => {
    const packed = hasExactPixels(jobs) ? packJobs(jobs) : null;
    if (packed !== null && hasExactIndices(packed)) return dispatch(jobs, packed);
    if (jobs.length === 1) throw tooLarge(jobs[0]);
    const half = Math.ceil(jobs.length / 2);
    return [...(await renderTogether(jobs.slice(0, half))), ...(await renderTogether(jobs.slice(half)))];
  };
  return {
    device: `${mode} (${adapter})`,
    batchLength: 16,
    async render(jobs) {
      checkBatch(jobs);
      // particles that are no spheres, and shells, are for the CPU alone
      const plain = jobs.filter((job) => !isForCpu(job));
      const rendered = plain.length === 0 ? [] : await renderTogether(plain);
      return jobs.map((job) =>
        isForCpu(job) ? renderHaadf(job.aggregate, job.imaging, job.nuisance) : rendered[plain.indexOf(job)],
      );
    },
  };
}

function isForCpu({ imaging, nuisance }: RenderJob): boolean {
  return nuisance.shapes !== null || imaging.settings.shellNm > 0;
}

/** The kernel's indices are single-precision numbers, which count whole numbers up to here. */
const EXACT_INDICES = 2 ** 24;

function hasExactPixels(jobs: readonly RenderJob[]): boolean {
  const { widthPx, heightPx } = jobs[0].imaging.prepared.microscope;
  return 3 * widthPx * heightPx * jobs.length <= EXACT_INDICES;
}

function hasExactIndices({ bodies, geometry, tileBodies }: KernelArguments): boolean {
  return [bodies, geometry, tileBodies].every(({ length }) => length <= EXACT_INDICES);
}

function tooLarge({ aggregate, imaging }: RenderJob): RangeError {
  const { widthPx, heightPx } = imaging.prepared.microscope;
  const wanted = "one image must have at most 5.5 million pixels and some 80,000 particles";
  const got = `${widthPx} x ${heightPx} pixels and ${aggregate.particleCount} particles`;
  return new RangeError(
    `${failureText({ action: "render on WebGPU" }, wanted, got)}; the CPU has no such limit`,
  );
}

/** An image of which a column is too thick goes to the splat, which says which and why. */
function checkedImage(data: Float32Array, { aggregate, imaging, nuisance }: RenderJob): GrayImage {
  const isKnown = data.every((share) => share >= 0);
  return isKnown ? imageOf(data, imaging) : renderHaadf(aggregate, imaging, nuisance);
}

function packJobs(jobs: readonly RenderJob[]): KernelArguments {
  return packBatch(jobs.map(batchImage), jobs[0].imaging.prepared.intensity);
}

function batchImage({ aggregate, imaging, nuisance }: RenderJob) {
  const { widthPx, heightPx } = imaging.prepared.microscope;
  const grid = { widthPx, heightPx, pixelSizeNm: imaging.settings.pixelSizeNm };
  return { bodies: bodiesInView(aggregate, imaging, nuisance), grid, nuisance };
}

function checkBatch(jobs: readonly RenderJob[]): void {
  const names = new Set(jobs.map(({ imaging }) => imaging.prepared.fingerprint));
  if (names.size === 1) return;
  throw rangeError({ action: "render batch" }, "jobs must share one prepared microscope", String(names.size));
}

function joinRows(rows: readonly Float32Array[], widthPx: number): Float32Array {
  const data = new Float32Array(rows.length * widthPx);
  rows.forEach((row, index) => data.set(row, index * widthPx));
  return data;
}
