import type { Aggregate } from "../../stochastic/index.ts";
import { sphereProfile } from "./blurred-sphere.ts";
import type { BlurredSphereTable } from "./blurred-sphere.ts";
import { neckPlanes } from "./neck-planes.ts";
import type { NeckPlanes } from "./neck-planes.ts";
import { CAP_REACH_SIGMAS } from "./cap-quadrature.ts";

/** Which material a lens between two overlapping particles belongs to. */
export type NeckOwner = "radical-plane" | "first-material" | "second-material";

/**
 * What the renderers add up: blurred spheres, less the caps that overlapping spheres cut from each other.
 *
 * A sphere has a tabulated radial profile. A cap is a sphere bounded by planes; its blur is a quadrature of sharp chords.
 * Bodies are spheres first, then caps; each counts in both materials' maps with its weights.
 */
export interface ProjectedBodies {
  readonly bodyCount: number;
  readonly sphereCount: number;
  /** [bodyCount, 2] centre of the body's sphere [nm]. */
  readonly centersNm: Float64Array;
  /** [bodyCount, 4] lowest x, highest x, lowest y, highest y the blurred body reaches [nm]. */
  readonly boxesNm: Float64Array;
  /** [bodyCount, 2] what a nanometre of the body adds to the thickness of each material. */
  readonly weights: Float64Array;
  /** [sphereCount] 1/reach^2 [1/nm^2]. */
  readonly inverseSquareReach: Float64Array;
  /** Squared thickness of unit spheres over squared distance; each sphere's samples start at its place in `profileStarts`. */
  readonly profiles: Float32Array;
  readonly profileStarts: Int32Array;
  /** [sphereCount] thickness of each sphere for 1 in its profile [nm]. */
  readonly profileThicknessNm: Float64Array;
  /** [bodyCount - sphereCount] radius of the cap's sphere [nm]. */
  readonly capRadiiNm: Float64Array;
  /** [bodyCount - sphereCount] standard deviation of the cap's blur [nm]. */
  readonly capSigmasNm: Float64Array;
  /** Planes that bound each cap, see NeckPlanes; indices are those of the caps. */
  readonly capPlanes: NeckPlanes;
}

/** How each particle is seen. */
export interface ParticleOptics {
  /** Standard deviation of the blur of each particle [nm]. */
  readonly sigmasNm: Float64Array;
  /** Factor on each particle's scattering: channelling in a crystal that happens to lie well. */
  readonly strengths: Float64Array;
  readonly neckOwner: NeckOwner;
}

/** Prepares an aggregate for the renderers. */
export function projectBodies(
  aggregate: Aggregate,
  table: BlurredSphereTable,
  optics: ParticleOptics,
): ProjectedBodies {
  const { particleCount, centersNm, radiiNm, materialIndices } = aggregate;
  const { sigmasNm, strengths, neckOwner } = optics;
  const list = emptyList();
  const profileStarts = new Int32Array(particleCount);
  const profileThicknessNm = new Float64Array(particleCount);
  const inverseSquareReach = new Float64Array(particleCount);
  for (let i = 0; i < particleCount; i++) {
    const { start, reachNm: reach, thicknessNm } = sphereProfile(radiiNm[i], sigmasNm[i]);
    profileStarts[i] = start;
    profileThicknessNm[i] = thicknessNm;
    inverseSquareReach[i] = 1 / reach ** 2;
    const x = centersNm[3 * i];
    const y = centersNm[3 * i + 1];
    list.centers.push(x, y);
    list.boxes.push(x - reach, x + reach, y - reach, y + reach);
    const isSecond = materialIndices[i] === 1;
    list.weights.push(isSecond ? 0 : strengths[i], isSecond ? strengths[i] : 0);
  }
  for (const cut of cutsOf(aggregate, neckOwner)) addCaps(list, aggregate, optics, cut);
  return {
    bodyCount: list.centers.length / 2,
    sphereCount: particleCount,
    centersNm: new Float64Array(list.centers),
    boxesNm: new Float64Array(list.boxes),
    weights: new Float64Array(list.weights),
    inverseSquareReach,
    profiles: table.squares,
    profileStarts,
    profileThicknessNm,
    capRadiiNm: new Float64Array(list.radii),
    capSigmasNm: new Float64Array(list.sigmas),
    capPlanes: {
      firstPlane: new Int32Array(list.firstPlane),
      normals: new Float64Array(list.normals),
      offsetsNm: new Float64Array(list.offsets),
    },
  };
}

/** Planes that cut caps off spheres, and what the caps of a particle of each material add to the maps. */
interface Cut {
  readonly planes: NeckPlanes;
  readonly capWeights: readonly [readonly [number, number], readonly [number, number]];
}

/**
 * The radical planes of all pairs give each material its own side. Where one material owns its lenses, its spheres are
 * cut by their like only, and the other material gets the union of all spheres less the owner's union.
 */
function cutsOf(aggregate: Aggregate, neckOwner: NeckOwner): Cut[] {
  const all = neckPlanes(aggregate);
  if (neckOwner === "radical-plane") {
    return [
      {
        planes: all,
        capWeights: [
          [-1, 0],
          [0, -1],
        ],
      },
    ];
  }
  const owner = neckOwner === "first-material" ? 0 : 1;
  const { materialIndices } = aggregate;
  const own = neckPlanes(aggregate, (i, j) => materialIndices[i] === owner && materialIndices[j] === owner);
  const toOther: readonly [number, number] = owner === 0 ? [0, -1] : [-1, 0];
  const ownerToOther: readonly [number, number] = owner === 0 ? [-1, 1] : [1, -1];
  return [
    { planes: all, capWeights: [toOther, toOther] },
    { planes: own, capWeights: [ownerToOther, ownerToOther] },
  ];
}

function emptyList() {
  return {
    centers: [] as number[],
    boxes: [] as number[],
    weights: [] as number[],
    radii: [] as number[],
    sigmas: [] as number[],
    firstPlane: [0],
    normals: [] as number[],
    offsets: [] as number[],
  };
}

/**
 * Adds the caps of one cut.
 *
 * The k-th cap of a sphere is what its k-th plane removes and no earlier plane has removed: the ball beyond plane k and on
 * this side of planes 0 to k - 1. These are convex, disjoint, and together are all that the planes remove.
 */
function addCaps(
  list: ReturnType<typeof emptyList>,
  aggregate: Aggregate,
  { sigmasNm, strengths }: ParticleOptics,
  { planes, capWeights }: Cut,
): void {
  const { centersNm, radiiNm, materialIndices, particleCount } = aggregate;
  for (let i = 0; i < particleCount; i++) {
    const first = planes.firstPlane[i];
    const end = planes.firstPlane[i + 1];
    const toFirst = strengths[i] * capWeights[materialIndices[i]][0];
    const toSecond = strengths[i] * capWeights[materialIndices[i]][1];
    if (isSwallowed(planes, i, radiiNm[i])) {
      // the caps are the whole sphere, and its own profile takes it away without a trace
      list.weights[2 * i] += toFirst;
      list.weights[2 * i + 1] += toSecond;
      continue;
    }
    for (let k = first; k < end; k++) {
      if (planes.offsetsNm[k] >= radiiNm[i]) continue;
      list.centers.push(centersNm[3 * i], centersNm[3 * i + 1]);
      pushCapBox(list.boxes, planes, k, {
        x: centersNm[3 * i],
        y: centersNm[3 * i + 1],
        radiusNm: radiiNm[i],
        sigmaNm: sigmasNm[i],
      });
      list.weights.push(toFirst, toSecond);
      list.radii.push(radiiNm[i]);
      list.sigmas.push(sigmasNm[i]);
      pushPlane(list, planes, k, -1);
      for (let earlier = first; earlier < k; earlier++) {
        if (capsMeet(planes, radiiNm[i], earlier, k)) pushPlane(list, planes, earlier, 1);
      }
      list.firstPlane.push(list.offsets.length);
    }
  }
}

/** Whether a sphere lies inside another one, whose plane then leaves nothing of it. */
function isSwallowed({ firstPlane, offsetsNm }: NeckPlanes, particle: number, radiusNm: number): boolean {
  for (let k = firstPlane[particle]; k < firstPlane[particle + 1]; k++) {
    if (offsetsNm[k] <= -radiusNm) return true;
  }
  return false;
}

/**
 * Whether two planes cut caps off a ball that overlap: the angle between their normals is below the sum of half-openings.
 *
 * Compared by cosines, cos(a + b) = cos a cos b - sin a sin b; openings of more than a half turn always meet.
 */
function capsMeet({ normals, offsetsNm }: NeckPlanes, radiusNm: number, j: number, k: number): boolean {
  const cosine =
    normals[3 * j] * normals[3 * k] +
    normals[3 * j + 1] * normals[3 * k + 1] +
    normals[3 * j + 2] * normals[3 * k + 2];
  const cosJ = Math.min(1, offsetsNm[j] / radiusNm);
  const cosK = Math.min(1, offsetsNm[k] / radiusNm);
  const sines = Math.sqrt((1 - cosJ * cosJ) * (1 - cosK * cosK));
  return cosJ + cosK <= 0 || cosine > cosJ * cosK - sines;
}

function pushPlane(list: ReturnType<typeof emptyList>, planes: NeckPlanes, k: number, side: 1 | -1): void {
  const { normals, offsetsNm } = planes;
  list.normals.push(side * normals[3 * k], side * normals[3 * k + 1], side * normals[3 * k + 2]);
  list.offsets.push(side * offsetsNm[k]);
}

/** Rectangle around the projection of the cap n . v >= c of a ball, widened by the reach of the quadrature. */
function pushCapBox(
  boxes: number[],
  { normals, offsetsNm }: NeckPlanes,
  k: number,
  sphere: { readonly x: number; readonly y: number; readonly radiusNm: number; readonly sigmaNm: number },
): void {
  const { radiusNm } = sphere;
  const offset = Math.max(offsetsNm[k], -radiusNm);
  const rim = Math.sqrt(radiusNm ** 2 - offset ** 2);
  const reach = CAP_REACH_SIGMAS * sphere.sigmaNm;
  for (let axis = 0; axis < 2; axis++) {
    const n = normals[3 * k + axis];
    const across = Math.sqrt(Math.max(0, 1 - n * n)) * rim;
    const high = n * radiusNm >= offset ? radiusNm : n * offset + across;
    const low = -n * radiusNm >= offset ? -radiusNm : n * offset - across;
    const center = axis === 0 ? sphere.x : sphere.y;
    boxes.push(center + low - reach, center + high + reach);
  }
}
