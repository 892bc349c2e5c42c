import { findMaterial, openRandomStream, type RandomStream } from "../../core/index.ts";
import { microscopeSchema } from "../microscope-schema.ts";
import { drawMicroscopeSettings } from "../microscope-settings.ts";
import { drawNuisance } from "../nuisance.ts";
import { prepareMicroscope } from "../prepare-microscope.ts";
import { splatRenderer, type HaadfRenderer, type RenderJob } from "./renderer.ts";

const MATERIALS = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;
const PARTICLES = 40;

/** How far a renderer's images are from those of the splat on the CPU. */
export interface RendererDeviation {
  readonly device: string;
  readonly images: number;
  /** Largest |share / share of the splat - 1| over all pixels. */
  readonly worstRelativeDeviation: number;
}

/**
 * Renders two small aggregates with overlapping particles, film and scan distortions, and compares every pixel with the
 * splat on the CPU.
 *
 * @param renderer what is tested
 * @returns the largest difference; 1e-4 is allowed (docs/decisions/projection-kernels.md)
 */
export async function compareWithSplat(renderer: HaadfRenderer): Promise<RendererDeviation> {
  const jobs = testJobs();
  const images = await renderer.render(jobs);
  const references = await splatRenderer().render(jobs);
  let worstRelativeDeviation = 0;
  images.forEach(({ data }, image) => {
    data.forEach((share, pixel) => {
      const deviation = Math.abs(share / references[image].data[pixel] - 1);
      // a pixel that is no number must not pass for one that agrees
      worstRelativeDeviation = Number.isNaN(deviation)
        ? Infinity
        : Math.max(worstRelativeDeviation, deviation);
    });
  });
  return { device: renderer.device, images: images.length, worstRelativeDeviation };
}

function testJobs(): RenderJob[] {
  const microscope = microscopeSchema.parse({
    widthPx: 72,
    heightPx: 64,
    pixelSizeNm: 1.5,
    semiAngleMrad: 21,
    film: { thicknessNm: 15, slope: 0.3, speckle: 0.1 },
    scan: { driftNm: 2, rowJitterNm: 0.3 },
  });
  const prepared = prepareMicroscope(microscope, MATERIALS);
  return [1, 2].map((index) => {
    const rng = openRandomStream("compare renderers", index);
    const aggregate = chainOfSpheres(rng.fork("aggregate"));
    const settings = drawMicroscopeSettings(rng.fork("microscope"), microscope);
    const nuisance = drawNuisance(rng.fork("specimen"), aggregate, microscope, settings);
    return { aggregate, imaging: { prepared, settings }, nuisance };
  });
}

/** Particles in a row that turns at random, each sunk by a twentieth into the one before: necks of every tilt. */
function chainOfSpheres(rng: RandomStream) {
  const centersNm = new Float64Array(3 * PARTICLES);
  const radiiNm = Float64Array.from({ length: PARTICLES }, () => 4 + 4 * rng.uniform());
  for (let particle = 1; particle < PARTICLES; particle++) {
    const direction = [rng.normal(), rng.normal(), rng.normal()];
    const distanceNm = 0.95 * (radiiNm[particle - 1] + radiiNm[particle]);
    direction.forEach((along, axis) => {
      const before = centersNm[3 * (particle - 1) + axis];
      centersNm[3 * particle + axis] = before + (distanceNm * along) / Math.hypot(...direction);
    });
  }
  const materialIndices = Uint8Array.from({ length: PARTICLES }, (_, particle) => particle % 2);
  return { particleCount: PARTICLES, centersNm, radiiNm, materialIndices, materials: MATERIALS };
}
