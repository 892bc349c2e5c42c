import { checkNumber } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { randomDirection } from "./rotation.ts";
import { buildSphereTree, eachSphereNear, type SphereTree } from "./sphere-tree.ts";

/** Two-point statistics at one distance: chances that a point at this distance lies in a phase. */
export interface PhaseCovariance {
  readonly distanceNm: number;
  /** P(x + r in first | x in first). */
  readonly firstGivenFirst: number;
  /** P(x + r in second | x in first); times the first volume it equals the reverse times the second volume. */
  readonly secondGivenFirst: number;
  readonly firstGivenSecond: number;
  readonly secondGivenSecond: number;
}

/**
 * Estimates the covariances of the two phases and their cross-covariance, averaged over directions.
 *
 * C_AB(r) = V_A P(x + r in B | x in A), x uniform in A: points are drawn in the phase and looked up at distance r. A
 * point in a lens belongs to the sphere on whose side of the radical plane it lies.
 *
 * @param rng stream of points and directions
 * @param aggregate spheres of two materials
 * @param options distances [nm]; points per phase and distance (standard error sqrt(p (1 - p) / points))
 * @returns one record per distance; NaN where a phase is missing
 * @throws RangeError for fewer than one point
 */
export function phaseCovariances(
  rng: RandomStream,
  aggregate: Aggregate,
  options: { readonly distancesNm: readonly number[]; readonly points: number },
): PhaseCovariance[] {
  checkNumber("points", options.points, { min: 1, integer: true, action: "estimate covariances" });
  const tree = buildSphereTree(aggregate.centersNm, aggregate.radiiNm);
  const samplers = [0, 1].map((phase) => phaseSampler(rng, aggregate, tree, phase));
  return options.distancesNm.map((distanceNm) => {
    const [first, second] = samplers.map((sample) => {
      const hits = [0, 0];
      if (sample === null) return [NaN, NaN];
      for (let k = 0; k < options.points; k++) {
        const [x, y, z] = sample();
        const [u, v, w] = randomDirection(rng);
        const phase = phaseAt(aggregate, tree, x + distanceNm * u, y + distanceNm * v, z + distanceNm * w);
        if (phase !== null) hits[phase]++;
      }
      return hits.map((count) => count / options.points);
    });
    return {
      distanceNm,
      firstGivenFirst: first[0],
      secondGivenFirst: first[1],
      firstGivenSecond: second[0],
      secondGivenSecond: second[1],
    };
  });
}

/**
 * The phase at a place: 0 or 1, or null in the void.
 *
 * Where spheres overlap, the one with the smallest power d^2 - r^2 owns the place: lenses are cut by radical planes.
 */
export function phaseAt(
  aggregate: Aggregate,
  tree: SphereTree,
  x: number,
  y: number,
  z: number,
): number | null {
  const owner = ownerAt(aggregate, tree, x, y, z);
  return owner === null ? null : aggregate.materialIndices[owner];
}

function ownerAt(
  { centersNm: c, radiiNm: r }: Aggregate,
  tree: SphereTree,
  x: number,
  y: number,
  z: number,
): number | null {
  let owner: number | null = null;
  let lowest = 0;
  eachSphereNear(tree, x, y, z, 0, (i) => {
    const power = (c[3 * i] - x) ** 2 + (c[3 * i + 1] - y) ** 2 + (c[3 * i + 2] - z) ** 2 - r[i] ** 2;
    if (power >= lowest) return;
    lowest = power;
    owner = i;
  });
  return owner;
}

/** Draws points uniformly in a phase: a sphere by its volume, a point in it, kept where the sphere owns it. */
function phaseSampler(
  rng: RandomStream,
  aggregate: Aggregate,
  tree: SphereTree,
  phase: number,
): (() => readonly [number, number, number]) | null {
  const { centersNm: c, radiiNm: r, materialIndices } = aggregate;
  const members = Array.from(r.keys()).filter((i) => materialIndices[i] === phase);
  if (members.length === 0) return null;
  const cumulative: number[] = [];
  members.forEach((i, k) => cumulative.push((cumulative[k - 1] ?? 0) + r[i] ** 3));
  const total = cumulative[cumulative.length - 1];
  return () => {
    for (;;) {
      const i = members[lowerBound(cumulative, rng.uniform() * total)];
      const radius = r[i] * Math.cbrt(rng.uniform());
      const [u, v, w] = randomDirection(rng);
      const [x, y, z] = [c[3 * i] + radius * u, c[3 * i + 1] + radius * v, c[3 * i + 2] + radius * w];
      if (ownerAt(aggregate, tree, x, y, z) === i) return [x, y, z];
    }
  };
}

/** Index of the first element above a value. */
function lowerBound(cumulative: readonly number[], value: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
