import { softChordInto, softReachPx } from "../fit/soft-chord.ts";
import type { Disc } from "../simulate/training-image.ts";

/** Standard deviation of what softens the edges [px]. */
const SOFT_PX = 0.7;

/** Which pixels a sphere lies over, and how thick it is there. */
export interface Footprint {
  readonly pixels: Int32Array;
  /** Chord along the beam [px]. */
  readonly chords: Float64Array;
  /** Sum of the chords [px]. */
  readonly total: number;
}

/**
 * The footprints of spheres on a grid of pixels; what lies beyond the grid is left out.
 *
 * @param discs centres and radii [px of the grid]
 * @param grid its sides [px]
 * @returns one footprint a disc
 */
export function discFootprints(
  discs: readonly Disc[],
  { width, height }: { readonly width: number; readonly height: number },
): Footprint[] {
  const chord = { value: 0, bySquare: 0, byLogRadius: 0 };
  return discs.map(({ x, y, radiusPx }) => {
    const reach = softReachPx(radiusPx, SOFT_PX);
    const pixels: number[] = [];
    const chords: number[] = [];
    for (let row = Math.max(0, Math.floor(y - reach)); row < Math.min(height, y + reach); row++) {
      for (let column = Math.max(0, Math.floor(x - reach)); column < Math.min(width, x + reach); column++) {
        const square = (column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2;
        const { value } = softChordInto(chord, square, radiusPx, SOFT_PX);
        if (value <= 0) continue;
        pixels.push(row * width + column);
        chords.push(value);
      }
    }
    const total = chords.reduce((sum, value) => sum + value, 0);
    return { pixels: Int32Array.from(pixels), chords: Float64Array.from(chords), total };
  });
}
