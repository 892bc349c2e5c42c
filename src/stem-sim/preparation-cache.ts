import type { Material } from "../core/index.ts";
import type { Microscope } from "./microscope-schema.ts";
import {
  filmMaterialOf,
  fingerprintOf,
  physicsFingerprint,
  prepareFrom,
  prepareMicroscope,
  scatterBeam,
  sharedTables,
} from "./prepare-microscope.ts";
import type { BeamScattering, PreparedMicroscope } from "./prepare-microscope.ts";

/** Prepared microscopes by the content of their physics. */
export type PreparationCache = Map<string, PreparedMicroscope>;

/**
 * Prepares a microscope, or takes the tables of one with the same physics from a cache.
 *
 * Pixel size, dose, film slope, noise and all else that the tables do not depend on may differ.
 *
 * @param cache the caller's; grows by one entry for each new physics
 * @param microscope the study's microscope
 * @param materials the aggregate's materials, in its order
 * @param ownMaterials the user's additions, for the film's name to be found in
 * @returns as prepareMicroscope
 * @example
 * import { findMaterial } from "../src/core/index.ts";
 * import { microscopeSchema, prepareWithCache } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const cache = new Map();
 * const materials = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;
 * const coarse = prepareWithCache(cache, microscopeSchema.parse({ pixelSizeNm: 2 }), materials);
 * const fine = prepareWithCache(cache, microscopeSchema.parse({ pixelSizeNm: 0.5 }), materials);
 * expect(fine.intensity).toBe(coarse.intensity);
 * expect(fine.microscope.pixelSizeNm).toBe(0.5);
 */
export function prepareWithCache(
  cache: PreparationCache,
  microscope: Microscope,
  materials: readonly [Material, Material],
  ownMaterials: readonly Material[] = [],
): PreparedMicroscope {
  const key = preparationKey(microscope, materials, filmMaterialOf(microscope, ownMaterials));
  const known = cache.get(key) ?? prepareMicroscope(microscope, materials, ownMaterials);
  cache.set(key, known);
  return { ...known, microscope, materialNames: [materials[0].name, materials[1].name] };
}

function preparationKey(
  microscope: Microscope,
  materials: readonly [Material, Material],
  filmMaterial: Material,
): string {
  // thin-film figures leave the film out where there is none, so that setting belongs to the key
  return `${physicsFingerprint(microscope, materials, filmMaterial)} ${microscope.film === "none"}`;
}

/** Gives the tables of a microscope and two materials. */
export type Preparer = (
  microscope: Microscope,
  materials: readonly [Material, Material],
) => PreparedMicroscope;

/**
 * Opens what prepares microscopes for many pairs of materials: each table is made when it is first asked for, and kept; what all detectors at
 * one energy share is computed once for all materials.
 *
 * A table takes a tenth of a second and 0.1 to 0.3 MB.
 *
 * @param materials all that pairs are made of; a pair must hold these very records
 * @returns the preparer
 * @example
 * import { findMaterial } from "../src/core/index.ts";
 * import { microscopeSchema, openPreparer, prepareMicroscope } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const pair = [findMaterial("SiO2"), findMaterial("Au")] as const;
 * const microscope = microscopeSchema.parse({});
 * const prepare = openPreparer(pair);
 * expect(prepare(microscope, pair)).toEqual(prepareMicroscope(microscope, pair));
 * expect(prepare(microscope, pair)).toBe(prepare(microscope, pair));
 */
export function openPreparer(materials: readonly Material[]): Preparer {
  const beams = new Map<string, BeamScattering>();
  const prepared = new Map<string, PreparedMicroscope>();
  const shared = sharedTables();
  return (microscope, pair) => {
    const filmMaterial = filmMaterialOf(microscope);
    const key = `${preparationKey(microscope, pair, filmMaterial)} ${JSON.stringify(microscope)}`;
    const known = prepared.get(key);
    if (known !== undefined) return known;
    const { beamEnergyKeV, inelastic } = microscope;
    const beamKey = `${beamEnergyKeV} ${inelastic} ${filmMaterial.name}`;
    const beam = beams.get(beamKey) ?? scatterBeam([...new Set([...materials, filmMaterial])], microscope);
    beams.set(beamKey, beam);
    const made = prepareFrom(beam, microscope, pair, filmMaterial, shared);
    prepared.set(key, made);
    return made;
  };
}

/**
 * A name for the physics of several combinations of microscopes and materials; no table is made for it.
 *
 * @param combinations in order
 * @returns 16 hexadecimal digits
 */
export function physicsOfAll(
  combinations: readonly {
    readonly microscope: Microscope;
    readonly materials: readonly [Material, Material];
  }[],
): string {
  const each = combinations.map(({ microscope, materials }) =>
    physicsFingerprint(microscope, materials, filmMaterialOf(microscope)),
  );
  return fingerprintOf(each.join(" "));
}
