import { findMaterial } from "../core/index.ts";
import type { Material } from "../core/index.ts";

/**
 * A finished hetero-aggregate: spheres of two materials in contact.
 *
 * Arrays share the particle index; `centersNm` is [particleCount, 3] (x, y, z), with the centre of volume at the
 * origin. A particle's material is an index into `materials`.
 */
export interface Aggregate {
  readonly particleCount: number;
  /** [particleCount, 3], row-major [nm]. */
  readonly centersNm: Float64Array;
  /** [particleCount] [nm]. */
  readonly radiiNm: Float64Array;
  /** [particleCount], 0 for the first material, 1 for the second. */
  readonly materialIndices: Uint8Array;
  readonly materials: readonly [Material, Material];
}

/** One sphere of an aggregate that is given by hand or read from a file. */
export interface Sphere {
  /** Centre [nm]. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly radiusNm: number;
  /** 0 for the first material, 1 for the second. */
  readonly materialIndex: number;
}

/**
 * Makes an aggregate of spheres given one by one, moved so that the centre of volume is the origin.
 *
 * @example
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { expect } from "vitest";
 * const one = sphereAggregate([{ x: 3, y: 0, z: 0, radiusNm: 5, materialIndex: 0 }]);
 * expect([...one.centersNm]).toEqual([0, 0, 0]);
 */
export function sphereAggregate(
  spheres: readonly Sphere[],
  materials: readonly [Material, Material] = [findMaterial("TiO2-anatase"), findMaterial("WO3")],
): Aggregate {
  const volume = spheres.reduce((sum, { radiusNm }) => sum + radiusNm ** 3, 0);
  const centerOf = (axis: "x" | "y" | "z") =>
    spheres.reduce((sum, sphere) => sum + sphere.radiusNm ** 3 * sphere[axis], 0) / volume;
  const [cx, cy, cz] = [centerOf("x"), centerOf("y"), centerOf("z")];
  return {
    particleCount: spheres.length,
    centersNm: Float64Array.from(spheres.flatMap(({ x, y, z }) => [x - cx, y - cy, z - cz])),
    radiiNm: Float64Array.from(spheres, ({ radiusNm }) => radiusNm),
    materialIndices: Uint8Array.from(spheres, ({ materialIndex }) => materialIndex),
    materials,
  };
}
