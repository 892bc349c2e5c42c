import { median } from "../../core/index.ts";
import {
  compareWithSplat,
  openRenderer,
  type HaadfRenderer,
  type RendererName,
} from "../../stem-sim/index.ts";
import type { RendererTrial } from "./protocol.ts";

/** Renderers that are open, by name. */
const opened = new Map<RendererName, Promise<HaadfRenderer>>();

/** The renderer of a name, opened once. */
export function rendererNamed(name: RendererName): Promise<HaadfRenderer> {
  const known = opened.get(name);
  if (known !== undefined) return known;
  const opening = openRenderer(name);
  opened.set(name, opening);
  opening.catch(() => opened.delete(name));
  return opening;
}

/** Relative difference of a pixel between kernel and splat that is allowed (docs/decisions/projection-kernels.md). */
const MOST_DEVIATION = 1e-4;

/** Images that are timed, at least one; fewer where they take longer than this in all. */
const [TIMED_IMAGES, LONGEST_MS] = [5, 500];

/**
 * Opens the kernel on WebGPU, compares its pixels with the splat's and its speed on an image.
 *
 * @param render renders the image that is timed
 * @returns what came out, or why there is no kernel: it is not an error, for the splat is always there
 */
export async function tryKernel(
  render: (renderer: HaadfRenderer) => Promise<unknown>,
): Promise<RendererTrial> {
  const adapter = (await navigator.gpu?.requestAdapter()) ?? null;
  if (adapter === null) {
    return {
      kind: "none",
      reason:
        navigator.gpu === undefined
          ? "this browser has no WebGPU"
          : "WebGPU finds no graphics processor here",
    };
  }
  try {
    const kernel = await rendererNamed("webgpu");
    const { worstRelativeDeviation } = await compareWithSplat(kernel);
    if (!(worstRelativeDeviation <= MOST_DEVIATION)) {
      const share = worstRelativeDeviation.toExponential(1);
      return {
        kind: "none",
        reason: `its pixels differ from the splat's by ${share}, over ${MOST_DEVIATION}`,
      };
    }
    const splat = await rendererNamed("cpu");
    const [kernelMs, splatMs] = [await timeOf(() => render(kernel)), await timeOf(() => render(splat))];
    return { kind: "tried", adapter: nameOf(adapter), worstRelativeDeviation, kernelMs, splatMs };
  } catch (cause) {
    return { kind: "none", reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** Median time of one image; the first, which waits for shaders and tables, does not count [ms]. */
async function timeOf(render: () => Promise<unknown>): Promise<number> {
  await render();
  const times: number[] = [];
  const begun = performance.now();
  do {
    const before = performance.now();
    await render();
    times.push(performance.now() - before);
  } while (times.length < TIMED_IMAGES && performance.now() - begun < LONGEST_MS);
  return median(times);
}

/** Browsers tell as little of a graphics processor as they can. */
function nameOf({ info: { description, vendor, architecture } }: GPUAdapter): string {
  const words = description || [vendor, architecture].filter((word) => word !== "").join(" ");
  return words || "no name told";
}
