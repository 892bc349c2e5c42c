import { failureText } from "../core/index.ts";
import type { GrayImage, RandomStream } from "../core/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import { gaussianBlur } from "./gaussian-blur.ts";
import type { MicroscopeSettings } from "./microscope-settings.ts";
import type { PreparedMicroscope } from "./prepare-microscope.ts";
import { thicknessMapsNm } from "./thickness-maps.ts";

/** How one image is taken: what all images of the study share, and what was drawn for this one. */
export interface Imaging {
  readonly prepared: PreparedMicroscope;
  readonly settings: MicroscopeSettings;
}

/** Full width at half maximum of a Gaussian over its standard deviation, 2 sqrt(2 ln 2). */
const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.LN2);

/**
 * Simulates the HAADF-STEM image of an aggregate as a microscope records it: electrons counted pixel by pixel.
 *
 * @param rng stream of this image's noise
 * @param aggregate spheres of the two materials the microscope was prepared for; projected along z
 * @param imaging prepared microscope and drawn settings
 * @returns counted electrons over incident electrons, [heightPx, widthPx], a fraction of the beam
 * @throws RangeError where the aggregate's materials are not those of the prepared microscope
 * @example
 * import { findMaterial, openRandomStream } from "../src/core/index.ts";
 * import { drawMicroscopeSettings, microscopeSchema, prepareMicroscope, simulateHaadf } from "../src/stem-sim/index.ts";
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
 * const rng = openRandomStream(1, "sample", 0);
 * const settings = drawMicroscopeSettings(rng.fork("microscope"), prepared.microscope);
 * const { data } = simulateHaadf(rng.fork("image"), aggregate, { prepared, settings });
 * expect(data[64 * 128 + 64]).toBeGreaterThan(5 * data[0]);
 */
export function simulateHaadf(rng: RandomStream, aggregate: Aggregate, imaging: Imaging): GrayImage {
  const ideal = renderHaadf(aggregate, imaging);
  const { electronsPerPixel } = imaging.settings;
  const data = ideal.data.map((share) => rng.poisson(share * electronsPerPixel) / electronsPerPixel);
  return { ...ideal, data };
}

/**
 * The same image with no noise: the expected share of the beam that reaches the detector.
 *
 * @param aggregate spheres of the two materials the microscope was prepared for; projected along z
 * @param imaging prepared microscope and drawn settings
 * @returns [heightPx, widthPx], fraction of the beam
 * @throws RangeError where the aggregate's materials are not those of the prepared microscope
 */
export function renderHaadf(aggregate: Aggregate, { prepared, settings }: Imaging): GrayImage {
  checkMaterials(aggregate, prepared);
  const { widthPx, heightPx } = prepared.microscope;
  const { pixelSizeNm, probeFwhmNm, filmThicknessNm } = settings;
  const [first, second] = thicknessMapsNm(aggregate, { widthPx, heightPx, pixelSizeNm });
  const [firstPerNm, secondPerNm] = prepared.detectedPerNm;
  const background = prepared.filmDetectedPerNm * filmThicknessNm;
  const share = first.map((t, i) => background + firstPerNm * t + secondPerNm * second[i]);
  const data = gaussianBlur(share, widthPx, heightPx, probeFwhmNm / FWHM_PER_SIGMA / pixelSizeNm);
  return {
    width: widthPx,
    height: heightPx,
    data,
    intensityUnit: "fraction of the incident beam",
    pixelSizeNm,
  };
}

function checkMaterials(aggregate: Aggregate, { materialNames }: PreparedMicroscope): void {
  const names = aggregate.materials.map((material) => material.name);
  if (names.every((name, i) => name === materialNames[i])) return;
  throw new RangeError(
    failureText(
      { action: "render HAADF image" },
      `materials of the aggregate must be those the microscope was prepared for, ${materialNames.join(" and ")}`,
      names.join(" and "),
    ),
  );
}
