import type { Material } from "../../core/index.ts";
import { atomDensitiesPerNm3 } from "../scattering/atom-densities.ts";
import { crossSectionAt, differentialCrossSections } from "../scattering/eikonal.ts";
import type { DifferentialCrossSection } from "../scattering/eikonal.ts";
import { electronWavelengthNm } from "../scattering/fast-electron.ts";
import { kirklandParameters } from "../scattering/kirkland-table.ts";

/** Bohr radius [nm] and rest energy of the electron [keV] [codata2018]. */
const BOHR_RADIUS_NM = 0.0529177211;
const REST_ENERGY_KEV = 510.99895;
/** Mean ionisation energy by atomic number, J = 13.5 Z eV ([reimer2008] section 5.2). */
const IONISATION_KEV_PER_Z = 13.5e-3;
/** Steps of the angular quadrature; twice as many move the elastic cross sections by less than 1e-4. */
const ANGLE_STEPS = 600;

/** The beam and the aperture behind the objective lens. */
export interface TransmissionAperture {
  /** Kinetic energy of the electrons [keV]. */
  readonly beamEnergyKeV: number;
  /** Semi-angle that the aperture lets pass [mrad]. */
  readonly apertureMrad: number;
}

/**
 * Cross section of an atom for elastic scattering beyond the aperture.
 *
 *   sigma_el(alpha) = Int_alpha dsigma/dOmega 2 pi sin(theta) dtheta, from the eikonal amplitude
 *
 * @returns [nm^2]
 */
export function elasticLossNm2(table: DifferentialCrossSection, apertureMrad: number): number {
  const start = Math.max(apertureMrad * 1e-3, 1e-5);
  const end = table.anglesRad[table.anglesRad.length - 1];
  const logStep = Math.log(end / start) / ANGLE_STEPS;
  let sum = 0;
  for (let i = 0; i < ANGLE_STEPS; i++) {
    const angle = start * Math.exp((i + 0.5) * logStep);
    sum += crossSectionAt(table, angle) * Math.sin(angle) * angle;
  }
  return 2 * Math.PI * logStep * sum;
}

/**
 * Cross section of an atom for inelastic scattering beyond the aperture ([lenz1954]; [reimer2008] section 5.2).
 *
 *   dsigma/dOmega = K Z {1 - 1/[1 + (theta^2 + theta_E^2)/theta_0^2]^2}/(theta^2 + theta_E^2)^2,
 *   K = lambda^4 (1 + E/E0)^2/(4 pi^4 a_H^2),  theta_E = J/(4 E),  theta_0 = lambda Z^(1/3)/(2 pi a_H)
 *
 * With x = (alpha^2 + theta_E^2)/theta_0^2 the integral beyond alpha is K Z pi/theta_0^2 [2 ln(1 + 1/x) - 1/(1 + x)].
 *
 * @param atomicNumber Z
 * @returns [nm^2]
 */
export function inelasticLossNm2(
  atomicNumber: number,
  { beamEnergyKeV, apertureMrad }: TransmissionAperture,
): number {
  const wavelengthNm = electronWavelengthNm(beamEnergyKeV);
  const factor =
    (wavelengthNm ** 4 * (1 + beamEnergyKeV / REST_ENERGY_KEV) ** 2) /
    (4 * Math.PI ** 4 * BOHR_RADIUS_NM ** 2);
  const thetaE = (IONISATION_KEV_PER_Z * atomicNumber) / (4 * beamEnergyKeV);
  const theta0 = (wavelengthNm * Math.cbrt(atomicNumber)) / (2 * Math.PI * BOHR_RADIUS_NM);
  const x = ((apertureMrad * 1e-3) ** 2 + thetaE ** 2) / theta0 ** 2;
  return ((factor * atomicNumber * Math.PI) / theta0 ** 2) * (2 * Math.log1p(1 / x) - 1 / (1 + x));
}

/**
 * Loss of intensity in bright field per nanometre of a material, the mass-thickness contrast of amorphous matter.
 *
 *   I = I0 exp(-mu t),  mu = sum over elements of n [sigma_el(alpha) + sigma_in(alpha)]  ([reimer2008] eq. 6.6)
 *
 * Every electron that is scattered beyond the aperture counts as lost, once: what is scattered back in is left out.
 *
 * @param material density and composition
 * @param aperture beam energy and aperture; an aperture of 0 loses all that is scattered
 * @returns mu, the inverse of the mean free path for loss [1/nm]
 * @throws RangeError for an unknown element
 * @example
 * import { findMaterial } from "../src/core/index.ts";
 * import { attenuationPerNm } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const aperture = { beamEnergyKeV: 200, apertureMrad: 10 };
 * const [carbon, gold] = ["C", "Au"].map((name) => attenuationPerNm(findMaterial(name), aperture));
 * expect(gold / carbon).toBeGreaterThan(10);
 */
export function attenuationPerNm(material: Material, aperture: TransmissionAperture): number {
  return attenuationsPerNm([material], aperture.beamEnergyKeV, [aperture.apertureMrad])[0][0];
}

/**
 * The same for several materials and apertures: the amplitudes of the atoms, which take the time, are computed once.
 *
 * @returns by aperture, then by material [1/nm]
 */
export function attenuationsPerNm(
  materials: readonly Material[],
  beamEnergyKeV: number,
  aperturesMrad: readonly number[],
): readonly (readonly number[])[] {
  const densities = materials.map((material) => Object.entries(atomDensitiesPerNm3(material)));
  const elements = [...new Set(densities.flat().map(([element]) => element))];
  const tables = differentialCrossSections(elements, beamEnergyKeV);
  return aperturesMrad.map((apertureMrad) => {
    const losses = tables.map(
      (table) =>
        elasticLossNm2(table, apertureMrad) +
        inelasticLossNm2(kirklandParameters(table.element).atomicNumber, { beamEnergyKeV, apertureMrad }),
    );
    return densities.map((atoms) =>
      atoms.reduce((sum, [element, perNm3]) => sum + perNm3 * losses[elements.indexOf(element)], 0),
    );
  });
}
