import type { Disc } from "../simulate/training-image.ts";

/**
 * Shared area of two discs over that of their union.
 *
 * @param a one disc
 * @param b another
 * @returns 0 to 1
 * @example
 * import { discOverlap } from "../src/particles/index.ts";
 * import { expect } from "vitest";
 * const disc = { x: 0, y: 0, radiusPx: 2 };
 * expect(discOverlap(disc, { ...disc, radiusPx: 1 })).toBeCloseTo(0.25, 12);
 */
export function discOverlap(a: Disc, b: Disc): number {
  const shared = sharedArea(a.radiusPx, b.radiusPx, Math.hypot(a.x - b.x, a.y - b.y));
  const both = Math.PI * (a.radiusPx ** 2 + b.radiusPx ** 2);
  return shared / (both - shared);
}

/** Area of the lens of two circles. */
function sharedArea(one: number, other: number, distance: number): number {
  if (distance >= one + other) return 0;
  if (distance <= Math.abs(one - other)) return Math.PI * Math.min(one, other) ** 2;
  const cosOne = (distance ** 2 + one ** 2 - other ** 2) / (2 * distance * one);
  const cosOther = (distance ** 2 + other ** 2 - one ** 2) / (2 * distance * other);
  const segment = (radius: number, cosine: number) =>
    radius ** 2 * (Math.acos(cosine) - cosine * Math.sqrt(1 - cosine ** 2));
  return segment(one, cosOne) + segment(other, cosOther);
}

/**
 * Leaves of discs that mean the same particle the most probable one.
 *
 * Two discs mean the same where they share more than a share of their union; discs that overlap less are particles behind each
 * other and both stay.
 *
 * @param discs in any order
 * @param mostOverlap share of the union above which two are one
 * @returns the discs that stay, the most probable first
 */
export function thinDiscs<Found extends Disc & { readonly probability: number }>(
  discs: readonly Found[],
  mostOverlap: number,
): Found[] {
  const kept: Found[] = [];
  for (const disc of [...discs].sort((a, b) => b.probability - a.probability)) {
    const isNear = (other: Found) => {
      const reach = disc.radiusPx + other.radiusPx;
      return (
        Math.abs(disc.x - other.x) < reach &&
        Math.abs(disc.y - other.y) < reach &&
        discOverlap(disc, other) > mostOverlap
      );
    };
    if (!kept.some(isNear)) kept.push(disc);
  }
  return kept;
}
