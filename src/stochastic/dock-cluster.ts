import type { RandomStream } from "../core/index.ts";
import type { Cluster } from "./cluster.ts";
import { directionAbout, randomDirection, rotationOnto } from "./rotation.ts";
import type { Vector } from "./rotation.ts";
import { spinToContact } from "./spin-contact.ts";
import type { Pose } from "./spin-contact.ts";
import { buildSphereGrid, isBlocked } from "./sphere-grid.ts";
import type { SphereGrid } from "./sphere-grid.ts";

/** How two clusters are to meet. */
export interface DockingOptions {
  /** Wanted distance between the two centres of volume [nm]. */
  readonly centerDistanceNm: number;
  /** Placements to try before giving up. */
  readonly trials: number;
}

/** Placements tried with the spin as drawn, which is cheapest and mostly enough, before spins are solved for. */
const PLAIN_TRIALS = 40;

/**
 * Places a cluster so that it touches a fixed one at exactly one pair of particles without overlap, with
 * the two centres at a wanted distance.
 *
 * Each trial picks a contact pair (i, j) that can reach across the distance G: with d_i, d_j the distances of the
 * two from their own centres and t their contact distance, the second centre lies at a distance e from
 * particle i with max(|d_j - t|, |G - d_i|) <= e <= min(d_j + t, G + d_i). The directions left free (two azimuths
 * and the spin of the moving cluster) are drawn uniformly; the published algorithm fixes e and scans one angle [moran2019].
 *
 * @returns positions of the moving cluster in the frame of the fixed one, [particleCount, 3] [nm], or null when
 * every trial failed
 */
export function dockCluster(
  rng: RandomStream,
  fixed: Cluster,
  moving: Cluster,
  options: DockingOptions,
): Float64Array | null {
  const grid = buildSphereGrid(fixed.positionsNm, fixed.radiiNm);
  // particles that blocked a trial are asked first in the next one: most placements fail at the same few
  const askingOrder = Int32Array.from({ length: moving.particleCount }, (_, i) => i);
  for (let trial = 0; trial < options.trials; trial++) {
    const pose = drawPose(rng, fixed, moving, options);
    if (pose === null) {
      // next to no pair can reach: each such trial has already cost many picks
      trial += UNREACHED_COST;
      continue;
    }
    const isSolved = trial >= PLAIN_TRIALS && moving.particleCount > 1;
    const tried = isSolved ? spinToContact(rng, fixed, moving, pose) : pose;
    if (tried !== null && isFree(grid, fixed.reachNm, moving, tried, askingOrder))
      return placed(moving, tried);
  }
  return null;
}

function drawPose(rng: RandomStream, fixed: Cluster, moving: Cluster, options: DockingOptions): Pose | null {
  const g = options.centerDistanceNm;
  const pair = drawPair(rng, fixed, moving, options);
  if (pair === null) return null;
  const { i, j, di, dj, t, e } = pair;
  const center = centerAt(rng, directionOf(fixed, i), di, g, e);
  const toI: Vector = [
    (fixed.positionsNm[3 * i] - center[0]) / e,
    (fixed.positionsNm[3 * i + 1] - center[1]) / e,
    (fixed.positionsNm[3 * i + 2] - center[2]) / e,
  ];
  // law of cosines in the triangle (second centre, i, j); a lone particle sits on its centre and may turn freely
  const toJ =
    dj > 0
      ? directionAbout(toI, (dj * dj + e * e - t * t) / (2 * dj * e), 2 * Math.PI * rng.uniform())
      : randomDirection(rng);
  return { center, rotation: rotationOnto(directionOf(moving, j), toJ, 2 * Math.PI * rng.uniform()) };
}

/** A contact pair that can reach across, with the symbols of dockCluster. */
interface ContactPair {
  readonly i: number;
  readonly j: number;
  readonly di: number;
  readonly dj: number;
  readonly t: number;
  readonly e: number;
}

/** Further trials that a trial without any pair in reach is counted for. */
const UNREACHED_COST = 7;

/** Picks of a pair before a trial counts as failed. */
const PAIR_PICKS = 50;

function drawPair(
  rng: RandomStream,
  fixed: Cluster,
  moving: Cluster,
  { centerDistanceNm: g }: DockingOptions,
): ContactPair | null {
  for (let pick = 0; pick < PAIR_PICKS; pick++) {
    const i = rng.integerBelow(fixed.particleCount);
    const j = rng.integerBelow(moving.particleCount);
    const di = fixed.distancesNm[i];
    const dj = moving.distancesNm[j];
    const t = fixed.radiiNm[i] + moving.radiiNm[j];
    const low = Math.max(Math.abs(dj - t), Math.abs(g - di));
    const high = Math.min(dj + t, g + di);
    if (low <= high) return { i, j, di, dj, t, e: low + (high - low) * rng.uniform() };
  }
  return null;
}

/** The second centre: at distance g from the origin and e from a particle at distance di along `axis`. */
function centerAt(rng: RandomStream, axis: Vector, di: number, g: number, e: number): Vector {
  const [x, y, z] =
    di > 0
      ? directionAbout(axis, (g * g + di * di - e * e) / (2 * g * di), 2 * Math.PI * rng.uniform())
      : randomDirection(rng);
  return [g * x, g * y, g * z];
}

function directionOf(cluster: Cluster, i: number): Vector {
  const d = cluster.distancesNm[i];
  if (d === 0) return [0, 0, 1];
  const p = cluster.positionsNm;
  return [p[3 * i] / d, p[3 * i + 1] / d, p[3 * i + 2] / d];
}

function isFree(
  grid: SphereGrid,
  fixedReachNm: number,
  moving: Cluster,
  { center: [cx, cy, cz], rotation: m }: Pose,
  askingOrder: Int32Array,
): boolean {
  const { positionsNm, radiiNm } = moving;
  for (let k = 0; k < askingOrder.length; k++) {
    const p = askingOrder[k];
    const x0 = positionsNm[3 * p];
    const y0 = positionsNm[3 * p + 1];
    const z0 = positionsNm[3 * p + 2];
    const x = cx + m[0] * x0 + m[1] * y0 + m[2] * z0;
    const y = cy + m[3] * x0 + m[4] * y0 + m[5] * z0;
    const z = cz + m[6] * x0 + m[7] * y0 + m[8] * z0;
    const reach = fixedReachNm + radiiNm[p];
    if (x * x + y * y + z * z > reach * reach) continue;
    if (!isBlocked(grid, x, y, z, radiiNm[p])) continue;
    askingOrder.copyWithin(1, 0, k);
    askingOrder[0] = p;
    return false;
  }
  return true;
}

function placed(moving: Cluster, { center, rotation: m }: Pose): Float64Array {
  const positionsNm = new Float64Array(3 * moving.particleCount);
  for (let p = 0; p < moving.particleCount; p++) {
    const x = moving.positionsNm[3 * p];
    const y = moving.positionsNm[3 * p + 1];
    const z = moving.positionsNm[3 * p + 2];
    for (let row = 0; row < 3; row++) {
      positionsNm[3 * p + row] = center[row] + m[3 * row] * x + m[3 * row + 1] * y + m[3 * row + 2] * z;
    }
  }
  return positionsNm;
}
