import type { Aggregate } from "./aggregate.ts";

/**
 * Radius of gyration of solid spheres: Rg^2 = (1/m) sum m_i (|R_i - R_c|^2 + 3/5 r_i^2), m_i = density r_i^3.
 *
 * Lens volumes at necks count for both spheres [moran2019].
 *
 * @returns Rg [nm]
 * @example
 * import { radiusOfGyrationNm } from "../src/stochastic/radius-of-gyration.ts";
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { expect } from "vitest";
 * const sphere = sphereAggregate([{ x: 0, y: 0, z: 0, radiusNm: 10, materialIndex: 0 }]);
 * expect(radiusOfGyrationNm(sphere)).toBeCloseTo(10 * Math.sqrt(0.6), 12);
 */
export function radiusOfGyrationNm(aggregate: Aggregate, densities: readonly number[] = [1, 1]): number {
  const { centersNm: c, radiiNm: r } = aggregate;
  let volume = 0;
  let moment = 0;
  const first = [0, 0, 0];
  for (let i = 0; i < r.length; i++) {
    const v = densities[aggregate.materialIndices[i]] * r[i] ** 3;
    volume += v;
    for (let axis = 0; axis < 3; axis++) {
      first[axis] += v * c[3 * i + axis];
      moment += v * (c[3 * i + axis] ** 2 + 0.2 * r[i] ** 2);
    }
  }
  const offset = first.reduce((sum, m) => sum + (m / volume) ** 2, 0);
  return Math.sqrt(moment / volume - offset);
}
