import { findMaterial } from "../../core/index.ts";
import type { Modality } from "../../image/index.ts";
import { attenuationPerNm } from "../../stem-sim/index.ts";

/** Beam energy that the ratio is taken at [keV]; it depends on it little. */
const BEAM_ENERGY_KEV = 200;
/** Angle beyond which a HAADF detector begins, and that a bright-field aperture lets pass [mrad]. */
const ANGLE_MRAD = { haadf: 50, "bright-field": 10 } as const;

/** Least ratio of strengths at which two materials are told apart by the signal; below it the detector alone is asked. */
export const LEAST_STRENGTH_RATIO = 1.3;

/**
 * How much more signal the stronger of two materials gives a length.
 *
 * @param names of the materials, in any order
 * @param modality what the signal is: scattered beyond 50 mrad, or out of an aperture of 10 mrad
 * @returns ratio of at least 1
 * @throws Error for a name that no material has
 */
export function strengthRatio(names: readonly [string, string], modality: Modality): number {
  const [a, b] = names.map((name) =>
    attenuationPerNm(findMaterial(name), {
      beamEnergyKeV: BEAM_ENERGY_KEV,
      apertureMrad: ANGLE_MRAD[modality],
    }),
  );
  return Math.max(a, b) / Math.min(a, b);
}
