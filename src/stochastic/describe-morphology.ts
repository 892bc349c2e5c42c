import { extremes } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { findContacts, neighboursOf, type Neighbours } from "./contact-graph.ts";
import type { DescriptorInfo } from "./descriptor-info.ts";
import { radiusOfGyrationNm } from "./radius-of-gyration.ts";
import { evenDirections } from "./sphere-points.ts";

/** Size and shape of an aggregate, whatever its materials' arrangement. */
export interface MorphologyDescriptors {
  readonly radiusOfGyrationMassNm: number;
  readonly anisotropy: number;
  readonly maximumLengthNm: number;
  readonly volumeNm3: number;
  readonly surfaceNm2: number;
  readonly surfaceShareSecond: number;
  readonly specificSurfaceM2PerG: number;
  readonly hullFill: number;
  readonly volumeFractionSecond: number;
}

/** One record per morphology descriptor, in the order of MorphologyDescriptors. */
export const MORPHOLOGY_DESCRIPTORS: readonly DescriptorInfo<keyof MorphologyDescriptors>[] = [
  {
    key: "radiusOfGyrationMassNm",
    label: "radius of gyration by mass",
    unit: "nm",
    description: "as the radius of gyration, particles weighted by density times volume",
  },
  {
    key: "anisotropy",
    label: "relative shape anisotropy",
    unit: "",
    description: "1 - 3 I2 / I1^2 of the gyration tensor's invariants: 0 isotropic, 1 a rod [theodorou1985]",
  },
  {
    key: "maximumLengthNm",
    label: "maximum length",
    unit: "nm",
    description: "largest distance between two points of the aggregate",
  },
  {
    key: "volumeNm3",
    label: "volume",
    unit: "nm3",
    description: "volume of the union of the spheres, lenses counted once",
  },
  { key: "surfaceNm2", label: "surface", unit: "nm2", description: "surface of the union of the spheres" },
  {
    key: "surfaceShareSecond",
    label: "surface share, second",
    unit: "",
    description: "share of the free surface that belongs to second-material particles",
  },
  {
    key: "specificSurfaceM2PerG",
    label: "specific surface",
    unit: "m2/g",
    description: "free surface over mass, lenses counted once",
  },
  {
    key: "hullFill",
    label: "hull fill",
    unit: "",
    description: "volume of the union over the volume of its convex hull",
  },
  {
    key: "volumeFractionSecond",
    label: "volume fraction, second",
    unit: "",
    description: "share of the second material in the sum of sphere volumes",
  },
];

/** Points on each sphere; areas of the union are good to about 1 %, those of free spheres exact. */
const SURFACE_POINTS = 400;
/** Half-spaces whose intersection stands for the convex hull: 0.5 % high in volume for a ball. */
const HULL_DIRECTIONS = 800;
/** Rays from the centre along which the hull's extent is found. */
const HULL_RAYS = 1500;

/**
 * Describes size and shape.
 *
 * @param aggregate spheres of two materials, the centre of volume inside their hull
 * @returns one number per descriptor of MORPHOLOGY_DESCRIPTORS
 * @example
 * import { describeMorphology } from "../src/stochastic/index.ts";
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { expect } from "vitest";
 * const ball = sphereAggregate([{ x: 0, y: 0, z: 0, radiusNm: 5, materialIndex: 0 }]);
 * expect(describeMorphology(ball).maximumLengthNm).toBe(10);
 */
export function describeMorphology(aggregate: Aggregate): MorphologyDescriptors {
  const { radiiNm: r, materialIndices: material, materials } = aggregate;
  const [first, second] = unionShares(aggregate);
  const sphereVolume = (wanted: number) =>
    r.reduce((sum, radius, i) => sum + (material[i] === wanted ? radius ** 3 : 0), 0);
  const volumeNm3 = first.volumeNm3 + second.volumeNm3;
  const surfaceNm2 = first.surfaceNm2 + second.surfaceNm2;
  // 1 nm3 of density 1 g/cm3 weighs 1e-21 g, 1 nm2 is 1e-18 m2
  const massG =
    (first.volumeNm3 * materials[0].densityGPerCm3 + second.volumeNm3 * materials[1].densityGPerCm3) * 1e-21;
  return {
    radiusOfGyrationMassNm: radiusOfGyrationNm(
      aggregate,
      materials.map((solid) => solid.densityGPerCm3),
    ),
    anisotropy: anisotropy(aggregate),
    maximumLengthNm: maximumLengthNm(aggregate),
    volumeNm3,
    surfaceNm2,
    surfaceShareSecond: second.surfaceNm2 / surfaceNm2,
    specificSurfaceM2PerG: (surfaceNm2 * 1e-18) / massG,
    hullFill: volumeNm3 / hullVolumeNm3(aggregate),
    volumeFractionSecond: sphereVolume(1) / (sphereVolume(0) + sphereVolume(1)),
  };
}

interface UnionShare {
  readonly surfaceNm2: number;
  readonly volumeNm3: number;
}

/**
 * Free surface and volume of each material's part of the union.
 *
 * Every particle owns what lies in its sphere on its own side of the radical planes to its neighbours, so a lens
 * counts once and its halves go to their owners.
 */
function unionShares(aggregate: Aggregate): readonly [UnionShare, UnionShare] {
  const { radiiNm: r, materialIndices, particleCount } = aggregate;
  const neighbours = neighboursOf(findContacts(aggregate, 0));
  const directions = evenDirections(SURFACE_POINTS);
  const shares = [
    { surfaceNm2: 0, volumeNm3: 0 },
    { surfaceNm2: 0, volumeNm3: 0 },
  ];
  for (let i = 0; i < particleCount; i++) {
    const share = shares[materialIndices[i]];
    const planes = radicalPlanes(aggregate, neighbours, i);
    const cubedRadius = r[i] ** 3;
    let free = 0;
    let cone = 0;
    for (let k = 0; k < SURFACE_POINTS; k++) {
      const along = extentToOwnCell(planes, r[i], directions, 3 * k);
      const isFree = along >= r[i];
      if (isFree) free++;
      // volume of the particle's cell, seen from its centre: 1/3 integral of extent^3 over directions; a power costs more than all else here
      cone += isFree ? cubedRadius : along ** 3;
    }
    share.surfaceNm2 += (4 * Math.PI * r[i] ** 2 * free) / SURFACE_POINTS;
    share.volumeNm3 += ((4 / 3) * Math.PI * cone) / SURFACE_POINTS;
  }
  return [shares[0], shares[1]];
}

/** The plane that parts a particle from one that overlaps it: points p, from its centre, with p . toward = plane. */
interface RadicalPlane {
  readonly toward: readonly [number, number, number];
  readonly plane: number;
}

/** Planes to the overlapping neighbours; looked for once a particle, not for each direction. */
function radicalPlanes(
  { centersNm: c, radiiNm: r }: Aggregate,
  { starts, list }: Neighbours,
  i: number,
): RadicalPlane[] {
  const planes: RadicalPlane[] = [];
  for (let k = starts[i]; k < starts[i + 1]; k++) {
    const j = list[k];
    const dx = c[3 * j] - c[3 * i];
    const dy = c[3 * j + 1] - c[3 * i + 1];
    const dz = c[3 * j + 2] - c[3 * i + 2];
    const squared = dx * dx + dy * dy + dz * dz;
    if (squared >= (r[i] + r[j]) ** 2) continue;
    // the radical plane lies at (d^2 + r_i^2 - r_j^2) / 2d from the centre along the line of centres
    planes.push({ toward: [dx, dy, dz], plane: (squared + r[i] ** 2 - r[j] ** 2) / 2 });
  }
  return planes;
}

/** How far a ray from a particle's centre runs inside its own share, along the direction at a place: to its surface or to a radical plane. */
function extentToOwnCell(
  planes: readonly RadicalPlane[],
  radiusNm: number,
  directions: Float64Array,
  at: number,
): number {
  let extent = radiusNm;
  for (let k = 0; k < planes.length; k++) {
    const { toward, plane } = planes[k];
    const along =
      toward[0] * directions[at] + toward[1] * directions[at + 1] + toward[2] * directions[at + 2];
    if (along > 0 && plane < along * extent) extent = Math.max(0, plane / along);
  }
  return extent;
}

/** kappa^2 = 1 - 3 I2 / I1^2, with I1 the trace and I2 the sum of principal minors [theodorou1985]. */
function anisotropy({ centersNm: c, radiiNm: r, particleCount }: Aggregate): number {
  const volume = r.reduce((sum, radius) => sum + radius ** 3, 0);
  const t = { xx: 0, yy: 0, zz: 0, xy: 0, yz: 0, zx: 0 };
  for (let i = 0; i < particleCount; i++) {
    const [w, x, y, z] = [r[i] ** 3 / volume, c[3 * i], c[3 * i + 1], c[3 * i + 2]];
    // a solid sphere's own second moment along an axis is r^2 / 5
    const own = (w * r[i] ** 2) / 5;
    t.xx += w * x * x + own;
    t.yy += w * y * y + own;
    t.zz += w * z * z + own;
    t.xy += w * x * y;
    t.yz += w * y * z;
    t.zx += w * z * x;
  }
  const trace = t.xx + t.yy + t.zz;
  const minors = t.xx * t.yy + t.yy * t.zz + t.zz * t.xx - t.xy ** 2 - t.yz ** 2 - t.zx ** 2;
  return 1 - (3 * minors) / trace ** 2;
}

/**
 * Pairs that the search for the largest length measures, at most: a second. Only shells ask for more, whose spheres all lie as far out;
 * every pair of 14,000 of them is measured.
 */
const MOST_PAIRS = 1e8;

/**
 * Largest distance between two surfaces' far sides. With s = distance from a middle + radius no pair is longer than s_i + s_j, so
 * that, from the outermost inwards, only pairs are measured that could be longer than the longest so far. It begins with the length
 * that walking from a far sphere to the farthest from it leads to, which of a shell is the longest but for parts in a thousand.
 */
function maximumLengthNm(aggregate: Aggregate): number {
  const { centersNm: c, radiiNm: r, particleCount } = aggregate;
  const middle = [0, 1, 2].map((axis) => {
    const [low, high] = extremes(c.filter((_, k) => k % 3 === axis));
    return (low + high) / 2;
  });
  const outer = Float64Array.from(
    r,
    (radius, i) =>
      radius + Math.hypot(c[3 * i] - middle[0], c[3 * i + 1] - middle[1], c[3 * i + 2] - middle[2]),
  );
  const order = Int32Array.from({ length: particleCount }, (_, i) => i).sort((a, b) => outer[b] - outer[a]);
  let longest = walkedLengthNm(aggregate, order[0]);
  let pairs = 0;
  for (let a = 0; a < particleCount && pairs < MOST_PAIRS; a++) {
    for (let b = a + 1; b < particleCount; b++, pairs++) {
      // round-off of the sums must not hide the pair that is the longest
      if ((outer[order[a]] + outer[order[b]]) * (1 + 1e-12) <= longest) break;
      longest = longerNm(aggregate, order[a], order[b], longest);
    }
  }
  return longest;
}

/** From far side to far side of two spheres, where that is longer; the same to the last digit whichever comes first. */
function longerNm({ centersNm: c, radiiNm: r }: Aggregate, a: number, b: number, longest: number): number {
  const i = Math.min(a, b);
  const j = Math.max(a, b);
  const dx = c[3 * i] - c[3 * j];
  const dy = c[3 * i + 1] - c[3 * j + 1];
  const dz = c[3 * i + 2] - c[3 * j + 2];
  const least = longest - r[i] - r[j];
  // hypot is exact and slow: it is asked where the sum of squares, rounded, comes near
  if (least > 0 && dx * dx + dy * dy + dz * dz < least * least * (1 - 1e-12)) return longest;
  return Math.max(longest, Math.hypot(dx, dy, dz) + r[i] + r[j]);
}

/** Goes from a sphere to the one whose far side is farthest, and on, until no step is longer; a sphere's own diameter counts. */
function walkedLengthNm(aggregate: Aggregate, start: number): number {
  let [from, longest] = [start, 0];
  for (;;) {
    let [farthest, length] = [from, 2 * aggregate.radiiNm[from]];
    for (let i = 0; i < aggregate.particleCount; i++) {
      const own =
        i === from ? length : longerNm(aggregate, from, i, Math.max(length, 2 * aggregate.radiiNm[i]));
      if (own > length) [farthest, length] = [i, own];
    }
    if (length <= longest) return longest;
    [from, longest] = [farthest, length];
  }
}

/** The hull as an intersection of half-spaces u . x <= h(u), h the support function; V = 1/3 integral of rho^3. */
function hullVolumeNm3({ centersNm: c, radiiNm: r, particleCount }: Aggregate): number {
  const normals = evenDirections(HULL_DIRECTIONS);
  const support = new Float64Array(HULL_DIRECTIONS).fill(-Infinity);
  for (let k = 0; k < HULL_DIRECTIONS; k++) {
    for (let i = 0; i < particleCount; i++) {
      const along =
        c[3 * i] * normals[3 * k] + c[3 * i + 1] * normals[3 * k + 1] + c[3 * i + 2] * normals[3 * k + 2];
      support[k] = Math.max(support[k], along + r[i]);
    }
  }
  const rays = evenDirections(HULL_RAYS);
  let cone = 0;
  for (let ray = 0; ray < HULL_RAYS; ray++) {
    let extent = Infinity;
    for (let k = 0; k < HULL_DIRECTIONS; k++) {
      const cosine =
        rays[3 * ray] * normals[3 * k] +
        rays[3 * ray + 1] * normals[3 * k + 1] +
        rays[3 * ray + 2] * normals[3 * k + 2];
      if (cosine > 0) extent = Math.min(extent, support[k] / cosine);
    }
    cone += extent ** 3;
  }
  return ((4 / 3) * Math.PI * cone) / HULL_RAYS;
}
