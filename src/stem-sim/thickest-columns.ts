import type { Aggregate } from "../stochastic/index.ts";
import { tableRangeNm } from "./scattering/intensity-table.ts";
import type { PreparedMicroscope } from "./prepare-microscope.ts";

/**
 * The thickest columns of each material that an aggregate shows, by the chords through the centres of its particles.
 *
 * Columns beside a centre can be somewhat thicker.
 *
 * @param aggregate spheres as they lie under the beam
 * @returns of the first and the second material [nm]
 * @example
 * import { findMaterial } from "../src/core/index.ts";
 * import { thickestColumnsNm } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const chain = {
 *   particleCount: 2,
 *   centersNm: Float64Array.of(0, 0, 0, 0, 0, 10),
 *   radiiNm: Float64Array.of(5, 5),
 *   materialIndices: Uint8Array.of(0, 0),
 *   materials: [findMaterial("Au"), findMaterial("C")] as const,
 * };
 * expect(thickestColumnsNm(chain)).toEqual([20, 0]);
 */
export function thickestColumnsNm(aggregate: Aggregate): readonly [number, number] {
  const { particleCount, centersNm, radiiNm, materialIndices } = aggregate;
  const thickest: [number, number] = [0, 0];
  for (let i = 0; i < particleCount; i++) {
    const column = [0, 0];
    for (let j = 0; j < particleCount; j++) {
      const [dx, dy] = [0, 1].map((axis) => centersNm[3 * j + axis] - centersNm[3 * i + axis]);
      // chord = 2 sqrt(r^2 - d^2)
      const square = radiiNm[j] ** 2 - dx * dx - dy * dy;
      if (square > 0) column[materialIndices[j]] += 2 * Math.sqrt(square);
    }
    column.forEach((nm, material) => (thickest[material] = Math.max(thickest[material], nm)));
  }
  return thickest;
}

/** Share of a table's range up to which the columns through centres may go: ellipsoids and columns beside centres are thicker. */
const SAFE_SHARE = 0.5;

/** Whether the tables of a microscope surely cover the columns of an aggregate as it lies under the beam. */
export function isWithinTables(aggregate: Aggregate, { intensity }: PreparedMicroscope): boolean {
  const range = tableRangeNm(intensity);
  return thickestColumnsNm(aggregate).every((nm, material) => nm <= SAFE_SHARE * range[material]);
}
