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
