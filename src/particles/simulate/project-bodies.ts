import { OUTLINE_COUNT } from "./body.ts";
import type { Body } from "./body.ts";

/** Thickness of both materials under each pixel, and what each body adds at its own centre. */
export interface ProjectedBodies {
  /** Two maps, [side, side] [px]. */
  readonly thicknessesPx: readonly [Float32Array, Float32Array];
}

/** Intervals of all bodies, chained by pixel. */
interface Intervals {
  readonly first: Int32Array;
  next: Int32Array;
  low: Float32Array;
  high: Float32Array;
  material: Uint8Array;
  count: number;
}

/**
 * Thickness of two materials under each pixel: the union of the chords of all bodies along the beam.
 *
 * Where bodies overlap along the beam the lower one keeps the overlap.
 *
 * @param bodies particles, necks, support
 * @param side edge of the square image [px]
 * @returns thickness maps [px]
 */
export function projectBodies(bodies: readonly Body[], side: number): ProjectedBodies {
  const room = 1024;
  const intervals: Intervals = {
    first: new Int32Array(side * side).fill(-1),
    next: new Int32Array(room),
    low: new Float32Array(room),
    high: new Float32Array(room),
    material: new Uint8Array(room),
    count: 0,
  };
  for (const body of bodies) addChords(intervals, body, side);
  const thicknessesPx = [new Float32Array(side * side), new Float32Array(side * side)] as const;
  const line = new Int32Array(bodies.length);
  for (let pixel = 0; pixel < side * side; pixel++) {
    if (intervals.first[pixel] < 0) continue;
    const count = sortedLineInto(line, intervals, pixel);
    let top = -Infinity;
    for (let i = 0; i < count; i++) {
      const k = line[i];
      const start = Math.max(top, intervals.low[k]);
      if (intervals.high[k] <= start) continue;
      thicknessesPx[intervals.material[k]][pixel] += intervals.high[k] - start;
      top = intervals.high[k];
    }
  }
  return { thicknessesPx };
}

/** The intervals of a pixel by their lower ends; returns how many. */
function sortedLineInto(line: Int32Array, { first, next, low }: Intervals, pixel: number): number {
  let count = 0;
  for (let k = first[pixel]; k >= 0; k = next[k]) {
    let at = count++;
    for (; at > 0 && low[line[at - 1]] > low[k]; at--) line[at] = line[at - 1];
    line[at] = k;
  }
  return count;
}

/** Farthest that an outline may reach beyond the circle of its area. */
const MOST_REACH = 2.5;

function addChords(intervals: Intervals, body: Body, side: number): void {
  const { x, y, z, radiusPx, tilt } = body;
  const reach = radiusPx * Math.min(MOST_REACH, Math.max(...body.outline));
  const [left, right] = [Math.max(0, Math.floor(x - reach)), Math.min(side - 1, Math.floor(x + reach))];
  const [top, bottom] = [Math.max(0, Math.floor(y - reach)), Math.min(side - 1, Math.floor(y + reach))];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const [dx, dy] = [column + 0.5 - x, row + 0.5 - y];
      const half = halfChordPx(body, dx, dy);
      if (half <= 0) continue;
      const middle = z + tilt[0] * dx + tilt[1] * dy;
      push(intervals, row * side + column, middle - half, middle + half, body.materialIndex);
    }
  }
}

/**
 * Half of the length of a ray along the beam inside a body.
 *
 * @param dx distance of the ray from the centre along x [px]
 * @param dy along y [px]
 * @returns 0 outside [px]
 */
export function halfChordPx({ radiusPx, outline, depth, profile }: Body, dx: number, dy: number): number {
  const distance = Math.hypot(dx, dy);
  const place = ((Math.atan2(dy, dx) / (2 * Math.PI) + 1) % 1) * OUTLINE_COUNT;
  const before = Math.floor(place) % OUTLINE_COUNT;
  const edge =
    outline[before] + (place - Math.floor(place)) * (outline[(before + 1) % OUTLINE_COUNT] - outline[before]);
  const rho = distance / (radiusPx * edge);
  return rho >= 1 ? 0 : depth * radiusPx * Math.sqrt(1 - rho ** profile);
}

function push(intervals: Intervals, pixel: number, low: number, high: number, material: number): void {
  const at = intervals.count;
  if (at === intervals.next.length) {
    intervals.next = grown(intervals.next, new Int32Array(2 * at));
    intervals.low = grown(intervals.low, new Float32Array(2 * at));
    intervals.high = grown(intervals.high, new Float32Array(2 * at));
    intervals.material = grown(intervals.material, new Uint8Array(2 * at));
  }
  intervals.next[at] = intervals.first[pixel];
  intervals.low[at] = low;
  intervals.high[at] = high;
  intervals.material[at] = material;
  intervals.first[pixel] = at;
  intervals.count++;
}

function grown<Values extends Int32Array | Float32Array | Uint8Array>(from: Values, to: Values): Values {
  to.set(from);
  return to;
}
