import { findMaterial } from "../core/index.ts";
import type { Material } from "../core/index.ts";
import type { Microscope } from "./microscope-schema.ts";
import { atomDensitiesPerNm3 } from "./scattering/atom-densities.ts";
import { detectedCrossSectionNm2 } from "./scattering/detected-cross-section.ts";
import { detectorDiscs } from "./scattering/detector-discs.ts";
import { differentialCrossSections } from "./scattering/eikonal.ts";
import { kirklandParameters } from "./scattering/kirkland-table.ts";

/** Everything about a microscope and two materials that is the same for each image; plain data, to be sent to workers. */
export interface PreparedMicroscope {
  readonly microscope: Microscope;
  readonly materialNames: readonly [string, string];
  /** Share of the beam that reaches the detector per nanometre of each material, thin limit [1/nm]. */
  readonly detectedPerNm: readonly [number, number];
  /** The same for the support film; 0 without one [1/nm]. */
  readonly filmDetectedPerNm: number;
}

/**
 * Computes what all images of one microscope and two materials share.
 *
 * @param microscope the study's microscope
 * @param materials the aggregate's materials, in its order
 * @param ownMaterials the user's additions, for the film's name to be found in
 * @returns plain data for simulateHaadf
 * @throws RangeError for an unknown film material or element
 * @example
 * import { findMaterial } from "../src/core/index.ts";
 * import { microscopeSchema, prepareMicroscope } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const microscope = microscopeSchema.parse({ inelastic: false });
 * const materials = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;
 * const [titania, tungsta] = prepareMicroscope(microscope, materials).detectedPerNm;
 * expect(tungsta / titania).toBeCloseTo(4.07, 1);
 */
export function prepareMicroscope(
  microscope: Microscope,
  materials: readonly [Material, Material],
  ownMaterials: readonly Material[] = [],
): PreparedMicroscope {
  const { film } = microscope;
  const solids = film === "none" ? materials : [...materials, findMaterial(film.material, ownMaterials)];
  const perNm = detectedSharePerNm(microscope, solids);
  return {
    microscope,
    materialNames: [materials[0].name, materials[1].name],
    detectedPerNm: [perNm[0], perNm[1]],
    filmDetectedPerNm: perNm[2] ?? 0,
  };
}

/** mu = sum over elements of n sigma, for each solid [1/nm]. */
function detectedSharePerNm(microscope: Microscope, solids: readonly Material[]): number[] {
  const { beamEnergyKeV, semiAngleMrad, detector, inelastic } = microscope;
  const elements = [...new Set(solids.flatMap((solid) => Object.keys(solid.composition)))];
  const discs = detectorDiscs(detector);
  const sigmaNm2 = new Map(
    differentialCrossSections(elements, beamEnergyKeV).map((table) => {
      // the atom's Z electrons scatter to high angles like 1/Z of its nucleus [lenz1954]
      const factor = inelastic ? 1 + 1 / kirklandParameters(table.element).atomicNumber : 1;
      return [table.element, factor * detectedCrossSectionNm2(table, discs, semiAngleMrad)];
    }),
  );
  return solids.map((solid) =>
    Object.entries(atomDensitiesPerNm3(solid)).reduce(
      (sum, [element, density]) => sum + density * (sigmaNm2.get(element) ?? 0),
      0,
    ),
  );
}
