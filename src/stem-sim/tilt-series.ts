import type { GrayImage, RandomStream } from "../core/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import type { Imaging } from "./imaging.ts";
import { simulateBatch, splatRenderer, type HaadfRenderer } from "./kernel/renderer.ts";
import { tiltSeries } from "./microscope-settings.ts";
import type { MicroscopeSettings } from "./microscope-settings.ts";
import type { PreparedMicroscope } from "./prepare-microscope.ts";

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
 * The holder turns about the image's x axis, the horizontal one, and particles turn with it. The film's speckle stays as it is while
 * the film grows thicker along the beam by 1/cos(tilt); scan distortions, counting noise and the crystals' factors, which change
 * within a degree or two, are drawn anew for each exposure.
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
export function simulateTiltSeries(
  rng: RandomStream,
  aggregate: Aggregate,
  { prepared, settings }: Imaging,
  { tiltsDeg, renderer }: TiltSeriesOptions,
): Promise<readonly GrayImage[]> {
  const specimen = { aggregate, prepared };
  return simulateExposures(rng, specimen, tiltSeries(settings, tiltsDeg), renderer);
}

/** What stays the same from exposure to exposure. */
export interface Specimen {
  /** Spheres of the two materials that the microscope was prepared for. */
  readonly aggregate: Aggregate;
  readonly prepared: PreparedMicroscope;
}

/**
 * Simulates exposures of one specimen, each with settings of its own: tilts, shifts of the stage, doses. Film and particles are the same in all;
 * else as simulateTiltSeries, which differs in the tilt alone.
 *
 * @param rng stream of the series
 * @param specimen aggregate and prepared microscope, whose prior of tiltDeg must hold all tilts
 * @param exposures settings in the order of the exposures
 * @param renderer what renders; splats on the CPU by default
 * @returns one image an exposure
 * @throws RangeError as simulateHaadf
 */
export function simulateExposures(
  rng: RandomStream,
  { aggregate, prepared }: Specimen,
  exposures: readonly MicroscopeSettings[],
  renderer: HaadfRenderer = splatRenderer(),
): Promise<readonly GrayImage[]> {
  const requests = exposures.map((settings, exposure) => ({
    rng,
    aggregate,
    imaging: { prepared, settings },
    exposure,
  }));
  return simulateBatch(renderer, requests);
}
