import type { Aggregate } from "./aggregate.ts";
import { buildSphereGrid, someSphereNear } from "./sphere-grid.ts";

/** Which particles touch which: pair k joins particles `first[k]` < `second[k]`. */
export interface ContactGraph {
  readonly particleCount: number;
  readonly contactCount: number;
  /** [contactCount] */
  readonly first: Int32Array;
  /** [contactCount] */
  readonly second: Int32Array;
}

/**
 * Finds all pairs of particles in contact: d_ij <= (r_i + r_j)(1 + tolerance).
 *
 * @param aggregate spheres
 * @param contactTolerance gap that still counts as contact, as a share of r_i + r_j; 0 or more
 * @returns the pairs, sorted by first, then second particle
 * @example
 * import { findContacts } from "../src/stochastic/index.ts";
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { expect } from "vitest";
 * const chain = sphereAggregate([
 *   { x: 0, y: 0, z: 0, radiusNm: 1, materialIndex: 0 },
 *   { x: 2, y: 0, z: 0, radiusNm: 1, materialIndex: 0 },
 *   { x: 4, y: 0, z: 0, radiusNm: 1, materialIndex: 1 },
 * ]);
 * expect(findContacts(chain, 1e-3).contactCount).toBe(2);
 */
export function findContacts(aggregate: Aggregate, contactTolerance: number): ContactGraph {
  const { centersNm: c, radiiNm: r, particleCount } = aggregate;
  const grid = buildSphereGrid(c, r);
  const first: number[] = [];
  const second: number[] = [];
  for (let i = 0; i < particleCount; i++) {
    const partners: number[] = [];
    const reach = (r[i] + grid.maxRadiusNm) * (1 + contactTolerance);
    someSphereNear(grid, c[3 * i], c[3 * i + 1], c[3 * i + 2], reach, (j) => {
      if (j <= i) return false;
      const squared =
        (c[3 * i] - c[3 * j]) ** 2 + (c[3 * i + 1] - c[3 * j + 1]) ** 2 + (c[3 * i + 2] - c[3 * j + 2]) ** 2;
      if (squared <= ((r[i] + r[j]) * (1 + contactTolerance)) ** 2) partners.push(j);
      return false;
    });
    for (const j of partners.sort((a, b) => a - b)) {
      first.push(i);
      second.push(j);
    }
  }
  return {
    particleCount,
    contactCount: first.length,
    first: Int32Array.from(first),
    second: Int32Array.from(second),
  };
}

/**
 * Labels the connected components of a contact graph.
 *
 * @returns component of each particle, [particleCount], numbered from 0 in the order of their first particle
 */
export function connectedComponents(
  graph: ContactGraph,
  isJoined: (contactIndex: number) => boolean = () => true,
): Int32Array {
  const parent = Int32Array.from({ length: graph.particleCount }, (_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root] = parent[parent[root]];
    return root;
  };
  for (let k = 0; k < graph.contactCount; k++) {
    if (!isJoined(k)) continue;
    const [a, b] = [rootOf(graph.first[k]), rootOf(graph.second[k])];
    // the smaller index leads, so that components are numbered by their first particle
    if (a < b) parent[b] = a;
    else parent[a] = b;
  }
  const label = new Int32Array(graph.particleCount);
  let count = 0;
  for (let i = 0; i < graph.particleCount; i++) {
    const root = rootOf(i);
    label[i] = root === i ? count++ : label[root];
  }
  return label;
}
