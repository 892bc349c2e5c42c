import type { GrayImage, RandomStream } from "../../core/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";
import type { Imaging } from "../imaging.ts";
import { drawImageChance, nuisanceArrays } from "../nuisance.ts";
import type { ImageNuisance, NuisanceArrays } from "../nuisance.ts";
import { thicknessMaps } from "../projection/splat-bodies.ts";
import { renderHaadf } from "../render-haadf.ts";
import { recordInto } from "../simulate-haadf.ts";

/** One image to render. */
export interface RenderJob {
  readonly aggregate: Aggregate;
  readonly imaging: Imaging;
  readonly nuisance: ImageNuisance;
}

/** Something that renders batches; all give the same images, within 1e-4. */
export interface HaadfRenderer {
  /** What it runs on, for the record: "cpu", or kernel mode and adapter. */
  readonly device: string;
  /** Images that it likes to have in hand at once: one on a CPU, whose caches hold an image but not many. */
  readonly batchLength: number;
  /** Renders a batch; its jobs share one prepared microscope. */
  render(jobs: readonly RenderJob[]): Promise<readonly GrayImage[]>;
}

/**
 * The renderer that every machine has: bounding-box splats in plain typed arrays, the fastest on a CPU
 * (docs/decisions/projection-kernels.md).
 */
export function splatRenderer(): HaadfRenderer {
  let maps = thicknessMaps(0);
  const mapsFor = ({ prepared }: Imaging) => {
    const { widthPx, heightPx } = prepared.microscope;
    if (maps[0].length !== widthPx * heightPx) maps = thicknessMaps(widthPx * heightPx);
    return maps;
  };
  return {
    device: "cpu",
    batchLength: 1,
    render: async (jobs) =>
      jobs.map(({ aggregate, imaging, nuisance }) =>
        renderHaadf(aggregate, imaging, nuisance, mapsFor(imaging)),
      ),
  };
}

/** One image to simulate: its own stream, and what simulateHaadf takes. */
export interface ImageRequest {
  readonly rng: RandomStream;
  readonly aggregate: Aggregate;
  readonly imaging: Imaging;
  /** Number of the exposure where one specimen is imaged several times, all by the same stream. */
  readonly exposure?: number;
}

/**
 * Simulates a batch of images: the same as simulateHaadf one by one, on any renderer.
 *
 * @example
 * import { findMaterial, openRandomStream } from "../src/core/index.ts";
 * import {
 *   drawMicroscopeSettings,
 *   microscopeSchema,
 *   openRenderer,
 *   prepareMicroscope,
 *   simulateBatch,
 *   simulateHaadf,
 * } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const materials = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;
 * const prepared = prepareMicroscope(microscopeSchema.parse({}), materials);
 * const aggregate = {
 *   particleCount: 1,
 *   centersNm: Float64Array.of(0, 0, 0),
 *   radiiNm: Float64Array.of(20),
 *   materialIndices: Uint8Array.of(1),
 *   materials,
 * };
 * const rng = openRandomStream(1);
 * const imaging = { prepared, settings: drawMicroscopeSettings(rng, prepared.microscope) };
 * const [image] = await simulateBatch(await openRenderer("cpu"), [{ rng, aggregate, imaging }]);
 * expect(image.data).toEqual(simulateHaadf(rng, aggregate, imaging).data);
 */
export async function simulateBatch(
  renderer: HaadfRenderer,
  requests: readonly ImageRequest[],
): Promise<readonly GrayImage[]> {
  const images: GrayImage[] = [];
  const arrays = requests
    .slice(0, renderer.batchLength)
    .map(({ imaging }) => nuisanceArrays(imaging.prepared.microscope));
  for (let start = 0; start < requests.length; start += renderer.batchLength) {
    const together = requests.slice(start, start + renderer.batchLength);
    images.push(...(await simulateTogether(renderer, together, arrays)));
  }
  return images;
}

async function simulateTogether(
  renderer: HaadfRenderer,
  requests: readonly ImageRequest[],
  arrays: readonly NuisanceArrays[],
): Promise<readonly GrayImage[]> {
  const chances = requests.map(({ rng, aggregate, imaging, exposure }, i) =>
    drawImageChance(rng, aggregate, imaging, { exposure, arrays: arrays[i] }),
  );
  const jobs = requests.map(({ aggregate, imaging }, i) => ({
    aggregate,
    imaging,
    nuisance: chances[i].nuisance,
  }));
  const ideals = await renderer.render(jobs);
  return ideals.map((ideal, i) => recordInto(ideal.data, chances[i].noise, ideal, requests[i].imaging));
}
