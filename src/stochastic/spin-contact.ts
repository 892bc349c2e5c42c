import type { RandomStream } from "../core/index.ts";
import type { Cluster } from "./cluster.ts";
import { completeFrame, wrapped } from "./rotation.ts";
import type { Vector } from "./rotation.ts";

/** A placement: the moving cluster's centre and rotation (row-major 3 x 3) in the frame of the fixed cluster. */
export interface Pose {
  readonly center: Vector;
  readonly rotation: readonly number[];
}

/** Particles in a frame whose third axis is the line through both centres. */
interface LineCoordinates {
  readonly count: number;
  readonly along: Float64Array;
  readonly across: Float64Array;
  readonly up: Float64Array;
  /** Distance from the line. */
  readonly rho: Float64Array;
  readonly radius: Float64Array;
}

/** Angles of spin that a pair of particles forbids: middle and half width [rad]. */
export interface BlockedArc {
  readonly middle: number;
  readonly halfWidth: number;
}

/** Round-off of angles in the walk round the circle [rad]. */
const ANGLE_TOLERANCE = 1e-12;

/**
 * Spins the moving cluster about the line through both centres to a place where it touches and overlaps nothing.
 *
 * At a fixed centre distance each pair (a, b) forbids one arc of spin angles. With dz the distance of the pair along the
 * line, rho_a and rho_b its distances from the line, and H = (r_a + r_b)^2 - dz^2, the pair overlaps where
 * rho_a^2 + rho_b^2 - 2 rho_a rho_b cos(theta) < H. Ends of arcs that lie in no other arc are contacts without
 * overlap, so one pass over the pairs settles all angles at once (the published algorithm tests 360 of them [moran2019]).
 *
 * @returns the pose turned to a free contact; null when every angle overlaps or none touches
 */
export function spinToContact(rng: RandomStream, fixed: Cluster, moving: Cluster, pose: Pose): Pose | null {
  const { center, rotation } = pose;
  const distance = Math.hypot(...center);
  const axis: Vector = [center[0] / distance, center[1] / distance, center[2] / distance];
  const a = lineCoordinates(fixed, axis, null, distance - moving.reachNm);
  const b = lineCoordinates(moving, axis, rotation, -Infinity);
  const arcs = blockedArcs(a, b, distance);
  if (arcs === null || arcs.length === 0) return null;
  const { middle, halfWidth } = arcs[rng.integerBelow(arcs.length)];
  const sense = rng.uniform() < 0.5 ? 1 : -1;
  const spin = walkToFreeAngle(arcs, middle + sense * halfWidth, sense);
  return spin === null ? null : { center, rotation: turnedAbout(axis, spin, rotation) };
}

/** Particles whose surface reaches beyond `from` along the axis; the others cannot touch the moving cluster. */
function lineCoordinates(
  cluster: Cluster,
  axis: Vector,
  rotation: readonly number[] | null,
  from: number,
): LineCoordinates {
  const [u, v] = completeFrame(axis);
  const [au, av, aw] = rotation === null ? [u, v, axis] : [u, v, axis].map((w) => unrotated(w, rotation));
  const { positionsNm: p, radiiNm, particleCount } = cluster;
  const along = new Float64Array(particleCount);
  const across = new Float64Array(particleCount);
  const up = new Float64Array(particleCount);
  const rho = new Float64Array(particleCount);
  const radius = new Float64Array(particleCount);
  let count = 0;
  for (let i = 0; i < particleCount; i++) {
    const x = p[3 * i];
    const y = p[3 * i + 1];
    const z = p[3 * i + 2];
    const w = x * aw[0] + y * aw[1] + z * aw[2];
    if (w + radiiNm[i] <= from) continue;
    const pu = x * au[0] + y * au[1] + z * au[2];
    const pv = x * av[0] + y * av[1] + z * av[2];
    along[count] = w;
    rho[count] = Math.sqrt(pu * pu + pv * pv);
    across[count] = pu;
    up[count] = pv;
    radius[count] = radiiNm[i];
    count++;
  }
  return { count, along, across, up, rho, radius };
}

/** The vector in the moving cluster's own frame: the transposed rotation applied. */
function unrotated([x, y, z]: Vector, m: readonly number[]): Vector {
  return [m[0] * x + m[3] * y + m[6] * z, m[1] * x + m[4] * y + m[7] * z, m[2] * x + m[5] * y + m[8] * z];
}

/** One arc per pair that can touch; null when a pair overlaps at every angle. */
function blockedArcs(a: LineCoordinates, b: LineCoordinates, distance: number): BlockedArc[] | null {
  const arcs: BlockedArc[] = [];
  for (let j = 0; j < b.count; j++) {
    const along = b.along[j] + distance;
    for (let i = 0; i < a.count; i++) {
      const dz = a.along[i] - along;
      const t = a.radius[i] + b.radius[j];
      const h = t * t - dz * dz;
      const drho = a.rho[i] - b.rho[j];
      if (h <= drho * drho) continue;
      const cosine = (a.rho[i] * a.rho[i] + b.rho[j] * b.rho[j] - h) / (2 * a.rho[i] * b.rho[j]);
      if (!(cosine > -1)) return null;
      const middle = Math.atan2(a.up[i], a.across[i]) - Math.atan2(b.up[j], b.across[j]);
      arcs.push({ middle, halfWidth: Math.acos(cosine) });
    }
  }
  return arcs;
}

/**
 * From an angle, jumps to the farthest end of an arc that covers it, until an angle is free.
 *
 * @param start angle at which the walk begins [rad]
 * @returns the first free angle [rad], or null when the whole circle is forbidden
 */
export function walkToFreeAngle(arcs: readonly BlockedArc[], start: number, sense: 1 | -1): number | null {
  let angle = start;
  for (let travelled = 0; travelled < 2 * Math.PI;) {
    let step = 0;
    for (const { middle, halfWidth } of arcs) {
      const offset = wrapped(angle - middle) * sense;
      if (Math.abs(offset) < halfWidth - ANGLE_TOLERANCE) step = Math.max(step, halfWidth - offset);
    }
    if (step === 0) return angle;
    angle += sense * step;
    travelled += step;
  }
  return null;
}

/** Rotation by an angle about a unit axis, after another rotation (Rodrigues' formula). */
function turnedAbout(axis: Vector, angle: number, rotation: readonly number[]): number[] {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const turned = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let column = 0; column < 3; column++) {
    const [x, y, z] = [rotation[column], rotation[3 + column], rotation[6 + column]];
    const along = (1 - c) * (axis[0] * x + axis[1] * y + axis[2] * z);
    turned[column] = c * x + s * (axis[1] * z - axis[2] * y) + along * axis[0];
    turned[3 + column] = c * y + s * (axis[2] * x - axis[0] * z) + along * axis[1];
    turned[6 + column] = c * z + s * (axis[0] * y - axis[1] * x) + along * axis[2];
  }
  return turned;
}
