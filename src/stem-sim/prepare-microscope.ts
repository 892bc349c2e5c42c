import { findMaterial, priorRange } from "../core/index.ts";
import type { Material } from "../core/index.ts";
import type { Microscope } from "./microscope-schema.ts";
import { poissonTable } from "./noise/poisson-table.ts";
import type { PoissonTable } from "./noise/poisson-table.ts";
import { blurredSphereTable } from "./projection/blurred-sphere.ts";
import type { BlurredSphereTable } from "./projection/blurred-sphere.ts";
import { atomDensitiesPerNm3 } from "./scattering/atom-densities.ts";
import { detectedCrossSectionNm2 } from "./scattering/detected-cross-section.ts";
import { detectorDiscs } from "./scattering/detector-discs.ts";
import { differentialCrossSections } from "./scattering/eikonal.ts";
import type { DifferentialCrossSection } from "./scattering/eikonal.ts";
import { intensityTable } from "./scattering/intensity-table.ts";
import type { IntensityTable } from "./scattering/intensity-table.ts";
import { kirklandParameters } from "./scattering/kirkland-table.ts";
import { detectionTransform, scatteringExponents } from "./scattering/plural-scattering.ts";

/** Everything about a microscope and two materials that is the same for each image; plain data, to be sent to workers. */
export interface PreparedMicroscope {
  readonly microscope: Microscope;
  readonly materialNames: readonly [string, string];
  /** Names the physics: equal for settings that give the same table. */
  readonly fingerprint: string;
  /** Share of the beam that reaches the detector per nanometre of each material, thin limit [1/nm]. */
  readonly detectedPerNm: readonly [number, number];
  /** The same for the support film; 0 without one [1/nm]. */
  readonly filmDetectedPerNm: number;
  /** Detected share over the thicknesses of both materials and the film, plural scattering included. */
  readonly intensity: IntensityTable;
  readonly blurredSpheres: BlurredSphereTable;
  readonly poisson: PoissonTable;
}

/**
 * Computes what all images of one microscope and two materials share; a few tenths of a second.
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
  const { beamEnergyKeV, semiAngleMrad, detector, film, inelastic } = microscope;
  const filmMaterial = findMaterial(film === "none" ? "C" : film.material, ownMaterials);
  const solids = [...materials, filmMaterial];
  const elements = [...new Set(solids.flatMap((solid) => Object.keys(solid.composition)))];
  const tables = differentialCrossSections(elements, beamEnergyKeV);
  // the atom's Z electrons scatter to high angles like 1/Z of its nucleus [lenz1954]
  const electronFactor = (element: string) =>
    inelastic ? 1 + 1 / kirklandParameters(element).atomicNumber : 1;
  const discs = detectorDiscs(detector);
  const sigmaOf = (table: DifferentialCrossSection) =>
    electronFactor(table.element) * detectedCrossSectionNm2(table, discs, semiAngleMrad);
  const sigmasNm2 = new Map(tables.map((table) => [table.element, sigmaOf(table)]));
  const perNm = solids.map((solid) => detectedPerNmOf(solid, sigmasNm2));
  const [first, second, under] = scatteringExponents(tables, solids, electronFactor);
  return {
    microscope,
    materialNames: [materials[0].name, materials[1].name],
    fingerprint: physicsFingerprint(microscope, materials, filmMaterial),
    detectedPerNm: [perNm[0], perNm[1]],
    filmDetectedPerNm: film === "none" ? 0 : perNm[2],
    intensity: intensityTable(
      detectionTransform(discs, semiAngleMrad),
      [first, second, under],
      thickestFilmNm(microscope),
    ),
    blurredSpheres: blurredSphereTable(),
    poisson: poissonTable(),
  };
}

/** mu = sum over elements of n sigma [1/nm]. */
function detectedPerNmOf(solid: Material, sigmasNm2: ReadonlyMap<string, number>): number {
  return Object.entries(atomDensitiesPerNm3(solid)).reduce(
    (sum, [element, density]) => sum + density * (sigmasNm2.get(element) ?? 0),
    0,
  );
}

/** Largest film the images can need: slope, four standard deviations of speckle, the tilt and shells included. */
function thickestFilmNm({ film, contaminationNm, tiltDeg, particles }: Microscope): number {
  // a ray through many shells: twenty deep
  const grown = priorRange(contaminationNm)[1] + 20 * priorRange(particles.shellNm)[1];
  if (film === "none") return grown;
  const [thickness, slope, speckle] = [film.thicknessNm, film.slope, film.speckle].map(
    (p) => priorRange(p)[1],
  );
  const tilt = Math.max(...priorRange(tiltDeg).map(Math.abs));
  return (thickness * (1 + slope / 2 + 4 * speckle)) / Math.cos((tilt * Math.PI) / 180) + grown;
}

/**
 * A name for the physics of a prepared microscope: two that share it have the same intensity table.
 *
 * @returns 16 hexadecimal digits (FNV-1a over what the table depends on [fowler1991])
 */
export function physicsFingerprint(
  microscope: Microscope,
  materials: readonly [Material, Material],
  filmMaterial: Material,
): string {
  const { beamEnergyKeV, semiAngleMrad, detector, inelastic } = microscope;
  const solids = [...materials, filmMaterial].map(({ densityGPerCm3, composition }) => [
    densityGPerCm3,
    Object.entries(composition).sort(),
  ]);
  const text = JSON.stringify([
    beamEnergyKeV,
    semiAngleMrad,
    detector,
    inelastic,
    solids,
    thickestFilmNm(microscope),
  ]);
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}
