import { addChord, openChords, unionOfChords } from "../../stem-sim/index.ts";
import type { Chords } from "../../stem-sim/index.ts";
import { OUTLINE_COUNT } from "./body.ts";
import type { Body } from "./body.ts";

/**
 * Thickness of two materials under each pixel: the union of the chords of all bodies along the beam.
 *
 * Where bodies overlap along the beam the lower one keeps the overlap.
 *
 * @param bodies particles, necks, support
 * @param side edge of the square image [px]
 * @returns thickness maps of the first and the second material, [side, side] [px]
 */
export function projectBodies(bodies: readonly Body[], side: number): readonly [Float32Array, Float32Array] {
  const chords = openChords(side * side);
  for (const body of bodies) addChords(chords, body, side);
  const thicknessesPx = [new Float32Array(side * side), new Float32Array(side * side)] as const;
  unionOfChords(chords, (pixel, material, lengthPx) => {
    thicknessesPx[material][pixel] += lengthPx;
  });
  return thicknessesPx;
}

/** Farthest that an outline may reach beyond the circle of its area. */
const MOST_REACH = 2.5;

function addChords(chords: Chords, body: Body, side: number): void {
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
      addChord(chords, row * side + column, middle - half, middle + half, body.materialIndex);
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
