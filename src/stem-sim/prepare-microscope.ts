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
import type { ScatteringExponent } from "./scattering/plural-scattering.ts";

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

/** How some solids scatter at one beam energy, whatever the detector; plain data. */
export interface BeamScattering {
  readonly solids: readonly Material[];
  /** Of the solids' elements. */
  readonly tables: readonly DifferentialCrossSection[];
  /** Of the solids, in order. */
  readonly exponents: readonly ScatteringExponent[];
}

/**
 * Computes how solids scatter: what all detectors at one beam energy share, and most of the work of preparing a microscope.
 *
 * @param solids materials of the particles and of the film
 * @param beam energy, and whether the atoms' electrons scatter too
 * @returns plain data for prepareFrom
 */
export function scatterBeam(
  solids: readonly Material[],
  { beamEnergyKeV, inelastic }: Pick<Microscope, "beamEnergyKeV" | "inelastic">,
): BeamScattering {
  const elements = [...new Set(solids.flatMap((solid) => Object.keys(solid.composition)))];
  const tables = differentialCrossSections(elements, beamEnergyKeV);
  return { solids, tables, exponents: scatteringExponents(tables, solids, electronFactor(inelastic)) };
}

/** The atom's Z electrons scatter to high angles like 1/Z of its nucleus [lenz1954]. */
function electronFactor(inelastic: boolean): (element: string) => number {
  return (element) => (inelastic ? 1 + 1 / kirklandParameters(element).atomicNumber : 1);
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
  const filmMaterial = filmMaterialOf(microscope, ownMaterials);
  const beam = scatterBeam([...materials, filmMaterial], microscope);
  return prepareFrom(beam, microscope, materials, filmMaterial);
}

/** The film's material; carbon stands for one that is not there. */
export function filmMaterialOf(
  { film }: Pick<Microscope, "film">,
  ownMaterials: readonly Material[] = [],
): Material {
  return findMaterial(film === "none" ? "C" : film.material, ownMaterials);
}

/** Tables that no microscope changes. */
export type SharedTables = Pick<PreparedMicroscope, "blurredSpheres" | "poisson">;

/** Computes the tables that no microscope changes. */
export function sharedTables(): SharedTables {
  return { blurredSpheres: blurredSphereTable(), poisson: poissonTable() };
}

/**
 * prepareMicroscope from scattering that is known.
 *
 * @param beam scattering at the microscope's energy, of solids among which are the materials and the film's
 */
export function prepareFrom(
  beam: BeamScattering,
  microscope: Microscope,
  materials: readonly [Material, Material],
  filmMaterial: Material,
  shared: SharedTables = sharedTables(),
): PreparedMicroscope {
  const { semiAngleMrad, detector, film } = microscope;
  const exponentOf = (solid: Material) => beam.exponents[beam.solids.indexOf(solid)];
  const perNm = strengthsFrom(beam, microscope, [...materials, filmMaterial]);
  return {
    microscope,
    materialNames: [materials[0].name, materials[1].name],
    fingerprint: physicsFingerprint(microscope, materials, filmMaterial),
    detectedPerNm: [perNm[0], perNm[1]],
    filmDetectedPerNm: film === "none" ? 0 : perNm[2],
    intensity: intensityTable(
      detectionTransform(detectorDiscs(detector), semiAngleMrad),
      [exponentOf(materials[0]), exponentOf(materials[1]), exponentOf(filmMaterial)],
      thickestFilmNm(microscope),
    ),
    ...shared,
  };
}

/** Share of the beam that reaches the detector per nanometre of each solid, thin limit [1/nm]. */
function strengthsFrom(
  { tables }: Pick<BeamScattering, "tables">,
  { semiAngleMrad, detector, inelastic }: Microscope,
  solids: readonly Material[],
): readonly number[] {
  const discs = detectorDiscs(detector);
  const factor = electronFactor(inelastic);
  const sigmasNm2 = new Map(
    tables.map((table) => [
      table.element,
      factor(table.element) * detectedCrossSectionNm2(table, discs, semiAngleMrad),
    ]),
  );
  return solids.map((solid) => detectedPerNmOf(solid, sigmasNm2));
}

/**
 * How strongly solids scatter into a microscope's detector, without the tables that images need.
 *
 * @param microscope energy, angles and detector
 * @param solids any materials
 * @returns share of the beam on the detector per nanometre of each, thin limit [1/nm]
 * @throws RangeError for an unknown element
 * @example
 * import { findMaterial } from "../src/core/index.ts";
 * import { microscopeSchema, strengthsPerNm } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const [carbon, gold] = strengthsPerNm(microscopeSchema.parse({}), ["C", "Au"].map((name) => findMaterial(name)));
 * expect(gold / carbon).toBeGreaterThan(40);
 */
export function strengthsPerNm(microscope: Microscope, solids: readonly Material[]): readonly number[] {
  const elements = [...new Set(solids.flatMap((solid) => Object.keys(solid.composition)))];
  const tables = differentialCrossSections(elements, microscope.beamEnergyKeV);
  return strengthsFrom({ tables }, microscope, solids);
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
  return fingerprintOf(text);
}

/** 16 hexadecimal digits that name a text (FNV-1a [fowler1991]). */
export function fingerprintOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}
