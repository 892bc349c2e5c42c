import { parseArgs } from "node:util";
import { Piscina } from "piscina";
import { findMaterial, median, openRandomStream } from "../src/core/index.ts";
import { aggregatePriorSchema, drawAggregate } from "../src/stochastic/index.ts";
import { drawMicroscopeSettings, microscopeSchema, prepareMicroscope } from "../src/stem-sim/index.ts";
import { drawNuisance } from "../src/stem-sim/nuisance.ts";
import { openKernelRenderer } from "../src/stem-sim/kernel/kernel-renderer.ts";
import { recordImage } from "../src/stem-sim/simulate-haadf.ts";
import { renderHaadf } from "../src/stem-sim/render-haadf.ts";
import { simulateBatch, splatRenderer } from "../src/stem-sim/kernel/renderer.ts";
import type { HaadfRenderer, ImageRequest } from "../src/stem-sim/kernel/renderer.ts";
import type { KernelMode } from "../src/stem-sim/kernel/kernel-renderer.ts";
import type { Microscope } from "../src/stem-sim/index.ts";

/** What a worker needs to render its share. */
export interface RenderTask {
  readonly sizePx: number;
  readonly particles: number;
  readonly physics: string;
  readonly device: string;
  readonly count: number;
}

/** Aggregates that the images take turns with; growing them is not part of the time. */
const AGGREGATE_COUNT = 24;
const BATCH = 16;

/**
 * Measures how many images a second the simulator makes, and where the time of one goes.
 *
 * @param args --size pixels, --particles N, --count images, --workers threads, --physics full|plain,
 * --device splat|cpu|webasm|webgpu
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      size: { type: "string", default: "256" },
      particles: { type: "string", default: "100" },
      count: { type: "string", default: "600" },
      workers: { type: "string", default: "2" },
      physics: { type: "string", default: "full" },
      device: { type: "string", default: "splat" },
    },
  });
  const workers = Number(values.workers);
  const task: RenderTask = {
    sizePx: Number(values.size),
    particles: Number(values.particles),
    physics: values.physics,
    device: values.device,
    count: Math.ceil(Number(values.count) / workers),
  };
  const start = performance.now();
  prepareMicroscope(benchMicroscope(task), MATERIALS);
  const prepare = performance.now() - start;
  const { images, seconds, device } = await throughput(task, workers);
  console.log(
    JSON.stringify({
      images_per_s: round(images / seconds),
      device,
      workers,
      size_px: task.sizePx,
      particles: task.particles,
      physics: task.physics,
      stages: { prepare: round(prepare), ...stages(task) },
    }),
  );
  // Dawn and gpu.js keep the process alive
  process.exit(0);
}

/** Best of three rounds: the machine is shared. */
async function throughput(task: RenderTask, workers: number) {
  const pool = new Piscina<RenderTask, string>({
    filename: new URL("./render.js", import.meta.url).href,
    name: "renderShare",
    minThreads: workers,
    maxThreads: workers,
    // as in src/corpus/draw-samples.ts
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  const runShares = (share: RenderTask) =>
    Promise.all(Array.from({ length: workers }, () => pool.run(share)));
  let [device] = await runShares({ ...task, count: Math.min(200, task.count) });
  let seconds = Infinity;
  for (let repeat = 0; repeat < 3; repeat++) {
    const start = performance.now();
    [device] = await runShares(task);
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  await pool.destroy();
  return { images: workers * task.count, seconds, device };
}

const MATERIALS = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;

function benchMicroscope({ sizePx, physics }: RenderTask): Microscope {
  // the field is 180 nm whatever the number of pixels: it holds most aggregates of 100 particles
  const field = { widthPx: sizePx, heightPx: sizePx, pixelSizeNm: 180 / sizePx };
  if (physics === "plain") return microscopeSchema.parse({ ...field, film: { thicknessNm: 15 } });
  return microscopeSchema.parse({
    ...field,
    semiAngleMrad: 15,
    orientation: "random",
    defocusNm: { uniform: [-50, 50] },
    electronsPerPixel: { logUniform: [1000, 8000] },
    film: { thicknessNm: { uniform: [5, 30] }, slope: 0.3, speckle: 0.1, speckleNm: 2 },
    contaminationNm: { uniform: [0, 1] },
    orientationSpread: 0.15,
    scan: { driftNm: 1, driftWalkNm: 0.2, rowJitterNm: 0.2, humNm: 0.1 },
    electronics: { gainExcess: 1.2, afterglow: 0.3, amplifierElectrons: 0.5 },
    output: { calibrationGain: { uniform: [0.97, 1.03] } },
  });
}

/** What a thread keeps between tasks, by the task's settings: worker threads live for one benchmark. */
const studios = new Map<string, Promise<{ requests: ImageRequest[]; renderer: HaadfRenderer }>>();

async function openStudio(task: RenderTask) {
  const microscope = benchMicroscope(task);
  const prepared = prepareMicroscope(microscope, MATERIALS);
  const prior = aggregatePriorSchema.parse({ particleCount: task.particles, necking: 0.1 });
  const requests = Array.from({ length: AGGREGATE_COUNT }, (_, index) => {
    const rng = openRandomStream("bench", index);
    const { aggregate } = drawAggregate(rng.fork("aggregate"), prior);
    return { rng, aggregate, imaging: { prepared, settings: drawMicroscopeSettings(rng, microscope) } };
  });
  const renderer =
    task.device === "splat" ? splatRenderer() : await openKernelRenderer(task.device as KernelMode);
  if (renderer === null)
    throw new Error(`Cannot open renderer: device must be present, got no ${task.device}`);
  return { requests, renderer };
}

/**
 * Renders one worker's share of the images, settings drawn anew for each.
 *
 * @param task what to render
 * @returns the device
 */
export async function renderShare(task: RenderTask): Promise<string> {
  const key = `${task.sizePx} ${task.particles} ${task.physics} ${task.device}`;
  const studio = studios.get(key) ?? openStudio(task);
  studios.set(key, studio);
  const { requests, renderer } = await studio;
  for (let done = 0; done < task.count; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, task.count - done) }, (_, k) => {
      const { aggregate, imaging } = requests[(done + k) % AGGREGATE_COUNT];
      const rng = openRandomStream("bench image", done + k);
      const settings = drawMicroscopeSettings(rng, imaging.prepared.microscope);
      return { rng, aggregate, imaging: { ...imaging, settings } };
    });
    await simulateBatch(renderer, batch);
  }
  return renderer.device;
}

/** Median milliseconds of the stages of one image on this thread: draws, film and scan, expected image, recording. */
function stages(task: RenderTask): Record<string, number> {
  const microscope = benchMicroscope(task);
  const prepared = prepareMicroscope(microscope, MATERIALS);
  const prior = aggregatePriorSchema.parse({ particleCount: task.particles, necking: 0.1 });
  const times = { grow: [], settings: [], specimen: [], render: [], record: [] } as Record<string, number[]>;
  const timed = <Result>(stage: string, work: () => Result): Result => {
    const start = performance.now();
    const result = work();
    times[stage].push(performance.now() - start);
    return result;
  };
  for (let index = 0; index < 120; index++) {
    const rng = openRandomStream("bench stages", index);
    const { aggregate } = timed("grow", () => drawAggregate(rng.fork("aggregate"), prior));
    const settings = timed("settings", () => drawMicroscopeSettings(rng, microscope));
    const imaging = { prepared, settings };
    const nuisance = timed("specimen", () => drawNuisance(rng, aggregate, microscope, settings));
    const ideal = timed("render", () => renderHaadf(aggregate, imaging, nuisance));
    timed("record", () => recordImage(rng, ideal, imaging));
  }
  // the first third warms the compiler up
  return Object.fromEntries(
    Object.entries(times).map(([stage, values]) => [`${stage}_ms`, round(median(values.slice(40)))]),
  );
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
