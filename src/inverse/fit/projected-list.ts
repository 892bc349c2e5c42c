import { mean, standardDeviation } from "../../core/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";

/** Pairs by their materials: both of the first, one of each, both of the second. */
const PAIRS = ["both first", "one of each", "both second"] as const;

/** Names of what `projectedListFeatures` gives. */
export const LIST_FEATURES: readonly string[] = [
  "ln count",
  "share of the second material",
  "mean ln radius, first",
  "mean ln radius, second",
  "spread of ln radius, first",
  "spread of ln radius, second",
  "ln radius of gyration in projection over mean radius",
  ...PAIRS.map((pair) => `pairs that overlap in projection a particle, ${pair}`),
  ...PAIRS.map((pair) => `pairs by density of contacts a particle, ${pair}`),
  ...PAIRS.map((pair) => `contacts of the shortest tree a particle, ${pair}`),
  "share of unlike neighbours by density of contacts",
  "the same of particles of the first material",
  "the same of particles of the second material",
  "share of unlike nearest neighbours",
  "share of unlike pairs within two diameters",
];

/** Keeps the density of a contact finite where the pair lies side by side, as a share of its square. */
const SIDE_BY_SIDE = 0.05;

/**
 * What the list of an aggregate's particles in projection tells a learned reader: places, radii and materials are known exactly, depths are not.
 *
 * A pair at the distance rho across the beam has the density of a contact of length D whose direction is even over the sphere, 1/(D sqrt(D^2 - rho^2)).
 *
 * @param aggregate as it lies under the beam
 * @returns a number for each of LIST_FEATURES; zeros for fewer than two particles
 */
export function projectedListFeatures(aggregate: Aggregate): Float64Array {
  const { particleCount: n, radiiNm, materialIndices } = aggregate;
  if (n < 2) return new Float64Array(LIST_FEATURES.length);
  const logRadii = [0, 1].map((material) =>
    Array.from(radiiNm, Math.log).filter((_, i) => materialIndices[i] === material),
  );
  const meanLog = mean(logRadii.flat());
  // one particle has no spread, and a material without particles no mean
  const meanOrZero = (values: readonly number[]) => (values.length === 0 ? 0 : mean(values));
  const spreadOrZero = (values: readonly number[]) => (values.length < 2 ? 0 : standardDeviation(values));
  return Float64Array.from([
    Math.log(n),
    logRadii[1].length / n,
    ...logRadii.map(meanOrZero),
    ...logRadii.map(spreadOrZero),
    Math.log(spreadOf(aggregate)) / 2 - meanLog,
    ...pairFeatures(aggregate),
  ]);
}

/** Variance of the places across the beam, both axes together [nm2]. */
function spreadOf({ particleCount: n, centersNm }: Aggregate): number {
  const along = (axis: number) => Array.from({ length: n }, (_, i) => centersNm[3 * i + axis]);
  return 1e-6 + [0, 1].reduce((sum, axis) => sum + standardDeviation(along(axis)) ** 2, 0);
}

function pairFeatures(aggregate: Aggregate): number[] {
  const { particleCount: n, centersNm, radiiNm, materialIndices } = aggregate;
  const overlapping = [0, 0, 0];
  const dense = [0, 0, 0];
  const [all, unlike] = [new Float64Array(n), new Float64Array(n)];
  const nearest = new Float64Array(n).fill(Infinity);
  const isUnlike = new Uint8Array(n);
  let [nearPairs, nearUnlike] = [0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const kind = materialIndices[i] + materialIndices[j];
      const sum = radiiNm[i] + radiiNm[j];
      const ratio =
        Math.hypot(centersNm[3 * i] - centersNm[3 * j], centersNm[3 * i + 1] - centersNm[3 * j + 1]) / sum;
      for (const end of [i, j]) {
        if (ratio >= nearest[end]) continue;
        nearest[end] = ratio;
        isUnlike[end] = Number(kind === 1);
      }
      if (ratio < 2) {
        nearPairs++;
        if (kind === 1) nearUnlike++;
      }
      if (ratio >= 1) continue;
      const density = 1 / Math.sqrt(1 - ratio * ratio + SIDE_BY_SIDE);
      overlapping[kind] += 1 / n;
      dense[kind] += density / n;
      for (const end of [i, j]) {
        all[end] += density;
        if (kind === 1) unlike[end] += density;
      }
    }
  }
  const shareOf = (isCounted: (i: number) => boolean) => {
    const shares = Array.from(all.keys())
      .filter((i) => isCounted(i) && all[i] > 0)
      .map((i) => unlike[i] / all[i]);
    return shares.length === 0 ? 0 : mean(shares);
  };
  return [
    ...overlapping,
    ...dense,
    ...shortestTree(aggregate),
    shareOf(() => true),
    shareOf((i) => materialIndices[i] === 0),
    shareOf((i) => materialIndices[i] === 1),
    mean(isUnlike),
    nearPairs === 0 ? 0 : nearUnlike / nearPairs,
  ];
}

/** Edges of the tree of least distance over sum of radii (Prim), by the materials they join, a particle. */
function shortestTree({ particleCount: n, centersNm, radiiNm, materialIndices }: Aggregate): number[] {
  const counts = [0, 0, 0];
  const distance = new Float64Array(n).fill(Infinity);
  const parents = new Int32Array(n);
  const isJoined = new Uint8Array(n);
  let last = 0;
  isJoined[0] = 1;
  for (let step = 1; step < n; step++) {
    let next = -1;
    for (let i = 0; i < n; i++) {
      if (isJoined[i] === 1) continue;
      const dx = centersNm[3 * i] - centersNm[3 * last];
      const dy = centersNm[3 * i + 1] - centersNm[3 * last + 1];
      const ratio = Math.hypot(dx, dy) / (radiiNm[i] + radiiNm[last]);
      if (ratio < distance[i]) {
        distance[i] = ratio;
        parents[i] = last;
      }
      if (next < 0 || distance[i] < distance[next]) next = i;
    }
    isJoined[next] = 1;
    counts[materialIndices[next] + materialIndices[parents[next]]] += 1 / n;
    last = next;
  }
  return counts;
}
