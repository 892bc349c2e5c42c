import { checkNumber } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { connectedComponents, findContacts } from "./contact-graph.ts";
import type { DescriptorInfo } from "./descriptor-info.ts";
import { radiusOfGyrationNm } from "./radius-of-gyration.ts";

/** 3D descriptors of one aggregate; NaN where there is nothing to average over. */
export interface AggregateDescriptors {
  readonly meanCoordination: number;
  readonly heteroCoordinationAll: number;
  readonly heteroCoordinationFirst: number;
  readonly heteroCoordinationSecond: number;
  readonly heteroContactFraction: number;
  readonly homoClusterSizeFirst: number;
  readonly homoClusterSizeSecond: number;
  readonly radiusOfGyrationNm: number;
}

/** Name of one descriptor. */
export type AggregateDescriptorKey = keyof AggregateDescriptors;

/** What a report needs to know of one of these descriptors. */
export type AggregateDescriptorInfo = DescriptorInfo<AggregateDescriptorKey>;

/** One record per descriptor, in the order of AggregateDescriptors. */
export const AGGREGATE_DESCRIPTORS: readonly AggregateDescriptorInfo[] = [
  {
    key: "meanCoordination",
    label: "coordination number",
    unit: "",
    description: "mean contacts of a particle, 2 |E| / N",
  },
  {
    key: "heteroCoordinationAll",
    label: "hetero-coordination number",
    unit: "",
    description: "mean contacts of a particle with particles of the other material, 2 |E_AB| / N",
  },
  {
    key: "heteroCoordinationFirst",
    label: "hetero-coordination number, first",
    unit: "",
    description: "the same, averaged over particles of the first material, |E_AB| / N_A",
  },
  {
    key: "heteroCoordinationSecond",
    label: "hetero-coordination number, second",
    unit: "",
    description: "the same, averaged over particles of the second material, |E_AB| / N_B",
  },
  {
    key: "heteroContactFraction",
    label: "hetero-contact fraction",
    unit: "",
    description: "share of all contacts that join the two materials, |E_AB| / |E|",
  },
  {
    key: "homoClusterSizeFirst",
    label: "homo-cluster size, first",
    unit: "",
    description: "mean particles in a connected cluster of first-material particles (number mean)",
  },
  {
    key: "homoClusterSizeSecond",
    label: "homo-cluster size, second",
    unit: "",
    description: "mean particles in a connected cluster of second-material particles (number mean)",
  },
  {
    key: "radiusOfGyrationNm",
    label: "radius of gyration",
    unit: "nm",
    description: "volume-weighted root mean square distance from the centre of volume, spheres solid",
  },
];

/** Gap that counts as contact when none is stated, as a share of the sum of radii. */
export const CONTACT_TOLERANCE = 1e-3;

/**
 * Computes the descriptors of an aggregate.
 *
 * @param aggregate spheres of two materials
 * @param options contactTolerance: gap that still counts as contact, as a share of r_i + r_j (0 to 1)
 * @returns one number per descriptor of AGGREGATE_DESCRIPTORS
 * @throws RangeError for a contact tolerance outside 0 to 1
 * @example
 * import { describeAggregate } from "../src/stochastic/index.ts";
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { expect } from "vitest";
 * const pair = sphereAggregate([
 *   { x: 0, y: 0, z: 0, radiusNm: 5, materialIndex: 0 },
 *   { x: 10, y: 0, z: 0, radiusNm: 5, materialIndex: 1 },
 * ]);
 * expect(describeAggregate(pair).heteroContactFraction).toBe(1);
 */
export function describeAggregate(
  aggregate: Aggregate,
  options: { readonly contactTolerance?: number } = {},
): AggregateDescriptors {
  const { contactTolerance = CONTACT_TOLERANCE } = options;
  checkNumber("contactTolerance", contactTolerance, { min: 0, max: 1, action: "describe aggregate" });
  const graph = findContacts(aggregate, contactTolerance);
  const { materialIndices: material, particleCount } = aggregate;
  const isHetero = (k: number) => material[graph.first[k]] !== material[graph.second[k]];
  const heteroCount = countWhere(graph.contactCount, isHetero);
  const secondCount = countWhere(particleCount, (i) => material[i] === 1);
  const clusters = connectedComponents(graph, (k) => !isHetero(k));
  return {
    meanCoordination: (2 * graph.contactCount) / particleCount,
    heteroCoordinationAll: (2 * heteroCount) / particleCount,
    heteroCoordinationFirst: ratio(heteroCount, particleCount - secondCount),
    heteroCoordinationSecond: ratio(heteroCount, secondCount),
    heteroContactFraction: ratio(heteroCount, graph.contactCount),
    homoClusterSizeFirst: meanClusterSize(clusters, material, 0),
    homoClusterSizeSecond: meanClusterSize(clusters, material, 1),
    radiusOfGyrationNm: radiusOfGyrationNm(aggregate),
  };
}

function countWhere(count: number, holds: (index: number) => boolean): number {
  let found = 0;
  for (let i = 0; i < count; i++) if (holds(i)) found++;
  return found;
}

function ratio(numerator: number, denominator: number): number {
  return denominator === 0 ? NaN : numerator / denominator;
}

function meanClusterSize(clusters: Int32Array, material: Uint8Array, wanted: number): number {
  const seen = new Set<number>();
  const particles = countWhere(clusters.length, (i) => material[i] === wanted);
  clusters.forEach((cluster, i) => {
    if (material[i] === wanted) seen.add(cluster);
  });
  return ratio(particles, seen.size);
}
