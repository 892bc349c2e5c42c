import type { GrayImage, RandomStream } from "../core/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import type { Imaging } from "./imaging.ts";
import { splatRenderer, type HaadfRenderer } from "./kernel/renderer.ts";
import { tiltSeries } from "./microscope-settings.ts";
import { drawNuisance } from "./nuisance.ts";
import { recordImage } from "./simulate-haadf.ts";

/** The exposures of a tilt series. */
export interface TiltSeriesOptions {
  /** In the order of the exposures, -80 to 80 [degrees]. */
  readonly tiltsDeg: readonly number[];
  /** Splats on the CPU by default. */
  readonly renderer?: HaadfRenderer;
}

/**
 * Simulates a tilt series: the same specimen under the same settings, one exposure for each tilt of the holder.
 *
 * The holder turns about the image's x axis, the horizontal one. The film's speckle stays as it is while the film grows
 * thicker along the beam by 1/cos(tilt); scan distortions, counting noise and the crystals' factors, which change within
 * a degree or two, are drawn anew for each exposure.
 *
 * @param rng stream of the series
 * @param aggregate spheres of the two materials the microscope was prepared for
 * @param imaging prepared microscope, whose prior of tiltDeg must hold all tilts, and drawn settings
 * @param options tilts, and what renders
 * @returns one image a tilt
 * @throws RangeError as simulateHaadf
 * @example
 * import { findMaterial, openRandomStream } from "../src/core/index.ts";
 * import { drawMicroscopeSettings, microscopeSchema, prepareMicroscope, simulateTiltSeries } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const materials = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;
 * const microscope = microscopeSchema.parse({ tiltDeg: { uniform: [-60, 60] } });
 * const prepared = prepareMicroscope(microscope, materials);
 * const aggregate = {
 *   particleCount: 1,
 *   centersNm: Float64Array.of(0, 0, 20),
 *   radiiNm: Float64Array.of(10),
 *   materialIndices: Uint8Array.of(1),
 *   materials,
 * };
 * const rng = openRandomStream(1);
 * const imaging = { prepared, settings: drawMicroscopeSettings(rng, microscope) };
 * const series = await simulateTiltSeries(rng, aggregate, imaging, { tiltsDeg: [-60, 0, 60] });
 * expect(series).toHaveLength(3);
 */
export async function simulateTiltSeries(
  rng: RandomStream,
  aggregate: Aggregate,
  { prepared, settings }: Imaging,
  { tiltsDeg, renderer = splatRenderer() }: TiltSeriesOptions,
): Promise<readonly GrayImage[]> {
  const tilted = tiltSeries(settings, tiltsDeg);
  const images: GrayImage[] = [];
  for (let start = 0; start < tilted.length; start += renderer.batchLength) {
    const exposures = tilted.slice(start, start + renderer.batchLength).map((view, i) => {
      const own = rng.fork("exposure", start + i);
      const { filmNm } = drawNuisance(rng.fork("specimen"), aggregate, prepared.microscope, view);
      const nuisance = { ...drawNuisance(own, aggregate, prepared.microscope, view), filmNm };
      return { own, job: { aggregate, imaging: { prepared, settings: view }, nuisance } };
    });
    const ideals = await renderer.render(exposures.map(({ job }) => job));
    exposures.forEach(({ own, job }, i) => {
      images.push(recordImage(own.fork("noise"), ideals[i], job.imaging));
    });
  }
  return images;
}
