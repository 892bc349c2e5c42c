import type { GrayImage, RandomStream } from "../../core/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";
import type { MicroscopeSettings } from "../microscope-settings.ts";
import type { BlurredSphereTable } from "../projection/blurred-sphere.ts";
import { projectedThickness } from "../projection/projected-thickness.ts";
import { viewAggregate } from "../view.ts";
import { recordBrightField, type Camera } from "./record-bright-field.ts";
import { renderBrightField, type ObjectiveLens, type WaveMaterial } from "./render-bright-field.ts";

/** A transmission electron microscope in bright field. */
export interface BrightFieldMicroscope {
  /** Kinetic energy of the electrons [keV]. */
  readonly beamEnergyKeV: number;
  /** What the materials of the aggregate, first and second, and of the film do to the wave, as waveMaterials gives them. */
  readonly materials: readonly [WaveMaterial, WaveMaterial, WaveMaterial];
  /** All of the lens but its defocus, which is drawn with the rest of the settings. */
  readonly lens: Omit<ObjectiveLens, "defocusNm">;
  readonly camera: Camera;
  /** Edge of the image, a power of two [px]. */
  readonly side: number;
}

/** Softness of edges, which keeps sharp rims from folding over [px]. */
const SOFT_PX = 0.5;

/**
 * Simulates the bright-field image of an aggregate as a camera records it: mass thickness, Fresnel rims and phase grain of particles and
 * film, counting noise. The aggregate lies as in the HAADF image of the same settings.
 *
 * @param rng stream of the image
 * @param aggregate spheres of two materials
 * @param microscope beam, materials, lens, camera
 * @param taken settings of the view, and blurred profiles as blurredSphereTable gives them
 * @returns [side, side], fraction of the incident beam
 * @example
 * import { findMaterial, openRandomStream } from "../src/core/index.ts";
 * import { blurredSphereTable, drawMicroscopeSettings, microscopeSchema, simulateBrightField, waveMaterials } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const materials = ["SiO2", "WO3"].map((name) => findMaterial(name));
 * const [[first, second, film]] = waveMaterials([...materials, findMaterial("C")], 200, [10]);
 * const microscope = {
 *   beamEnergyKeV: 200,
 *   materials: [first, second, film] as const,
 *   lens: { sphericalMm: 1.2, focalSpreadNm: 5, illuminationMrad: 0.1, grain: 1 },
 *   camera: { electronsPerPixel: 1e4, spreadPx: 0, readoutElectrons: 0, gradient: 0, gradientDeg: 0 },
 *   side: 64,
 * };
 * const aggregate = {
 *   particleCount: 1,
 *   centersNm: Float64Array.of(0, 0, 0),
 *   radiiNm: Float64Array.of(15),
 *   materialIndices: Uint8Array.of(1),
 *   materials: [materials[0], materials[1]] as const,
 * };
 * const rng = openRandomStream(1);
 * const settings = drawMicroscopeSettings(rng, microscopeSchema.parse({}));
 * const { data } = simulateBrightField(rng, aggregate, microscope, { settings, table: blurredSphereTable() });
 * // the particle takes electrons away from where it is
 * expect(data[32 * 64 + 32]).toBeLessThan(0.8 * data[0]);
 */
export function simulateBrightField(
  rng: RandomStream,
  aggregate: Aggregate,
  { beamEnergyKeV, materials, lens, camera, side }: BrightFieldMicroscope,
  { settings, table }: { readonly settings: MicroscopeSettings; readonly table: BlurredSphereTable },
): GrayImage {
  const { pixelSizeNm, defocusNm, filmThicknessNm, tiltDeg } = settings;
  const grid = { widthPx: side, heightPx: side, pixelSizeNm };
  const sigmaNm = SOFT_PX * pixelSizeNm;
  const [first, second] = projectedThickness(viewAggregate(aggregate, settings), table, { grid, sigmaNm });
  const film = new Float32Array(side * side).fill(filmThicknessNm / Math.cos((tiltDeg * Math.PI) / 180));
  const specimen = { side, pixelSizeNm, thicknessesNm: [first, second, film], materials };
  const expected = renderBrightField(rng.fork("grain"), specimen, { ...lens, beamEnergyKeV, defocusNm });
  const data = recordBrightField(rng.fork("camera"), expected, { width: side, height: side }, camera);
  return { width: side, height: side, data, intensityUnit: "fraction of the incident beam", pixelSizeNm };
}
