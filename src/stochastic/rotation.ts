import type { RandomStream } from "../core/index.ts";

/** A vector of three components. */
export type Vector = readonly [number, number, number];

/** The same angle between -pi and pi. */
export function wrapped(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}

/** A direction with equal density over the unit sphere (Archimedes: the height is uniform). */
export function randomDirection(rng: RandomStream): Vector {
  const z = 2 * rng.uniform() - 1;
  const azimuth = 2 * Math.PI * rng.uniform();
  const rho = Math.sqrt(1 - z * z);
  return [rho * Math.cos(azimuth), rho * Math.sin(azimuth), z];
}

/** Two unit vectors that complete a unit vector to a right-handed frame [duff2017]. */
export function completeFrame([x, y, z]: Vector): readonly [Vector, Vector] {
  const sign = z >= 0 ? 1 : -1;
  const a = -1 / (sign + z);
  const b = x * y * a;
  return [
    [1 + sign * x * x * a, sign * b, -sign * x],
    [b, sign + y * y * a, -y],
  ];
}

/** The direction at a polar angle (given by its cosine) from an axis, at an azimuth about it. */
export function directionAbout(axis: Vector, cosine: number, azimuth: number): Vector {
  const [u, v] = completeFrame(axis);
  const sine = Math.sqrt(Math.max(0, 1 - cosine * cosine));
  const p = sine * Math.cos(azimuth);
  const q = sine * Math.sin(azimuth);
  return [
    cosine * axis[0] + p * u[0] + q * v[0],
    cosine * axis[1] + p * u[1] + q * v[1],
    cosine * axis[2] + p * u[2] + q * v[2],
  ];
}

/**
 * The rotation that carries one direction onto another and then turns about it.
 *
 * @param spin angle about `to` [rad]
 * @returns [9], row-major 3 x 3
 */
export function rotationOnto(from: Vector, to: Vector, spin: number): readonly number[] {
  const [f1, f2] = completeFrame(from);
  const [u, v] = completeFrame(to);
  const c = Math.cos(spin);
  const s = Math.sin(spin);
  // the frame about `from` turned by the spin: its images are u' = c u + s v and v' = c v - s u
  const [p0, p1, p2] = [c * u[0] + s * v[0], c * u[1] + s * v[1], c * u[2] + s * v[2]];
  const [q0, q1, q2] = [c * v[0] - s * u[0], c * v[1] - s * u[1], c * v[2] - s * u[2]];
  return [
    to[0] * from[0] + p0 * f1[0] + q0 * f2[0],
    to[0] * from[1] + p0 * f1[1] + q0 * f2[1],
    to[0] * from[2] + p0 * f1[2] + q0 * f2[2],
    to[1] * from[0] + p1 * f1[0] + q1 * f2[0],
    to[1] * from[1] + p1 * f1[1] + q1 * f2[1],
    to[1] * from[2] + p1 * f1[2] + q1 * f2[2],
    to[2] * from[0] + p2 * f1[0] + q2 * f2[0],
    to[2] * from[1] + p2 * f1[1] + q2 * f2[1],
    to[2] * from[2] + p2 * f1[2] + q2 * f2[2],
  ];
}
