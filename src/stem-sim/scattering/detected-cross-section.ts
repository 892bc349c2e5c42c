import type { DetectorDiscs } from "./detector-discs.ts";
import { crossSectionAt } from "./eikonal.ts";
import type { DifferentialCrossSection } from "./eikonal.ts";

/** Step of the angular quadrature [rad]; halving it moves the cross sections by less than 1e-4. */
const ANGLE_STEP_RAD = 5e-5;

/**
 * Cross section of an atom for scattering into the detector, averaged over the directions of a converged probe.
 *
 *   sigma = Int dsigma/dOmega(theta) <S(|theta + k|)>_{|k| < alpha} 2 pi sin(theta) dtheta
 *
 * @param table the atom's differential cross section
 * @param discs the detector, see detectorDiscs
 * @param semiAngleMrad convergence semi-angle alpha of the probe [mrad]
 * @returns detected cross section [nm^2]
 * @example
 * import { detectedCrossSectionNm2, detectorDiscs, differentialCrossSections } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const [oxygen] = differentialCrossSections(["O"], 300);
 * const annulus = detectorDiscs({ innerMrad: 58, outerMrad: 150 });
 * // the eikonal value that multislice agrees with to 0.1 %
 * expect(detectedCrossSectionNm2(oxygen, annulus, 9) / 1.515e-6).toBeCloseTo(1, 2);
 */
export function detectedCrossSectionNm2(
  table: DifferentialCrossSection,
  discs: DetectorDiscs,
  semiAngleMrad: number,
): number {
  const semiAngleRad = semiAngleMrad * 1e-3;
  const endRad = Math.max(...discs.radiiRad) + semiAngleRad;
  const count = Math.ceil(endRad / ANGLE_STEP_RAD);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const angleRad = ((i + 0.5) * endRad) / count;
    const sensitivity = meanSensitivity(discs, angleRad, semiAngleRad);
    if (sensitivity === 0) continue;
    sum += crossSectionAt(table, angleRad) * sensitivity * 2 * Math.PI * Math.sin(angleRad);
  }
  return (sum * endRad) / count;
}

/**
 * Sensitivity averaged over the aperture of the probe, <S(|theta + k|)> for |k| < alpha.
 *
 * @param angleRad scattering angle of the cone's axis [rad]
 * @param semiAngleRad convergence semi-angle [rad]; 0 for a parallel beam
 */
export function meanSensitivity(discs: DetectorDiscs, angleRad: number, semiAngleRad: number): number {
  let sum = 0;
  for (let k = 0; k < discs.radiiRad.length; k++) {
    sum += discs.weights[k] * coveredFraction(discs.radiiRad[k], angleRad, semiAngleRad);
  }
  return sum;
}

/** Share of a disc of radius `small` at a distance from the centre of a disc of radius `big` that the latter covers. */
function coveredFraction(big: number, distance: number, small: number): number {
  if (distance + small <= big) return 1;
  if (distance >= big + small) return 0;
  if (distance + big <= small) return (big / small) ** 2;
  // area of the lens of two circles: two circular segments
  const cosSmall = (distance ** 2 + small ** 2 - big ** 2) / (2 * distance * small);
  const cosBig = (distance ** 2 + big ** 2 - small ** 2) / (2 * distance * big);
  const segment = (radius: number, cosine: number) =>
    radius ** 2 * (Math.acos(cosine) - cosine * Math.sqrt(1 - cosine ** 2));
  return (segment(small, cosSmall) + segment(big, cosBig)) / (Math.PI * small ** 2);
}
