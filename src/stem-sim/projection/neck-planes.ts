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
 *
 * @param aggregate spheres
 * @param isPair tells which overlapping pairs to cut; all by default
 * @returns planes in the order of the particles
 */
export function neckPlanes(
  aggregate: Aggregate,
  isPair: (i: number, j: number) => boolean = () => true,
): NeckPlanes {
  const { particleCount, centersNm, radiiNm } = aggregate;
  const firstPlane = new Int32Array(particleCount + 1);
  const normals: number[] = [];
  const offsetsNm: number[] = [];
  for (let i = 0; i < particleCount; i++) {
    for (let j = 0; j < particleCount; j++) {
      const dx = centersNm[3 * j] - centersNm[3 * i];
      const dy = centersNm[3 * j + 1] - centersNm[3 * i + 1];
      const dz = centersNm[3 * j + 2] - centersNm[3 * i + 2];
      const reach = radiiNm[i] + radiiNm[j];
      const square = dx * dx + dy * dy + dz * dz;
      if (square >= reach * reach || i === j || !isPair(i, j)) continue;
      const distance = Math.sqrt(square);
      if (distance === 0) {
        // concentric: the larger sphere, or the first of two equals, keeps everything
        if (radiiNm[j] < radiiNm[i] || (radiiNm[j] === radiiNm[i] && i < j)) continue;
        normals.push(0, 0, 1);
        offsetsNm.push(-radiiNm[i]);
        continue;
      }
      normals.push(dx / distance, dy / distance, dz / distance);
      offsetsNm.push((distance ** 2 + radiiNm[i] ** 2 - radiiNm[j] ** 2) / (2 * distance));
    }
    firstPlane[i + 1] = offsetsNm.length;
  }
  return { firstPlane, normals: Float64Array.from(normals), offsetsNm: Float64Array.from(offsetsNm) };
}

/**
 * Length of a ray along z inside one sphere cut by its planes.
 *
 * @param planes of the aggregate
 * @param particle index of the sphere
 * @param radiusNm its radius
 * @param xNm position of the ray relative to the centre of the sphere
 * @param yNm the same along y
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
