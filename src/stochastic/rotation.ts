import type { RandomStream } from "../core/index.ts";

/** A vector of three components. */
export type Vector = readonly [number, number, number];

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
 * @param from unit vector before
 * @param to unit vector after
 * @param spin angle about `to` [rad]
 * @returns [9], row-major 3 x 3
 */
export function rotationOnto(from: Vector, to: Vector, spin: number): readonly number[] {
  const [f1, f2] = completeFrame(from);
  const [u, v] = completeFrame(to);
  const c = Math.cos(spin);
  const s = Math.sin(spin);
  const matrix = Array.from<number>({ length: 9 });
  for (let row = 0; row < 3; row++) {
    const t1 = c * u[row] + s * v[row];
    const t2 = c * v[row] - s * u[row];
    for (let column = 0; column < 3; column++) {
      matrix[3 * row + column] = to[row] * from[column] + t1 * f1[column] + t2 * f2[column];
    }
  }
  return matrix;
}
