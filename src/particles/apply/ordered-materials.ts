import { findMaterial } from "../../core/index.ts";
import { attenuationPerNm } from "../../stem-sim/index.ts";

/** Beam and aperture at which materials are compared; their order depends on neither. */
const BEAM = { beamEnergyKeV: 200, apertureMrad: 50 } as const;

/**
 * Two materials by what they do to the beam, the weaker first: so detectors count them.
 *
 * @param names none, one or two
 * @returns the same names
 * @throws Error for a name that no material has
 * @example
 * import { orderedMaterials } from "../src/particles/index.ts";
 * import { expect } from "vitest";
 * expect(orderedMaterials(["WO3", "TiO2-anatase"])).toEqual(["TiO2-anatase", "WO3"]);
 */
export function orderedMaterials(names: readonly string[]): readonly string[] {
  if (names.length < 2) return names;
  const [a, b] = names.map((name) => attenuationPerNm(findMaterial(name), BEAM));
  return a <= b ? names : names.toReversed();
}
