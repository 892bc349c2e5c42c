import type { Aggregate } from "../../stochastic/index.ts";

/**
 * The planes that cut overlapping spheres into bodies that do not overlap.
 *
 * Sphere i keeps the points x with normal . (x - center_i) <= offset for each of its planes, which lie at
 * `firstPlane[i]` up to `firstPlane[i + 1]`.
 */
export interface NeckPlanes {
  /** [particleCount + 1] */
  readonly firstPlane: Int32Array;
  /** [planeCount, 3], unit vectors from the centre of the sphere to that of its neighbour. */
  readonly normals: Float64Array;
  /** [planeCount], distance of the plane from the centre of the sphere; negative where it lies behind it [nm]. */
  readonly offsetsNm: Float64Array;
}

/**
 * Finds the radical planes of all overlapping pairs.
 *
 * Two spheres meet in a circle; its plane, at (d^2 + r_i^2 - r_j^2)/(2 d) from the centre of sphere i, gives each point of
 * their lens to the sphere with the smaller power distance. The union of all spheres is the union of the spheres cut by
 * their planes, disjoint but for the planes themselves, whatever number overlaps at one point [aurenhammer1987].
 */
export function neckPlanes(
  aggregate: Aggregate,
  isPair: (i: number, j: number) => boolean = () => true,
): NeckPlanes {
  const cuts = overlaps(aggregate, isPair);
  const firstPlane = new Int32Array(aggregate.particleCount + 1);
  for (let k = 0; k < cuts.length; k += 2) firstPlane[cuts[k] + 1]++;
  for (let i = 0; i < aggregate.particleCount; i++) firstPlane[i + 1] += firstPlane[i];
  const planes = {
    firstPlane,
    normals: new Float64Array(1.5 * cuts.length),
    offsetsNm: new Float64Array(cuts.length / 2),
  };
  const next = firstPlane.slice();
  for (let k = 0; k < cuts.length; k += 2) setPlane(planes, next[cuts[k]]++, aggregate, cuts[k], cuts[k + 1]);
  return planes;
}

/** Which sphere loses a cap to which neighbour, in pairs of indices; the neighbours of each sphere in rising order. */
function overlaps(
  { particleCount, centersNm, radiiNm }: Aggregate,
  isPair: (i: number, j: number) => boolean,
): number[] {
  const cuts: number[] = [];
  for (let i = 0; i < particleCount; i++) {
    const x = centersNm[3 * i];
    const y = centersNm[3 * i + 1];
    const z = centersNm[3 * i + 2];
    for (let j = i + 1; j < particleCount; j++) {
      const dx = centersNm[3 * j] - x;
      const dy = centersNm[3 * j + 1] - y;
      const dz = centersNm[3 * j + 2] - z;
      const reach = radiiNm[i] + radiiNm[j];
      const square = dx * dx + dy * dy + dz * dz;
      if (square >= reach * reach || !isPair(i, j)) continue;
      // of concentric spheres the larger, or the first of two equals, keeps everything
      if (square > 0 || radiiNm[i] < radiiNm[j]) cuts.push(i, j);
      if (square > 0 || radiiNm[i] >= radiiNm[j]) cuts.push(j, i);
    }
  }
  return cuts;
}

function setPlane(
  { normals, offsetsNm }: NeckPlanes,
  plane: number,
  { centersNm, radiiNm }: Aggregate,
  i: number,
  j: number,
): void {
  const dx = centersNm[3 * j] - centersNm[3 * i];
  const dy = centersNm[3 * j + 1] - centersNm[3 * i + 1];
  const dz = centersNm[3 * j + 2] - centersNm[3 * i + 2];
  const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
  const isConcentric = distance === 0;
  normals[3 * plane] = isConcentric ? 0 : dx / distance;
  normals[3 * plane + 1] = isConcentric ? 0 : dy / distance;
  normals[3 * plane + 2] = isConcentric ? 1 : dz / distance;
  // all of a concentric sphere lies beyond its plane
  offsetsNm[plane] = isConcentric
    ? -radiiNm[i]
    : (distance ** 2 + radiiNm[i] ** 2 - radiiNm[j] ** 2) / (2 * distance);
}

/**
 * Length of a ray along z inside one sphere cut by its planes.
 *
 * @returns length, 0 where the ray misses the body [nm]
 */
export function cutChordNm(
  planes: NeckPlanes,
  particle: number,
  radiusNm: number,
  xNm: number,
  yNm: number,
): number {
  const { firstPlane, normals, offsetsNm } = planes;
  const square = radiusNm * radiusNm - xNm * xNm - yNm * yNm;
  if (square <= 0) return 0;
  let high = Math.sqrt(square);
  let low = -high;
  for (let k = firstPlane[particle]; k < firstPlane[particle + 1]; k++) {
    const slope = normals[3 * k + 2];
    const room = offsetsNm[k] - normals[3 * k] * xNm - normals[3 * k + 1] * yNm;
    // slope z <= room
    if (slope > 0) high = Math.min(high, room / slope);
    else if (slope < 0) low = Math.max(low, room / slope);
    else if (room < 0) return 0;
  }
  return high > low ? high - low : 0;
}
