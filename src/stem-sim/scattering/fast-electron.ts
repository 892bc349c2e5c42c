/** Rest energy of the electron [keV] and h c [keV nm] [codata2018]. */
const REST_ENERGY_KEV = 510.99895;
const PLANCK_TIMES_LIGHT_KEV_NM = 1.239841984;

/**
 * Relativistic de Broglie wavelength, lambda = h c / sqrt(E (2 m c^2 + E)).
 *
 * @param beamEnergyKeV kinetic energy [keV]
 * @returns wavelength [nm]
 * @example
 * import { electronWavelengthNm } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * expect(electronWavelengthNm(300)).toBeCloseTo(1.9687e-3, 7);
 */
export function electronWavelengthNm(beamEnergyKeV: number): number {
  return PLANCK_TIMES_LIGHT_KEV_NM / Math.sqrt(beamEnergyKeV * (2 * REST_ENERGY_KEV + beamEnergyKeV));
}

/**
 * Interaction constant of the phase grating, sigma = 2 pi/(lambda E) (m c^2 + E)/(2 m c^2 + E) ([kirkland2010] eq. 5.6).
 *
 * @param beamEnergyKeV kinetic energy [keV]
 * @returns phase per projected potential [rad/(V nm)]
 * @example
 * import { interactionConstant } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * expect(interactionConstant(200)).toBeCloseTo(7.288e-3, 6);
 */
export function interactionConstant(beamEnergyKeV: number): number {
  const energyRatio = (REST_ENERGY_KEV + beamEnergyKeV) / (2 * REST_ENERGY_KEV + beamEnergyKeV);
  return ((2 * Math.PI) / (electronWavelengthNm(beamEnergyKeV) * beamEnergyKeV * 1000)) * energyRatio;
}
