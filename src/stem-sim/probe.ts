import type { Aggregate } from "../stochastic/index.ts";
import type { Microscope } from "./microscope-schema.ts";
import type { MicroscopeSettings } from "./microscope-settings.ts";
import { electronWavelengthNm } from "./scattering/fast-electron.ts";

/** Full width at half maximum of a Gaussian over its standard deviation, 2 sqrt(2 ln 2). */
const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.LN2);

/**
 * Blur of each particle: standard deviation of the probe at the particle's own height, and of the pixel.
 *
 *   sigma^2 = sigma_source^2 + sigma_diffraction^2 + (alpha (z - z0)/2)^2 + pixel^2/12
 *
 * The diffraction disc has a full width of 0.51 lambda/alpha; out of focus the probe is a disc of radius alpha |z - z0|,
 * whose variance along one axis is a quarter of its squared radius; a square pixel has variance p^2/12. Each is taken for
 * a Gaussian of that variance; a sphere is as sharp as its centre.
 *
 * @returns [particleCount] standard deviations [nm]
 */
export function probeSigmasNm(
  aggregate: Pick<Aggregate, "particleCount" | "centersNm">,
  microscope: Microscope,
  settings: MicroscopeSettings,
): Float64Array {
  const alpha = microscope.semiAngleMrad * 1e-3;
  const source = settings.probeFwhmNm / FWHM_PER_SIGMA;
  const diffraction = (0.51 * electronWavelengthNm(microscope.beamEnergyKeV)) / alpha / FWHM_PER_SIGMA;
  const inFocus = source ** 2 + diffraction ** 2 + settings.pixelSizeNm ** 2 / 12;
  const sigmasNm = new Float64Array(aggregate.particleCount);
  for (let i = 0; i < sigmasNm.length; i++) {
    const height = aggregate.centersNm[3 * i + 2] - settings.defocusNm;
    sigmasNm[i] = Math.sqrt(inFocus + (alpha * height) ** 2 / 4);
  }
  return sigmasNm;
}

/**
 * Depth of field of the probe, 1.77 lambda/alpha^2 ([nellist2011] sec. 2.5).
 *
 * @param microscope beam energy and convergence
 * @returns height over which the probe stays as narrow as diffraction makes it [nm]
 * @example
 * import { depthOfFieldNm, microscopeSchema } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * expect(depthOfFieldNm(microscopeSchema.parse({ semiAngleMrad: 21 }))).toBeCloseTo(7.9, 1);
 */
export function depthOfFieldNm(microscope: Pick<Microscope, "beamEnergyKeV" | "semiAngleMrad">): number {
  return (1.77 * electronWavelengthNm(microscope.beamEnergyKeV)) / (microscope.semiAngleMrad * 1e-3) ** 2;
}
