/**
 * A ring with fewer corners, none of those left out farther from it than a tolerance [douglas1973].
 *
 * @param ring closed, flat coordinates x, y, ... [px]
 * @param tolerancePx largest distance of a corner that is left out to the new ring [px]
 * @returns flat coordinates of corners that are kept; the whole ring where fewer than three would be
 * @example
 * import { simplifyRing } from "../src/labels/simplify-ring.ts";
 * import { expect } from "vitest";
 * const ring = [0, 0, 3, 0, 5, 0.5, 9, 0, 9, 6, 0, 6];
 * expect(simplifyRing(ring, 0.75)).toEqual([0, 0, 9, 0, 9, 6, 0, 6]);
 */
export function simplifyRing(ring: readonly number[], tolerancePx: number): number[] {
  const count = ring.length / 2;
  if (count <= 3) return [...ring];
  // the first corner and the one farthest from it part the ring into two lines
  const opposite = farthestFrom(ring, 0);
  const kept = new Set([0, opposite]);
  const spans: (readonly [number, number])[] = [
    [0, opposite],
    [opposite, count],
  ];
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [from, to] = span;
    const { index, distance } = farthestBetween(ring, from, to);
    if (distance <= tolerancePx) continue;
    kept.add(index);
    spans.push([from, index], [index, to]);
  }
  if (kept.size < 3) return [...ring];
  return [...kept].sort((a, b) => a - b).flatMap((i) => [ring[2 * i], ring[2 * i + 1]]);
}

function farthestFrom(ring: readonly number[], corner: number): number {
  let [best, most] = [0, -1];
  for (let i = 0; i < ring.length / 2; i++) {
    const distance = Math.hypot(ring[2 * i] - ring[2 * corner], ring[2 * i + 1] - ring[2 * corner + 1]);
    if (distance > most) [best, most] = [i, distance];
  }
  return best;
}

/** The corner between two others that lies farthest from the line through them; index -1 where there is none. */
function farthestBetween(ring: readonly number[], from: number, to: number) {
  const count = ring.length / 2;
  const [x1, y1] = [ring[2 * from], ring[2 * from + 1]];
  const [x2, y2] = [ring[2 * (to % count)], ring[2 * (to % count) + 1]];
  const length = Math.hypot(x2 - x1, y2 - y1);
  let [index, distance] = [-1, -1];
  for (let i = from + 1; i < to; i++) {
    const [dx, dy] = [ring[2 * i] - x1, ring[2 * i + 1] - y1];
    const away = length === 0 ? Math.hypot(dx, dy) : Math.abs(dx * (y2 - y1) - dy * (x2 - x1)) / length;
    if (away > distance) [index, distance] = [i, away];
  }
  return { index, distance };
}
