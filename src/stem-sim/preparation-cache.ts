import { findMaterial } from "../core/index.ts";
import type { Material } from "../core/index.ts";
import type { Microscope } from "./microscope-schema.ts";
import { physicsFingerprint, prepareMicroscope } from "./prepare-microscope.ts";
import type { PreparedMicroscope } from "./prepare-microscope.ts";

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
  const { film } = microscope;
  const filmMaterial = findMaterial(film === "none" ? "C" : film.material, ownMaterials);
  // thin-film figures leave the film out where there is none, so that setting belongs to the key
  const key = `${physicsFingerprint(microscope, materials, filmMaterial)} ${film === "none"}`;
  const known = cache.get(key) ?? prepareMicroscope(microscope, materials, ownMaterials);
  cache.set(key, known);
  return { ...known, microscope, materialNames: [materials[0].name, materials[1].name] };
}
