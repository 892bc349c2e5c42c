import { drawSamples, type CorpusPlan } from "../corpus/index.ts";
import type { InversionPlan } from "../inverse/index.ts";
import { usageError } from "../core/index.ts";
import { openRenderer, type RendererName } from "../stem-sim/index.ts";
import type { FlagSpec } from "./command.ts";
import type { ProgressSink } from "./progress.ts";

/** What a user may ask to compute the images. */
export type RendererRequest = "cpu" | "gpu" | "auto";

export const RENDERER_FLAG = {
  value: "NAME",
  help: "what computes the images: cpu, gpu (WebGPU), or auto, which tries both for a second and takes the faster",
  choices: ["cpu", "gpu", "auto"] as const,
  default: "cpu",
} satisfies FlagSpec;

/**
 * Refuses a trial where it could choose another renderer for the same samples: in parts, and in what is gone on with.
 *
 * @param action what is done, for the error
 * @param call the renderer asked for, and the flag that makes a trial wrong, where it is set
 * @throws UsageError
 */
export function checkTrial(
  action: string,
  { renderer, rival }: { readonly renderer: RendererRequest; readonly rival: string | null },
): void {
  if (renderer !== "auto" || rival === null) return;
  throw usageError(
    { action },
    "wanted --renderer cpu or gpu, the same for all its samples",
    `--renderer auto with ${rival}`,
  );
}

/** A renderer that works here. */
export interface ChosenRenderer {
  readonly name: RendererName;
  /** What it runs on, such as "webgpu (NVIDIA L4)". */
  readonly device: string;
}

/** How renderers are tried. */
export interface RendererTrial {
  /** Images without end, by a renderer, to be timed. */
  readonly images: (name: RendererName) => AsyncIterable<unknown>;
  readonly progress: ProgressSink;
  /** Opens a renderer and gives its device; stem-sim's by default. */
  readonly open?: (name: RendererName) => Promise<{ readonly device: string }>;
}

const CPU: ChosenRenderer = { name: "cpu", device: "cpu" };

/**
 * Finds the renderer to use.
 *
 * @param request cpu, gpu, which must be there, or auto: the faster of both, by a trial of a second each, and the CPU
 * where there is no GPU; what auto takes and why is told
 * @param trial how renderers are tried
 * @returns the renderer
 * @throws Error where gpu is asked for and is not there
 */
export async function chooseRenderer(
  request: RendererRequest,
  trial: RendererTrial,
): Promise<ChosenRenderer> {
  const { progress, open = openRenderer } = trial;
  if (request === "cpu") return CPU;
  if (request === "gpu") return { name: "webgpu", device: (await open("webgpu")).device };
  const tell = (text: string) => progress.write(`Renderer: ${text}\n`);
  try {
    const { device } = await open("webgpu");
    const [cpu, gpu] = [await rateOf("cpu", trial), await rateOf("webgpu", trial)];
    const rates = `cpu ${cpu.toPrecision(2)} images a second, ${device} ${gpu.toPrecision(2)}`;
    tell(`${gpu > cpu ? device : "cpu"} (${rates})`);
    return gpu > cpu ? { name: "webgpu", device } : CPU;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    tell(`cpu; the GPU cannot be used: ${reason.split("; ")[0]}`);
    return CPU;
  }
}

const TRIAL_MS = 1000;
/** What comes first has threads, code and shaders to wait for. */
const WARM_UP_IMAGES = 16;

/** Images a second, counted for a second. */
async function rateOf(name: RendererName, { images, progress }: RendererTrial): Promise<number> {
  const stream = images(name)[Symbol.asyncIterator]();
  try {
    for (let warm = 0; warm < WARM_UP_IMAGES; warm++) await stream.next();
    const started = progress.now();
    let count = 0;
    let milliseconds = 0;
    while (milliseconds < TRIAL_MS) {
      await stream.next();
      count++;
      milliseconds = progress.now() - started;
    }
    return (1000 * count) / milliseconds;
  } finally {
    await stream.return?.();
  }
}

/** The plan with its samples' images computed on WebGPU. */
export function onWebGpu<Plan extends Pick<InversionPlan, "samples">>(plan: Plan): Plan {
  return { ...plan, samples: { ...plan.samples, renderer: "webgpu" } };
}

/** The renderer that a corpus was made by. */
export const rendererOf = ({ renderer }: Pick<CorpusPlan, "renderer">): RendererName =>
  renderer === undefined ? "cpu" : "webgpu";

/**
 * Chooses the renderer of a plan's samples.
 *
 * @param request what the user asked for
 * @param plan of an inversion
 * @param options threads that draw, and where to tell
 * @returns the plan with that renderer, and the device where it is not the CPU
 */
export async function planOnRenderer(
  request: RendererRequest,
  plan: InversionPlan,
  { workers, progress }: { readonly workers: number; readonly progress: ProgressSink },
): Promise<{ readonly plan: InversionPlan; readonly device: string | undefined }> {
  const images = (name: RendererName) =>
    drawSamples((name === "cpu" ? plan : onWebGpu(plan)).samples, { workers });
  const { name, device } = await chooseRenderer(request, { images, progress });
  return name === "cpu" ? { plan, device: undefined } : { plan: onWebGpu(plan), device };
}
