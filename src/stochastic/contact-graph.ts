import { failureText } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { buildSphereGrid, someSphereNear, type SphereGrid } from "./sphere-grid.ts";
import { buildSphereTree, eachSphereNear } from "./sphere-tree.ts";

/** A million spheres in the closest packing have 6 million; radii that are diameters make some 30 million of them. */
const MOST_CONTACTS = 2 ** 25;

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
 * @throws RangeError for more than 2^25 contacts: spheres that lie in one another
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
  const growth = 1 + contactTolerance;
  const eachNear = nearSpheres(aggregate, growth);
  let [first, second] = [new Int32Array(4 * particleCount), new Int32Array(4 * particleCount)];
  let contactCount = 0;
  for (let i = 0; i < particleCount; i++) {
    const partners: number[] = [];
    eachNear(i, (j) => {
      if (j <= i) return;
      const squared =
        (c[3 * i] - c[3 * j]) ** 2 + (c[3 * i + 1] - c[3 * j + 1]) ** 2 + (c[3 * i + 2] - c[3 * j + 2]) ** 2;
      if (squared <= ((r[i] + r[j]) * growth) ** 2) partners.push(j);
    });
    const end = contactCount + partners.length;
    if (end > MOST_CONTACTS) throw tooManyContacts(i, particleCount);
    if (end > first.length) [first, second] = [lengthened(first, end), lengthened(second, end)];
    first.fill(i, contactCount, end);
    second.set(partners, contactCount);
    second.subarray(contactCount, end).sort();
    contactCount = end;
  }
  return {
    particleCount,
    contactCount,
    first: first.slice(0, contactCount),
    second: second.slice(0, contactCount),
  };
}

/**
 * Calls back for every sphere that a sphere may touch: from cells where each holds a few, else, where sizes or places are so uneven
 * that one cell would hold most of them, from a tree.
 */
function nearSpheres(
  { centersNm: c, radiiNm: r }: Aggregate,
  growth: number,
): (i: number, visit: (j: number) => void) => void {
  const grid = buildSphereGrid(c, r);
  if (isEven(grid)) {
    return (i, visit) => {
      const reachNm = (r[i] + grid.maxRadiusNm) * growth;
      someSphereNear(grid, c[3 * i], c[3 * i + 1], c[3 * i + 2], reachNm, (j) => {
        visit(j);
        return false;
      });
    };
  }
  const tree = buildSphereTree(c, r, growth);
  return (i, visit) => eachSphereNear(tree, c[3 * i], c[3 * i + 1], c[3 * i + 2], r[i] * growth, visit);
}

/** Most spheres that share a cell with a sphere, in the mean. */
const MOST_IN_A_CELL = 32;

function isEven({ cellStart, order }: SphereGrid): boolean {
  const cellCount = cellStart.length - 1;
  let squares = 0;
  for (let cell = 0; cell < cellCount; cell++) squares += (cellStart[cell + 1] - cellStart[cell]) ** 2;
  return cellStart[cellCount] === order.length && squares <= MOST_IN_A_CELL * order.length;
}

/** Twice as long, and at least of a length. */
function lengthened(list: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(Math.max(2 * list.length, length));
  longer.set(list);
  return longer;
}

function tooManyContacts(index: number, particleCount: number): RangeError {
  const wanted = `particles must have at most ${MOST_CONTACTS} contacts together`;
  const got = `more by particle ${index + 1} of ${particleCount}`;
  const text = failureText({ action: "find contacts" }, wanted, got);
  return new RangeError(`${text}: they lie in one another; check radii and the units of the columns`);
}

/** Neighbours of all particles in one list: those of particle i from `starts[i]` up to `starts[i + 1]`. */
export interface Neighbours {
  /** [particleCount + 1] */
  readonly starts: Int32Array;
  readonly list: Int32Array;
}

/** Each particle's neighbours, in the order of the contacts. */
export function neighboursOf({ particleCount, contactCount, first, second }: ContactGraph): Neighbours {
  const starts = new Int32Array(particleCount + 1);
  for (let k = 0; k < contactCount; k++) {
    starts[first[k] + 1]++;
    starts[second[k] + 1]++;
  }
  for (let i = 0; i < particleCount; i++) starts[i + 1] += starts[i];
  const list = new Int32Array(2 * contactCount);
  const free = starts.slice();
  for (let k = 0; k < contactCount; k++) {
    list[free[first[k]]++] = second[k];
    list[free[second[k]]++] = first[k];
  }
  return { starts, list };
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
