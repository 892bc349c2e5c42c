import { checkNumber } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { connectedComponents, findContacts } from "./contact-graph.ts";
import type { ContactGraph } from "./contact-graph.ts";
import { CONTACT_TOLERANCE } from "./describe-aggregate.ts";
import type { DescriptorInfo } from "./descriptor-info.ts";
import { pathLengths } from "./path-lengths.ts";

/** How the two materials are arranged on the contact graph. */
export interface MixingDescriptors {
  readonly normalisedMixing: number;
  readonly warrenCowley: number;
  readonly assortativity: number;
  readonly shareWithoutHeteroContact: number;
  readonly pathLengthFirstToSecond: number;
  readonly pathLengthSecondToFirst: number;
  readonly pathLengthBetween: number;
  readonly homoClusterMassMeanFirst: number;
  readonly homoClusterMassMeanSecond: number;
  readonly largestHomoClusterShareFirst: number;
  readonly largestHomoClusterShareSecond: number;
  readonly neckAreaNm2: number;
  readonly heteroNeckAreaNm2: number;
}

/** One record per mixing descriptor, in the order of MixingDescriptors. */
export const MIXING_DESCRIPTORS: readonly DescriptorInfo<keyof MixingDescriptors>[] = [
  {
    key: "normalisedMixing",
    label: "normalised mixing",
    unit: "",
    description:
      "hetero-contact fraction over its mean for random labels, 2 x (1 - x) N / (N - 1): 1 is random",
  },
  {
    key: "warrenCowley",
    label: "Warren-Cowley parameter",
    unit: "",
    description:
      "1 - (share of second among neighbours of first) / x: 0 is random, 1 apart, negative ordered [cowley1950]",
  },
  {
    key: "assortativity",
    label: "assortativity",
    unit: "",
    description: "correlation of the materials at both ends of a contact [newman2003]",
  },
  {
    key: "shareWithoutHeteroContact",
    label: "share without hetero-contact",
    unit: "",
    description: "share of particles that touch no particle of the other material",
  },
  {
    key: "pathLengthFirstToSecond",
    label: "path length, first to second",
    unit: "contacts",
    description:
      "contacts on the shortest path from a first-material particle to the nearest of the second, mean [newman2003review]",
  },
  {
    key: "pathLengthSecondToFirst",
    label: "path length, second to first",
    unit: "contacts",
    description:
      "contacts on the shortest path from a second-material particle to the nearest of the first, mean [newman2003review]",
  },
  {
    key: "pathLengthBetween",
    label: "path length between the materials",
    unit: "contacts",
    description:
      "contacts on the shortest path, mean over all pairs of one particle of each material [newman2003review]",
  },
  {
    key: "homoClusterMassMeanFirst",
    label: "homo-cluster size by particle, first",
    unit: "",
    description: "mean size of the homo-cluster that a first-material particle sits in, sum s^2 / sum s",
  },
  {
    key: "homoClusterMassMeanSecond",
    label: "homo-cluster size by particle, second",
    unit: "",
    description: "mean size of the homo-cluster that a second-material particle sits in, sum s^2 / sum s",
  },
  {
    key: "largestHomoClusterShareFirst",
    label: "largest homo-cluster, first",
    unit: "",
    description: "share of the first material's particles in its largest homo-cluster",
  },
  {
    key: "largestHomoClusterShareSecond",
    label: "largest homo-cluster, second",
    unit: "",
    description: "share of the second material's particles in its largest homo-cluster",
  },
  {
    key: "neckAreaNm2",
    label: "neck area",
    unit: "nm2",
    description:
      "area of all neck discs, sum of pi a^2 with a the radius of the spheres' intersection circle",
  },
  {
    key: "heteroNeckAreaNm2",
    label: "hetero-neck area",
    unit: "nm2",
    description: "area of the neck discs between the two materials: the hetero-junctions",
  },
];

/**
 * Describes how the two materials are mixed.
 *
 * @param aggregate spheres of two materials
 * @param options contactTolerance: gap that still counts as contact, as a share of r_i + r_j (0 to 1)
 * @returns one number per descriptor of MIXING_DESCRIPTORS; NaN where there is nothing to average over
 * @throws RangeError for a contact tolerance outside 0 to 1
 * @example
 * import { describeMixing } from "../src/stochastic/index.ts";
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { expect } from "vitest";
 * const pair = sphereAggregate([
 *   { x: 0, y: 0, z: 0, radiusNm: 5, materialIndex: 0 },
 *   { x: 8, y: 0, z: 0, radiusNm: 5, materialIndex: 1 },
 * ]);
 * // intersection circle of radius 3, by Pythagoras
 * expect(describeMixing(pair).heteroNeckAreaNm2).toBeCloseTo(9 * Math.PI, 12);
 */
export function describeMixing(
  aggregate: Aggregate,
  options: { readonly contactTolerance?: number } = {},
): MixingDescriptors {
  const { contactTolerance = CONTACT_TOLERANCE } = options;
  checkNumber("contactTolerance", contactTolerance, { min: 0, max: 1, action: "describe mixing" });
  const graph = findContacts(aggregate, contactTolerance);
  const { materialIndices: material, particleCount: n } = aggregate;
  const ends = contactEnds(graph, material);
  const secondShare = material.reduce((sum, m) => sum + m, 0) / n;
  const random = (2 * secondShare * (1 - secondShare) * n) / (n - 1);
  const first = clusterSizes(aggregate, graph, 0);
  const second = clusterSizes(aggregate, graph, 1);
  return {
    normalisedMixing: ends.hetero / graph.contactCount / random,
    warrenCowley: 1 - ends.hetero / (2 * ends.homoFirst + ends.hetero) / secondShare,
    assortativity: assortativity(ends, graph.contactCount),
    shareWithoutHeteroContact:
      coordinationDistribution(aggregate, { contactTolerance, contacts: "hetero" })[0] / n,
    ...pathLengths(graph, material),
    homoClusterMassMeanFirst: massMean(first),
    homoClusterMassMeanSecond: massMean(second),
    largestHomoClusterShareFirst: largest(first) / sum(first),
    largestHomoClusterShareSecond: largest(second) / sum(second),
    ...neckAreas(aggregate, graph),
  };
}

/**
 * Counts particles by their number of contacts.
 *
 * @param aggregate spheres of two materials
 * @param options contactTolerance as for describeAggregate; contacts: all of them, or only hetero-contacts
 * @returns element k is the number of particles with k contacts; as long as the largest number plus one
 */
export function coordinationDistribution(
  aggregate: Aggregate,
  options: { readonly contactTolerance?: number; readonly contacts: "all" | "hetero" },
): number[] {
  const graph = findContacts(aggregate, options.contactTolerance ?? CONTACT_TOLERANCE);
  const material = aggregate.materialIndices;
  const degrees = new Int32Array(aggregate.particleCount);
  for (let k = 0; k < graph.contactCount; k++) {
    const [i, j] = [graph.first[k], graph.second[k]];
    if (options.contacts === "hetero" && material[i] === material[j]) continue;
    degrees[i]++;
    degrees[j]++;
  }
  const largest = degrees.reduce((a, b) => Math.max(a, b), 0);
  const counts = Array.from({ length: largest + 1 }, () => 0);
  for (const degree of degrees) counts[degree]++;
  return counts;
}

interface ContactEnds {
  readonly homoFirst: number;
  readonly homoSecond: number;
  readonly hetero: number;
}

function contactEnds(graph: ContactGraph, material: Uint8Array): ContactEnds {
  const counts = [0, 0, 0];
  for (let k = 0; k < graph.contactCount; k++) counts[material[graph.first[k]] + material[graph.second[k]]]++;
  return { homoFirst: counts[0], hetero: counts[1], homoSecond: counts[2] };
}

/** (tr e - |e^2|) / (1 - |e^2|), e the matrix of contact ends by material [newman2003]. */
function assortativity({ homoFirst, homoSecond, hetero }: ContactEnds, contactCount: number): number {
  const endsOfFirst = (2 * homoFirst + hetero) / (2 * contactCount);
  const byChance = endsOfFirst ** 2 + (1 - endsOfFirst) ** 2;
  return ((homoFirst + homoSecond) / contactCount - byChance) / (1 - byChance);
}

function clusterSizes(
  { materialIndices: material }: Aggregate,
  graph: ContactGraph,
  wanted: number,
): number[] {
  const labels = connectedComponents(graph, (k) => material[graph.first[k]] === material[graph.second[k]]);
  const sizes = new Map<number, number>();
  labels.forEach((label, i) => {
    if (material[i] === wanted) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  });
  return [...sizes.values()];
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const largest = (sizes: readonly number[]) => sizes.reduce((most, size) => Math.max(most, size), -Infinity);
const massMean = (sizes: readonly number[]) => sum(sizes.map((size) => size * size)) / sum(sizes);

/** Disc of the intersection circle: a^2 = r_i^2 - ((d^2 + r_i^2 - r_j^2) / 2d)^2; a gap within tolerance has none. */
function neckAreas(
  { centersNm: c, radiiNm: r, materialIndices: material }: Aggregate,
  graph: ContactGraph,
): Pick<MixingDescriptors, "neckAreaNm2" | "heteroNeckAreaNm2"> {
  let neckAreaNm2 = 0;
  let heteroNeckAreaNm2 = 0;
  for (let k = 0; k < graph.contactCount; k++) {
    const [i, j] = [graph.first[k], graph.second[k]];
    const d = Math.hypot(c[3 * i] - c[3 * j], c[3 * i + 1] - c[3 * j + 1], c[3 * i + 2] - c[3 * j + 2]);
    const area = Math.PI * Math.max(0, r[i] ** 2 - ((d * d + r[i] ** 2 - r[j] ** 2) / (2 * d)) ** 2);
    neckAreaNm2 += area;
    if (material[i] !== material[j]) heteroNeckAreaNm2 += area;
  }
  return { neckAreaNm2, heteroNeckAreaNm2 };
}
