import { clusterOfSpheres } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import type { Vector } from "./rotation.ts";
import { nearestFreePlace, smallestMissNm, touchingCircle } from "./touching-place.ts";
import type { Packing } from "./touching-place.ts";

/** A particle before it is placed. */
export interface LooseParticle {
  readonly radiusNm: number;
  readonly materialIndex: number;
  readonly clusterIndex: number;
  /** Distance from the centre of volume at which it would like to stand [nm]. */
  readonly wantedNm: number;
}

/** A miss of the wanted distance that does not matter, as a share of the particle's radius. */
const FINE_MISS = 1e-3;

/**
 * Places particles one after another, each touching two or three placed ones, at the free place whose distance from the
 * centre of volume comes nearest to the wanted one.
 *
 * The last ones, the tail, do not stand where they would like to but where they make up for the departure of those before
 * them: at the distance which, were it that of all that are left, would give the whole the wanted radius of gyration.
 * A particle whose homo-cluster has begun must touch it.
 *
 * @param tail index of the first particle of the tail; moment that sum r^3 R^2 about the centre is to reach, that of
 * `leftOut` included, a volume that is to be placed later [nm5, nm3]
 */
export function packParticles(
  particles: readonly LooseParticle[],
  tail: { readonly start: number; readonly momentNm5: number; readonly leftOutNm3: number },
): Cluster | null {
  const packing = {
    count: 0,
    positionsNm: new Float64Array(3 * particles.length),
    radiiNm: Float64Array.from(particles, ({ radiusNm }) => radiusNm),
  };
  const pairs: PlacedPair[] = [];
  const begun = new Set<number>();
  const toCome = particles.reduce((sum, { radiusNm }) => sum + radiusNm ** 3, tail.leftOutNm3);
  for (const [k, particle] of particles.entries()) {
    const { center, volumeNm3, momentNm5 } = momentsOf(packing);
    const share = (tail.momentNm5 - momentNm5) / (toCome - volumeNm3);
    const wantedNm = k < tail.start ? particle.wantedNm : Math.sqrt(Math.max(0, share));
    const isFirst = !begun.has(particle.clusterIndex);
    const isTouchable = (i: number) => isFirst || particles[i].clusterIndex === particle.clusterIndex;
    const place = placeOf(packing, pairs, { center, wantedNm, isTouchable });
    if (place === null) return null;
    packing.positionsNm.set(place, 3 * k);
    begun.add(particle.clusterIndex);
    addPairs(pairs, packing);
    packing.count++;
  }
  return clusterOfSpheres(
    packing.positionsNm,
    packing.radiiNm,
    Uint8Array.from(particles, ({ materialIndex }) => materialIndex),
  );
}

/** Centre of volume, volume (in units of 4/3 pi) and sum r^3 R^2 about the centre of the spheres that stand. */
function momentsOf({ count, positionsNm: p, radiiNm }: Packing): {
  readonly center: Vector;
  readonly volumeNm3: number;
  readonly momentNm5: number;
} {
  let [volume, x, y, z, squares] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const v = radiiNm[i] ** 3;
    volume += v;
    x += v * p[3 * i];
    y += v * p[3 * i + 1];
    z += v * p[3 * i + 2];
    squares += v * (p[3 * i] ** 2 + p[3 * i + 1] ** 2 + p[3 * i + 2] ** 2);
  }
  return {
    center: [x / volume, y / volume, z / volume],
    volumeNm3: volume,
    momentNm5: count === 0 ? 0 : squares - (x * x + y * y + z * z) / volume,
  };
}

/** Two placed particles and the gap between their surfaces. */
interface PlacedPair {
  readonly i: number;
  readonly j: number;
  readonly gapNm: number;
}

/** Notes the pairs of the sphere placed last; gaps wider than the largest sphere to come stay open and are left out. */
function addPairs(pairs: PlacedPair[], { count: j, positionsNm: p, radiiNm }: Packing): void {
  const widestNm = 2 * radiiNm.subarray(j + 1).reduce((largest, radius) => Math.max(largest, radius), 0);
  for (let i = 0; i < j; i++) {
    const d = Math.hypot(p[3 * i] - p[3 * j], p[3 * i + 1] - p[3 * j + 1], p[3 * i + 2] - p[3 * j + 2]);
    const gapNm = d - radiiNm[i] - radiiNm[j];
    if (gapNm < widestNm) pairs.push({ i, j, gapNm });
  }
}

/** What the next particle asks of its place. */
interface PlaceWish {
  readonly center: Vector;
  readonly wantedNm: number;
  readonly isTouchable: (sphereIndex: number) => boolean;
}

/** The origin, a place beside the first, then the best free one on all circles that touch two placed spheres. */
function placeOf(
  packing: Packing,
  pairs: readonly PlacedPair[],
  { center, wantedNm, isTouchable }: PlaceWish,
): Vector | null {
  const { count, radiiNm } = packing;
  if (count === 0) return [0, 0, 0];
  if (count === 1) return isTouchable(0) ? [radiiNm[0] + radiiNm[1], 0, 0] : null;
  const radiusNm = radiiNm[count];
  const misses = sphereMisses(packing, center, wantedNm);
  let best: Vector | null = null;
  let smallestMiss = Infinity;
  for (const { i, j, gapNm } of pairs) {
    if (gapNm >= 2 * radiusNm || Math.max(misses[i], misses[j]) >= smallestMiss) continue;
    if (!isTouchable(i) && !isTouchable(j)) continue;
    const circle = touchingCircle(packing, i, j, radiusNm);
    if (circle === null || smallestMissNm(circle, center, wantedNm) >= smallestMiss) continue;
    const found = nearestFreePlace(packing, circle, radiusNm, center, wantedNm);
    if (found === null || Math.abs(found.distanceNm - wantedNm) >= smallestMiss) continue;
    [best, smallestMiss] = [found.place, Math.abs(found.distanceNm - wantedNm)];
    if (smallestMiss < FINE_MISS * radiusNm) break;
  }
  return best;
}

/** How far from the wanted distance the next sphere stands at the least when it touches each of the placed ones [nm]. */
function sphereMisses(
  { count, positionsNm: p, radiiNm }: Packing,
  [x, y, z]: Vector,
  wantedNm: number,
): Float64Array {
  const misses = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const d = Math.sqrt((p[3 * i] - x) ** 2 + (p[3 * i + 1] - y) ** 2 + (p[3 * i + 2] - z) ** 2);
    const t = radiiNm[i] + radiiNm[count];
    misses[i] = Math.max(Math.abs(d - t) - wantedNm, wantedNm - d - t);
  }
  return misses;
}
