import type { RandomStream } from "../../core/index.ts";
import { shapeVolume, SPHERE } from "./particle-shape.ts";
import type { Ellipsoid, ParticleShape, Polyhedron } from "./particle-shape.ts";

/** How far the particles of an image are from spheres. */
export interface ShapeSettings {
  /** Standard deviation of the logarithm of the axes of ellipsoids, before they are brought to the sphere's volume. */
  readonly elongation: number;
  /** Share of the particles that are crystals with faces, 0 to 1. */
  readonly facetedShare: number;
}

/**
 * Draws the shape of one particle, turned at random: an ellipsoid, or a crystal with faces; of the volume of the unit sphere.
 *
 * @param rng stream of the particle
 * @param settings how far from spheres; zeros give a sphere
 * @returns the shape in units of the particle's radius
 */
export function drawParticleShape(
  rng: RandomStream,
  { elongation, facetedShare }: ShapeSettings,
): ParticleShape {
  if (facetedShare > 0 && rng.uniform() < facetedShare) return drawCrystal(rng);
  return elongation > 0 ? drawEllipsoid(rng, elongation) : SPHERE;
}

function drawEllipsoid(rng: RandomStream, elongation: number): Ellipsoid {
  const logs = [0, 1, 2].map(() => elongation * rng.normal());
  const mean = (logs[0] + logs[1] + logs[2]) / 3;
  const axes = logs.map((log) => Math.exp(log - mean));
  const turn = randomRotation(rng);
  const entry = (i: number, j: number) =>
    axes.reduce((sum, axis, k) => sum + (turn[3 * i + k] * turn[3 * j + k]) / axis ** 2, 0);
  return {
    kind: "ellipsoid",
    reach: Math.max(...axes),
    matrix: [entry(0, 0), entry(0, 1), entry(0, 2), entry(1, 1), entry(1, 2), entry(2, 2)],
  };
}

/** Distances of the faces vary by this much, ln: no two faces of a real crystal grow alike. */
const FACE_SPREAD = 0.06;

/** A crystal with faces: a truncated octahedron, a bipyramid, or a block; its edges more or less rounded. */
function drawCrystal(rng: RandomStream): Polyhedron {
  const faces = [octahedronFaces, bipyramidFaces, blockFaces][rng.integerBelow(3)](rng);
  const turn = randomRotation(rng);
  const planes = new Float64Array(4 * faces.length);
  let nearest = Infinity;
  faces.forEach(({ normal, distance }, k) => {
    for (let i = 0; i < 3; i++) {
      planes[4 * k + i] = normal.reduce((sum, value, j) => sum + turn[3 * i + j] * value, 0);
    }
    planes[4 * k + 3] = distance * Math.exp(FACE_SPREAD * rng.normal());
    nearest = Math.min(nearest, planes[4 * k + 3]);
  });
  // the ball that rounds it off: between one that leaves corners sharp and one that leaves the faces small
  const reach = nearest * (1.15 + 0.75 * rng.uniform());
  return ofUnitVolume({ kind: "polyhedron", reach, planes });
}

function ofUnitVolume({ reach, planes }: Polyhedron): Polyhedron {
  const volume = shapeVolume({ kind: "polyhedron", reach, planes });
  const scale = Math.cbrt((4 / 3) * (Math.PI / volume));
  const scaled = planes.map((value, k) => (k % 4 === 3 ? scale * value : value));
  return { kind: "polyhedron", reach: scale * reach, planes: scaled };
}

interface Face {
  readonly normal: readonly number[];
  readonly distance: number;
}

const SIGNS = [-1, 1] as const;
const AXES = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
] as const;

/** Eight faces {111} at 1, six {100} that cut its corners: 0.87 gives a cuboctahedron, 1.73 leaves the octahedron whole. */
function octahedronFaces(rng: RandomStream): Face[] {
  const cut = 0.87 + 0.8 * rng.uniform();
  const eight = SIGNS.flatMap((x) => SIGNS.flatMap((y) => SIGNS.map((z) => [x, y, z])));
  return [
    ...eight.map((signs) => ({ normal: signs.map((sign) => sign / Math.sqrt(3)), distance: 1 })),
    ...bothSides(AXES, () => cut),
  ];
}

/** Steepness of the faces {101} of anatase, between their normal and the long axis: atan(c/a), c/a = 2.51 [howard1991]. */
const BIPYRAMID_ANGLE = Math.atan(2.51);

/** A bipyramid of four or six sides as anatase grows it, its tips cut off. */
function bipyramidFaces(rng: RandomStream): Face[] {
  const sides = rng.uniform() < 0.7 ? 4 : 6;
  const [s, c] = [Math.sin(BIPYRAMID_ANGLE), Math.cos(BIPYRAMID_ANGLE)];
  const around = Array.from({ length: sides }, (_, k) => (2 * Math.PI * k) / sides);
  const tip = 1 / c;
  const cut = tip * (0.4 + 0.5 * rng.uniform());
  return [
    ...around.flatMap((angle) =>
      SIGNS.map((sign) => ({ normal: [s * Math.cos(angle), s * Math.sin(angle), sign * c], distance: 1 })),
    ),
    ...bothSides([AXES[2]], () => cut),
  ];
}

/** A block of unequal edges. */
function blockFaces(rng: RandomStream): Face[] {
  const halves = AXES.map(() => Math.exp(0.2 * rng.normal()));
  return bothSides(AXES, (k) => halves[k]);
}

function bothSides(axes: readonly (readonly number[])[], distanceOf: (k: number) => number): Face[] {
  return axes.flatMap((axis, k) =>
    SIGNS.map((sign) => ({ normal: axis.map((value) => sign * value), distance: distanceOf(k) })),
  );
}

/** A rotation, uniform over all: the matrix, row by row, of a normalised random quaternion. */
export function randomRotation(rng: RandomStream): readonly number[] {
  const q = [rng.normal(), rng.normal(), rng.normal(), rng.normal()];
  const length = Math.hypot(...q);
  const [w, x, y, z] = q.map((value) => value / length);
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - z * w),
    2 * (x * z + y * w),
    2 * (x * y + z * w),
    1 - 2 * (x * x + z * z),
    2 * (y * z - x * w),
    2 * (x * z - y * w),
    2 * (y * z + x * w),
    1 - 2 * (x * x + y * y),
  ];
}
