import { findMaterial, openRandomStream } from "../../src/core/index.ts";
import type { Aggregate } from "../../src/stochastic/index.ts";

export const TITANIA_AND_TUNGSTA = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;

/** Spheres given as [x, y, z, radius, material index], in nm. */
export function aggregateOf(...spheres: readonly (readonly number[])[]): Aggregate {
  return {
    particleCount: spheres.length,
    centersNm: Float64Array.from(spheres.flatMap(([x, y, z]) => [x, y, z])),
    radiiNm: Float64Array.from(spheres, ([, , , radius]) => radius),
    materialIndices: Uint8Array.from(spheres, ([, , , , material]) => material),
    materials: TITANIA_AND_TUNGSTA,
  };
}

/** Spheres at random in a ball, overlapping freely: geometry for tests, not a model of anything. */
export function randomSpheres(seed: number, count: number, ballRadiusNm: number): Aggregate {
  const rng = openRandomStream(seed, "random spheres");
  const spheres = Array.from({ length: count }, () => {
    const direction = [rng.normal(), rng.normal(), rng.normal()];
    const scale = (ballRadiusNm * Math.cbrt(rng.uniform())) / Math.hypot(...direction);
    const radius = 4 + 4 * rng.uniform();
    return [...direction.map((component) => component * scale), radius, rng.integerBelow(2)];
  });
  return aggregateOf(...spheres);
}
