import { findMaterial, openRandomStream } from "../src/core/index.ts";
import { aggregatePriorSchema, drawAggregate } from "../src/stochastic/index.ts";
import { drawMicroscopeSettings, microscopeSchema, prepareMicroscope } from "../src/stem-sim/index.ts";
import { drawNuisance } from "../src/stem-sim/nuisance.ts";
import { openKernelRenderer } from "../src/stem-sim/kernel/kernel-renderer.ts";
import { splatRenderer } from "../src/stem-sim/kernel/renderer.ts";

/** Renders a few images as WebGPU compute shader and as splats, and prints how far they are apart. */
export async function run(): Promise<void> {
  const gpu = await openKernelRenderer("webgpu");
  if (gpu === null) throw new Error("Cannot compare kernels: WebGPU adapter must be present, got none");
  const materials = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;
  const microscope = microscopeSchema.parse({
    widthPx: 72,
    heightPx: 64,
    pixelSizeNm: 1.5,
    semiAngleMrad: 21,
    film: { thicknessNm: 15, slope: 0.3, speckle: 0.1 },
    scan: { driftNm: 2, rowJitterNm: 0.3 },
  });
  const prepared = prepareMicroscope(microscope, materials);
  const prior = aggregatePriorSchema.parse({ particleCount: 40, necking: 0.15 });
  const jobs = [1, 2].map((index) => {
    const rng = openRandomStream(7, index);
    const { aggregate } = drawAggregate(rng, prior);
    const settings = drawMicroscopeSettings(rng, microscope);
    const nuisance = drawNuisance(rng, aggregate, microscope, settings);
    return { aggregate, imaging: { prepared, settings }, nuisance };
  });
  const images = await gpu.render(jobs);
  const references = await splatRenderer().render(jobs);
  let worstRelativeDeviation = 0;
  images.forEach(({ data }, image) => {
    data.forEach((share, pixel) => {
      const reference = references[image].data[pixel];
      worstRelativeDeviation = Math.max(worstRelativeDeviation, Math.abs(share / reference - 1));
    });
  });
  console.log(JSON.stringify({ device: gpu.device, images: images.length, worstRelativeDeviation }));
  // Dawn keeps the process alive
  process.exit(0);
}
