import type { RandomStream } from "../core/index.ts";

/**
 * Splits the particles of one material into homo-clusters of geometrically distributed sizes.
 *
 * Particles stand in a row and each gap is cut with probability 1 / meanSize, so sizes follow
 * P(k) = (1 - p)^(k - 1) p with p = 1 / meanSize; only the last cluster is cut short by the end of the row.
 *
 * @example
 * import { openRandomStream } from "../src/core/index.ts";
 * import { drawHomoClusterSizes } from "../src/stochastic/homo-cluster-sizes.ts";
 * import { expect } from "vitest";
 * expect(drawHomoClusterSizes(openRandomStream(1), 3, 1)).toEqual([1, 1, 1]);
 */
export function drawHomoClusterSizes(rng: RandomStream, particleCount: number, meanSize: number): number[] {
  if (particleCount === 0) return [];
  const sizes = [1];
  for (let particle = 1; particle < particleCount; particle++) {
    if (rng.uniform() < 1 / meanSize) sizes.push(1);
    else sizes[sizes.length - 1]++;
  }
  return sizes;
}
