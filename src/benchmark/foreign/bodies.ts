import type { RandomStream } from "../../core/index.ts";

/** A convex body round its own centre; all that a ray along the beam needs to know. */
export type Form =
  /** {d : d^T M d <= 1}; [m11, m22, m33, m12, m13, m23] of M [1/nm^2]. */
  | { readonly kind: "ellipsoid"; readonly matrix: readonly number[]; readonly reachNm: number }
  /** {d : n d <= distance for every face}; normals are [faces, 3]. */
  | {
      readonly kind: "polyhedron";
      readonly normals: Float64Array;
      readonly distancesNm: Float64Array;
      readonly reachNm: number;
    };

/**
 * Where a ray along z enters and leaves a body, measured from the height of its centre.
 *
 * @param out [enter, leave] [nm], written where the ray meets the body
 * @param xNm from the centre
 * @param yNm from the centre
 * @returns whether it does
 */
export function chordInto(out: Float64Array, form: Form, xNm: number, yNm: number): boolean {
  return form.kind === "ellipsoid"
    ? chordOfEllipsoid(out, form.matrix, xNm, yNm)
    : chordOfPolyhedron(out, form, xNm, yNm);
}

/** A z^2 + 2 B z + C = 0. */
function chordOfEllipsoid(out: Float64Array, m: readonly number[], x: number, y: number): boolean {
  const b = m[4] * x + m[5] * y;
  const c = m[0] * x * x + m[1] * y * y + 2 * m[3] * x * y - 1;
  const discriminant = b * b - m[2] * c;
  if (discriminant <= 0) return false;
  const root = Math.sqrt(discriminant);
  out[0] = (-b - root) / m[2];
  out[1] = (-b + root) / m[2];
  return true;
}

/** The last face entered and the first one left. */
function chordOfPolyhedron(
  out: Float64Array,
  { normals, distancesNm }: Extract<Form, { kind: "polyhedron" }>,
  x: number,
  y: number,
): boolean {
  let [enter, leave] = [-Infinity, Infinity];
  for (let f = 0; f < distancesNm.length; f++) {
    const rest = distancesNm[f] - normals[3 * f] * x - normals[3 * f + 1] * y;
    const slope = normals[3 * f + 2];
    if (slope > 1e-12) leave = Math.min(leave, rest / slope);
    else if (slope < -1e-12) enter = Math.max(enter, rest / slope);
    else if (rest < 0) return false;
  }
  out[0] = enter;
  out[1] = leave;
  return leave > enter;
}

/** A ball as an ellipsoid. */
export function sphere(radiusNm: number): Form {
  const m = radiusNm ** -2;
  return { kind: "ellipsoid", matrix: [m, m, m, 0, 0, 0], reachNm: radiusNm };
}

/** An ellipsoid of three half axes [nm], turned: M = R^T diag(1/a^2) R with the axes as rows of R. */
export function ellipsoid(axesNm: readonly number[], turn: Turn): Form {
  const entry = (i: number, j: number) =>
    axesNm.reduce((sum, axis, k) => sum + (turn[k][i] * turn[k][j]) / axis ** 2, 0);
  const matrix = [entry(0, 0), entry(1, 1), entry(2, 2), entry(0, 1), entry(0, 2), entry(1, 2)];
  return { kind: "ellipsoid", matrix, reachNm: Math.max(...axesNm) };
}

/** Faces of a solid in its own frame: direction, and distance from the centre in any unit. */
export type Faces = readonly { readonly direction: readonly number[]; readonly distance: number }[];

/** A polyhedron with the volume of a sphere. */
export function polyhedron(solid: Solid, radiusNm: number, turn: Turn): Form {
  const scale = radiusNm / solid.sphereRadius;
  const normals = Float64Array.from(
    solid.faces.flatMap(({ direction }) =>
      [0, 1, 2].map((i) => direction.reduce((sum, component, k) => sum + component * turn[k][i], 0)),
    ),
  );
  const distancesNm = Float64Array.from(solid.faces, ({ distance }) => distance * scale);
  return { kind: "polyhedron", normals, distancesNm, reachNm: solid.reach * scale };
}

/** Faces with unit normals, the radius of the sphere of the same volume, and the distance of the farthest corner. */
export interface Solid {
  readonly faces: Faces;
  readonly sphereRadius: number;
  readonly reach: number;
}

/** Rays through a solid that measure its volume: to 1e-4. */
const RAYS = 400;

/** Measures a solid that is given by its faces. */
export function solidOf(given: Faces): Solid {
  const faces = given.map(({ direction, distance }) => {
    const length = Math.hypot(...direction);
    return { direction: direction.map((component) => component / length), distance };
  });
  const reach = farthestCorner(faces);
  const form: Form = {
    kind: "polyhedron",
    normals: Float64Array.from(faces.flatMap(({ direction }) => direction)),
    distancesNm: Float64Array.from(faces, ({ distance }) => distance),
    reachNm: reach,
  };
  const chord = new Float64Array(2);
  const step = (2 * reach) / RAYS;
  let volume = 0;
  for (let i = 0; i < RAYS; i++) {
    for (let j = 0; j < RAYS; j++) {
      const [x, y] = [i, j].map((k) => (k + 0.5) * step - reach);
      if (chordInto(chord, form, x, y)) volume += (chord[1] - chord[0]) * step ** 2;
    }
  }
  return { faces, reach, sphereRadius: Math.cbrt((3 * volume) / (4 * Math.PI)) };
}

/** Corners are where three faces meet inside all others. */
function farthestCorner(faces: Faces): number {
  let farthest = 0;
  for (let a = 0; a < faces.length; a++) {
    for (let b = a + 1; b < faces.length; b++) {
      for (let c = b + 1; c < faces.length; c++) {
        const corner = meetingPoint(faces[a], faces[b], faces[c]);
        if (corner === null) continue;
        const isInside = faces.every(
          ({ direction, distance }) => dot(direction, corner) <= distance * (1 + 1e-9),
        );
        if (isInside) farthest = Math.max(farthest, Math.hypot(...corner));
      }
    }
  }
  return farthest;
}

/** Cramer's rule: p = (d1 n2 x n3 + d2 n3 x n1 + d3 n1 x n2) / (n1 n2 x n3). */
function meetingPoint(a: Faces[number], b: Faces[number], c: Faces[number]): number[] | null {
  const [bc, ca, ab] = [
    cross(b.direction, c.direction),
    cross(c.direction, a.direction),
    cross(a.direction, b.direction),
  ];
  const determinant = dot(a.direction, bc);
  if (Math.abs(determinant) < 1e-9) return null;
  return [0, 1, 2].map((i) => (a.distance * bc[i] + b.distance * ca[i] + c.distance * ab[i]) / determinant);
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i], 0);
const cross = ([a, b, c]: readonly number[], [d, e, f]: readonly number[]) => [
  b * f - c * e,
  c * d - a * f,
  a * e - b * d,
];

const signs = [-1, 1];
const cube = [0, 1, 2].flatMap((axis) => signs.map((sign) => [0, 1, 2].map((i) => (i === axis ? sign : 0))));
const octants = signs.flatMap((x) => signs.flatMap((y) => signs.map((z) => [x, y, z])));
const edges = cube.flatMap((a, i) =>
  cube.slice(i + 1).flatMap((b) => (dot(a, b) === 0 ? [a.map((value, k) => value + b[k])] : [])),
);
const at = (directions: readonly (readonly number[])[], distance: number): Faces =>
  directions.map((direction) => ({ direction, distance }));

/** All edges of one length: squares at sqrt(2), hexagons at sqrt(3/2) of an edge. */
export const TRUNCATED_OCTAHEDRON = solidOf([...at(cube, Math.SQRT2), ...at(octants, Math.sqrt(1.5))]);

/** Anatase's {101} (c/a 2.51) with {001} at 0.6 of the way to the apex. */
export const BIPYRAMID = solidOf([
  ...at(
    signs.flatMap((z) =>
      signs.flatMap((s) => [
        [s * 2.51, 0, z],
        [0, s * 2.51, z],
      ]),
    ),
    1,
  ),
  ...at(
    signs.map((z) => [0, 0, z]),
    0.6 * Math.hypot(2.51, 1),
  ),
]);

/** 26 faces at nearly one distance: {100}, {110} and {111}. */
export const NEARLY_ROUND = solidOf([...at(cube, 1), ...at(edges, 1), ...at(octants, 1)]);

/** Three orthogonal unit vectors. */
export type Turn = readonly (readonly number[])[];

/** A rotation, every one as likely as any other: a quaternion of four normal numbers. */
export function drawTurn(rng: RandomStream): Turn {
  const drawn = [rng.normal(), rng.normal(), rng.normal(), rng.normal()];
  const length = Math.hypot(...drawn);
  const [w, x, y, z] = drawn.map((component) => component / length);
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
    [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
  ];
}
