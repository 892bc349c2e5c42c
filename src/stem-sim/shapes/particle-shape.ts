/** The shape of one particle in units of its radius, that of the sphere of the same volume, as it lies under the beam. */
export type ParticleShape = Ellipsoid | Polyhedron;

/** All points with x^T M x <= 1. */
export interface Ellipsoid {
  readonly kind: "ellipsoid";
  /** Farthest point from the centre [radii]. */
  readonly reach: number;
  /** M as xx, xy, xz, yy, yz, zz [1/radius^2]. */
  readonly matrix: readonly number[];
}

/** All points on the near side of every plane and inside of a ball, which rounds edges and corners off. */
export interface Polyhedron {
  readonly kind: "polyhedron";
  /** Radius of the ball, and so the farthest that a point can lie from the centre [radii]. */
  readonly reach: number;
  /** Normals and distances of the faces, [faces, 4] as nx, ny, nz, d: n . x <= d [radii]. */
  readonly planes: Float64Array;
}

/** The shape that all particles have by default. */
export const SPHERE: Ellipsoid = { kind: "ellipsoid", reach: 1, matrix: [1, 0, 0, 1, 0, 1] };

/**
 * Where a ray along the beam enters and leaves a shape.
 *
 * @param interval receives both heights [radii]
 * @param shape of the particle
 * @param x place of the ray beside the centre [radii]
 * @param y the same
 * @returns false where the ray misses
 */
export function rayInto(interval: Float64Array, shape: ParticleShape, x: number, y: number): boolean {
  return shape.kind === "ellipsoid"
    ? ellipsoidRayInto(interval, shape, x, y)
    : polyhedronRayInto(interval, shape, x, y);
}

/** The roots of z^2 M_zz + 2 z (M_xz x + M_yz y) + M_xx x^2 + 2 M_xy x y + M_yy y^2 = 1. */
function ellipsoidRayInto(interval: Float64Array, { matrix }: Ellipsoid, x: number, y: number): boolean {
  const [xx, xy, xz, yy, yz, zz] = matrix;
  const linear = xz * x + yz * y;
  const root = linear * linear - zz * (xx * x * x + 2 * xy * x * y + yy * y * y - 1);
  if (root <= 0) return false;
  const half = Math.sqrt(root) / zz;
  interval[0] = -linear / zz - half;
  interval[1] = -linear / zz + half;
  return true;
}

function polyhedronRayInto(
  interval: Float64Array,
  { reach, planes }: Polyhedron,
  x: number,
  y: number,
): boolean {
  const square = reach * reach - x * x - y * y;
  if (square <= 0) return false;
  let high = Math.sqrt(square);
  let low = -high;
  for (let k = 0; k < planes.length; k += 4) {
    const left = planes[k + 3] - planes[k] * x - planes[k + 1] * y;
    const steep = planes[k + 2];
    if (Math.abs(steep) < 1e-9) {
      if (left < 0) return false;
    } else if (steep > 0) high = Math.min(high, left / steep);
    else low = Math.max(low, left / steep);
  }
  interval[0] = low;
  interval[1] = high;
  return high > low;
}

/**
 * A shape after a rotation of the particle: M becomes R M R^T, normals n become R n.
 *
 * @param shape of the particle
 * @param rotation matrix R, row by row, 9 numbers
 * @returns a new shape of the same volume
 */
export function turnShape(shape: ParticleShape, rotation: readonly number[]): ParticleShape {
  return shape.kind === "ellipsoid"
    ? { ...shape, matrix: turnedMatrix(shape.matrix, rotation) }
    : { ...shape, planes: turnedPlanes(shape.planes, rotation) };
}

function turnedMatrix([xx, xy, xz, yy, yz, zz]: readonly number[], r: readonly number[]): number[] {
  const rows = [
    [xx, xy, xz],
    [xy, yy, yz],
    [xz, yz, zz],
  ];
  const entry = (i: number, j: number) =>
    rows.reduce(
      (sum, row, k) => sum + row.reduce((part, m, l) => part + r[3 * i + k] * m * r[3 * j + l], 0),
      0,
    );
  return [entry(0, 0), entry(0, 1), entry(0, 2), entry(1, 1), entry(1, 2), entry(2, 2)];
}

function turnedPlanes(planes: Float64Array, r: readonly number[]): Float64Array {
  return planes.map((value, at) => {
    const [axis, first] = [at % 4, at - (at % 4)];
    if (axis === 3) return value;
    return (
      r[3 * axis] * planes[first] + r[3 * axis + 1] * planes[first + 1] + r[3 * axis + 2] * planes[first + 2]
    );
  });
}

const VOLUME_SAMPLES = 28;

/** Volume of a shape [radii^3], by the midpoint rule over rays: a percent at worst. */
export function shapeVolume(shape: ParticleShape): number {
  const interval = new Float64Array(2);
  const step = (2 * shape.reach) / VOLUME_SAMPLES;
  let sum = 0;
  for (let row = 0; row < VOLUME_SAMPLES; row++) {
    for (let column = 0; column < VOLUME_SAMPLES; column++) {
      const [x, y] = [column, row].map((k) => -shape.reach + (k + 0.5) * step);
      if (rayInto(interval, shape, x, y)) sum += interval[1] - interval[0];
    }
  }
  return sum * step * step;
}
