import { csvText } from "../../core/index.ts";
import type { Aggregate } from "../aggregate.ts";

/**
 * Writes an aggregate as CSV with units in the header.
 *
 * @param aggregate spheres of two materials
 * @returns the file's text: x_nm, y_nm, z_nm, radius_nm, material
 * @example
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { writeCsv } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * const text = writeCsv(sphereAggregate([{ x: 0, y: 0, z: 0, radiusNm: 5, materialIndex: 1 }]));
 * expect(text).toBe("x_nm,y_nm,z_nm,radius_nm,material\n0,0,0,5,WO3\n");
 */
export function writeCsv(aggregate: Aggregate): string {
  const { centersNm: c, radiiNm: r, materialIndices, materials } = aggregate;
  const rows = Array.from(r, (radius, i) => [
    ...c.slice(3 * i, 3 * i + 3),
    radius,
    materials[materialIndices[i]].name,
  ]);
  return csvText([["x_nm", "y_nm", "z_nm", "radius_nm", "material"], ...rows]);
}
