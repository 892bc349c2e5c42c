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
  /** Diffusion coefficient, or speed of flight, relative to the others'. */
  readonly mobility: number;
  /** Length of its next step: the further away the others were, the longer [nm]. */
  readonly stepNm: number;
  /** Steps it makes per time, relative to the others': D / s^2 when diffusing, v / s in flight. */
  readonly rate: number;
}

/** Shortest step in units of the mean radius; contact inside a step is found exactly. */
const STEP_PER_RADIUS = 1;
/** Share of the gap to the nearest cluster that one step may take. */
const STEP_PER_GAP = 1 / 3;

/**
 * Simulates cluster-cluster aggregation: clusters move through a periodic box and stick where they touch.
 *
 * Diffusion-limited: Brownian steps, diffusion coefficient as 1 / Rg (Stokes drag), no rotation [meakin1983]. Ballistic: each
 * cluster flies straight with a thermal speed, as m^-1/2, and gets a new direction when it grows. Steps lengthen with the
 * distance to the nearest other cluster; the next step goes to a cluster with a chance in proportion to
 * D / s^2 (v / s in flight), so that all live on the same clock.
 */
export function collideClusters(
  rng: RandomStream,
  clusters: readonly Cluster[],
  options: CollisionOptions,
): Cluster[] {
  const volume = clusters.reduce((sum, cluster) => sum + cluster.volumeNm3, 0);
  const particles = clusters.reduce((sum, cluster) => sum + cluster.particleCount, 0);
  const shortestNm = STEP_PER_RADIUS * Math.cbrt(volume / particles);
  const widest = Math.max(...clusters.map((cluster) => cluster.reachNm));
  const boxNm = Math.max(Math.cbrt(((4 / 3) * Math.PI * volume) / options.volumeFraction), 4 * widest);
  let travellers = scatter(rng, clusters, boxNm, options.motion, shortestNm);
  while (travellers.length > options.clusterCount) {
    const mover = drawByRate(rng, travellers);
    const { center, direction, stepNm } = travellers[mover];
    const heading = options.motion === "ballistic" ? direction : randomDirection(rng);
    const { other, travelNm, gapNm } = firstHit(travellers, mover, heading, boxNm);
    const longestNm = Math.max(shortestNm, STEP_PER_GAP * gapNm);
    if (stepNm > 1.5 * longestNm) {
      // another cluster has come near since the step was chosen: a long jump would meet it as in flight
      travellers[mover] = paced(travellers[mover], longestNm, options.motion);
      continue;
    }
    if (other < 0) {
      const moved: Vector = [
        wrap(center[0] + stepNm * heading[0], boxNm),
        wrap(center[1] + stepNm * heading[1], boxNm),
        wrap(center[2] + stepNm * heading[2], boxNm),
      ];
      const nextNm = Math.max(shortestNm, STEP_PER_GAP * (gapNm - stepNm));
      travellers[mover] = paced({ ...travellers[mover], center: moved }, nextNm, options.motion);
      continue;
    }
    const union = joinAt(travellers[other], travellers[mover], heading, travelNm, boxNm);
    const joined = travellerOf(rng, union.cluster, union.center, options.motion, shortestNm);
    travellers = [...travellers.filter((_, k) => k !== mover && k !== other), joined];
  }
  return travellers.map(({ cluster }) => cluster);
}

/** Places clusters at random without overlap of their enclosing spheres where that can be had. */
function scatter(
  rng: RandomStream,
  clusters: readonly Cluster[],
  boxNm: number,
  motion: ClusterMotion,
  shortestNm: number,
): Traveller[] {
  const placed: Traveller[] = [];
  for (const cluster of clusters) {
    let center: Vector = [0, 0, 0];
    for (let attempt = 0; attempt < 1000; attempt++) {
      center = [rng.uniform() * boxNm, rng.uniform() * boxNm, rng.uniform() * boxNm];
      if (placed.every((other) => !isNear(other, center, cluster.reachNm, boxNm))) break;
    }
    placed.push(travellerOf(rng, cluster, center, motion, shortestNm));
  }
  return placed;
}

function isNear(other: Traveller, center: Vector, reachNm: number, boxNm: number): boolean {
  const [x, y, z] = offsetOf(other.center, center, boxNm);
  return x * x + y * y + z * z < (other.cluster.reachNm + reachNm) ** 2;
}

function travellerOf(
  rng: RandomStream,
  cluster: Cluster,
  center: Vector,
  motion: ClusterMotion,
  stepNm: number,
): Traveller {
  const mobility =
    motion === "diffusive" ? 1 / Math.sqrt(cluster.gyrationSquaredNm2) : 1 / Math.sqrt(cluster.volumeNm3);
  const direction = randomDirection(rng);
  return paced({ cluster, center, direction, mobility, stepNm, rate: 0 }, stepNm, motion);
}

function paced(traveller: Traveller, stepNm: number, motion: ClusterMotion): Traveller {
  const { mobility } = traveller;
  return { ...traveller, stepNm, rate: mobility / (motion === "diffusive" ? stepNm * stepNm : stepNm) };
}

function drawByRate(rng: RandomStream, travellers: readonly Traveller[]): number {
  let total = 0;
  for (const { rate } of travellers) total += rate;
  let rest = rng.uniform() * total;
  for (let k = 0; k < travellers.length - 1; k++) {
    rest -= travellers[k].rate;
    if (rest < 0) return k;
  }
  return travellers.length - 1;
}

/** What a step meets: the other cluster (-1 for none) and the way to it; and the gap to the nearest one before it. */
interface StepOutcome {
  readonly other: number;
  readonly travelNm: number;
  readonly gapNm: number;
}

function firstHit(
  travellers: readonly Traveller[],
  mover: number,
  heading: Vector,
  boxNm: number,
): StepOutcome {
  const { cluster, center, stepNm } = travellers[mover];
  let other = -1;
  let travelNm = stepNm;
  let gapNm = boxNm / 2;
  for (let k = 0; k < travellers.length; k++) {
    if (k === mover) continue;
    const target = travellers[k];
    // nearest image, written out: nearly all clusters are ruled out here, millions of times
    let x = center[0] - target.center[0];
    x -= boxNm * Math.round(x / boxNm);
    let y = center[1] - target.center[1];
    y -= boxNm * Math.round(y / boxNm);
    let z = center[2] - target.center[2];
    z -= boxNm * Math.round(z / boxNm);
    const gap = Math.sqrt(x * x + y * y + z * z) - target.cluster.reachNm - cluster.reachNm;
    if (gap < gapNm) gapNm = gap;
    if (gap > stepNm) continue;
    const way = wayToContact(target.cluster, cluster, [x, y, z], heading, travelNm);
    if (way < travelNm) {
      travelNm = way;
      other = k;
    }
  }
  return { other, travelNm, gapNm };
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
