import type { RandomStream } from "../core/index.ts";
import { joinClusters } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { randomDirection } from "./rotation.ts";
import type { Vector } from "./rotation.ts";

/** How clusters move between collisions: by Brownian steps, or straight on. */
export type ClusterMotion = "diffusive" | "ballistic";

/** What the simulated suspension is like. */
export interface CollisionOptions {
  readonly motion: ClusterMotion;
  /** Share of the box that the particles fill, 1e-5 to 0.05; DLCA's dimension holds for dilute boxes. */
  readonly volumeFraction: number;
  /** Clusters that may be left at the end, 1 or more. */
  readonly clusterCount: number;
}

/** A cluster on its way through a periodic box. */
interface Traveller {
  readonly cluster: Cluster;
  readonly center: Vector;
  /** Flight of a ballistic cluster. */
  readonly direction: Vector;
  /** Steps it makes, relative to the others'. */
  readonly mobility: number;
}

/** Length of one step in units of the mean radius; contact inside a step is found exactly. */
const STEP_PER_RADIUS = 1;

/**
 * Simulates cluster-cluster aggregation: clusters move through a periodic box and stick where they touch.
 *
 * Diffusion-limited: Brownian steps, diffusion coefficient as 1 / Rg (Stokes drag), no rotation [meakin1983]. Ballistic: each
 * cluster flies straight with a thermal speed, as m^-1/2, and gets a new direction when it grows. A step goes
 * to a cluster with a chance in proportion to its mobility, so that all live on the same clock.
 *
 * @param rng stream of positions, steps and directions
 * @param clusters what the box is filled with; single particles, or clusters that grew before
 * @param options motion, dilution and when to stop
 * @returns the clusters left
 */
export function collideClusters(
  rng: RandomStream,
  clusters: readonly Cluster[],
  options: CollisionOptions,
): Cluster[] {
  const volume = clusters.reduce((sum, cluster) => sum + cluster.volumeNm3, 0);
  const particles = clusters.reduce((sum, cluster) => sum + cluster.particleCount, 0);
  const stepNm = STEP_PER_RADIUS * Math.cbrt(volume / particles);
  const widest = Math.max(...clusters.map((cluster) => cluster.reachNm));
  const boxNm = Math.max(Math.cbrt(((4 / 3) * Math.PI * volume) / options.volumeFraction), 4 * widest);
  let travellers = scatter(rng, clusters, boxNm, options.motion);
  while (travellers.length > options.clusterCount) {
    const mover = drawByMobility(rng, travellers);
    const { center, direction } = travellers[mover];
    const heading = options.motion === "ballistic" ? direction : randomDirection(rng);
    const hit = firstHit(travellers, mover, heading, stepNm, boxNm);
    if (hit === null) {
      const moved = center.map((x, axis) => wrap(x + stepNm * heading[axis], boxNm)) as unknown as Vector;
      travellers[mover] = { ...travellers[mover], center: moved };
      continue;
    }
    const union = joinAt(travellers[hit.other], travellers[mover], heading, hit.travelNm, boxNm);
    const joined = travellerOf(rng, union.cluster, union.center, options.motion);
    travellers = [...travellers.filter((_, k) => k !== mover && k !== hit.other), joined];
  }
  return travellers.map(({ cluster }) => cluster);
}

/** Places clusters at random without overlap of their enclosing spheres where that can be had. */
function scatter(
  rng: RandomStream,
  clusters: readonly Cluster[],
  boxNm: number,
  motion: ClusterMotion,
): Traveller[] {
  const placed: Traveller[] = [];
  for (const cluster of clusters) {
    let center: Vector = [0, 0, 0];
    for (let attempt = 0; attempt < 1000; attempt++) {
      center = [rng.uniform() * boxNm, rng.uniform() * boxNm, rng.uniform() * boxNm];
      if (placed.every((other) => !isNear(other, center, cluster.reachNm, boxNm))) break;
    }
    placed.push(travellerOf(rng, cluster, center, motion));
  }
  return placed;
}

function isNear(other: Traveller, center: Vector, reachNm: number, boxNm: number): boolean {
  const [x, y, z] = offsetOf(other.center, center, boxNm);
  return x * x + y * y + z * z < (other.cluster.reachNm + reachNm) ** 2;
}

function travellerOf(rng: RandomStream, cluster: Cluster, center: Vector, motion: ClusterMotion): Traveller {
  const mobility =
    motion === "diffusive" ? 1 / Math.sqrt(cluster.gyrationSquaredNm2) : 1 / Math.sqrt(cluster.volumeNm3);
  return { cluster, center, direction: randomDirection(rng), mobility };
}

function drawByMobility(rng: RandomStream, travellers: readonly Traveller[]): number {
  let total = 0;
  for (const { mobility } of travellers) total += mobility;
  let rest = rng.uniform() * total;
  for (let k = 0; k < travellers.length - 1; k++) {
    rest -= travellers[k].mobility;
    if (rest < 0) return k;
  }
  return travellers.length - 1;
}

/** The cluster met first on a step and the way to it; null when the step is free. */
function firstHit(
  travellers: readonly Traveller[],
  mover: number,
  heading: Vector,
  stepNm: number,
  boxNm: number,
): { readonly other: number; readonly travelNm: number } | null {
  const moving = travellers[mover];
  let other = -1;
  let travelNm = stepNm;
  for (let k = 0; k < travellers.length; k++) {
    if (k === mover) continue;
    const reach = travellers[k].cluster.reachNm + moving.cluster.reachNm + stepNm;
    const offset = offsetOf(moving.center, travellers[k].center, boxNm);
    if (offset[0] ** 2 + offset[1] ** 2 + offset[2] ** 2 > reach * reach) continue;
    const way = wayToContact(travellers[k].cluster, moving.cluster, offset, heading, travelNm);
    if (way < travelNm) {
      travelNm = way;
      other = k;
    }
  }
  return other < 0 ? null : { other, travelNm };
}

/** Shortest way along a heading until any pair touches; `farthest` when none does before. */
function wayToContact(
  fixed: Cluster,
  moving: Cluster,
  offset: Vector,
  heading: Vector,
  farthest: number,
): number {
  let shortest = farthest;
  for (let j = 0; j < moving.particleCount; j++) {
    const x = offset[0] + moving.positionsNm[3 * j];
    const y = offset[1] + moving.positionsNm[3 * j + 1];
    const z = offset[2] + moving.positionsNm[3 * j + 2];
    const reach = fixed.reachNm + moving.radiiNm[j] + farthest;
    if (x * x + y * y + z * z > reach * reach) continue;
    for (let i = 0; i < fixed.particleCount; i++) {
      const dx = fixed.positionsNm[3 * i] - x;
      const dy = fixed.positionsNm[3 * i + 1] - y;
      const dz = fixed.positionsNm[3 * i + 2] - z;
      const along = dx * heading[0] + dy * heading[1] + dz * heading[2];
      if (along <= 0) continue;
      const contact = fixed.radiiNm[i] + moving.radiiNm[j];
      // |d - s heading| = contact solved for the smaller s
      const half = contact * contact - (dx * dx + dy * dy + dz * dz - along * along);
      if (half <= 0) continue;
      const way = Math.max(0, along - Math.sqrt(half));
      if (way < shortest) shortest = way;
    }
  }
  return shortest;
}

function joinAt(
  fixed: Traveller,
  moving: Traveller,
  heading: Vector,
  travelNm: number,
  boxNm: number,
): { readonly cluster: Cluster; readonly center: Vector } {
  const offset = offsetOf(moving.center, fixed.center, boxNm).map((x, axis) => x + travelNm * heading[axis]);
  const positionsNm = moving.cluster.positionsNm.map((x, k) => x + offset[k % 3]);
  const cluster = joinClusters(fixed.cluster, moving.cluster, positionsNm);
  const share = moving.cluster.volumeNm3 / cluster.volumeNm3;
  const [x, y, z] = fixed.center.map((value, axis) => wrap(value + share * offset[axis], boxNm));
  return { cluster, center: [x, y, z] };
}

/** Nearest periodic image of `from` as seen from `to`. */
function offsetOf(from: Vector, to: Vector, boxNm: number): Vector {
  const nearest = (d: number) => d - boxNm * Math.round(d / boxNm);
  return [nearest(from[0] - to[0]), nearest(from[1] - to[1]), nearest(from[2] - to[2])];
}

function wrap(x: number, boxNm: number): number {
  return x - boxNm * Math.floor(x / boxNm);
}
