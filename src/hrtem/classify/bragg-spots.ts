import { median } from "../../core/index.ts";
import type { ParticleCrop } from "./crop.ts";

/** A Bragg spot of a crop; of each pair only the one with positive frequency along y is listed. */
export interface BraggSpot {
  /** Centre in waves per crop, as signed whole numbers. */
  readonly kx: number;
  readonly ky: number;
  /** Spacing of the planes [nm]. */
  readonly spacingNm: number;
  /** Direction of the planes' normal, 0 to pi [rad]. */
  readonly angleRad: number;
  /** Largest power over the median of its ring. */
  readonly height: number;
  /** Power above the ring's median within the spot, as a share of all such power in the band. */
  readonly share: number;
  /** Longer over shorter axis of the spot's power: streaks are long. */
  readonly elongation: number;
}

/** Spectrum of a crop, sorted out. */
export interface SpotList {
  /** By falling share; at most `SPOT_COUNT`. */
  readonly spots: readonly BraggSpot[];
  /** Share of the band's power above background that no listed spot holds. */
  readonly restShare: number;
  /** Power above background in the band over background: how much lattice there is. */
  readonly latticeStrength: number;
}

/** Spots that are listed. */
export const SPOT_COUNT = 6;
/** Planes whose spots are looked for [nm]. */
const SPACINGS_NM = [0.11, 0.38] as const;

/**
 * Finds the strongest Bragg spots of a crop.
 *
 * Power is compared with the median of its ring, which spots do not move; a spot takes in what is within its radius, set by the
 * size of the particle (a crystal of D pixels in a crop of S has spots about S/D wide).
 *
 * @param diameterPx diameter of the particle [px]
 */
export function braggSpots(crop: ParticleCrop, diameterPx: number): SpotList {
  const { excess, ratio, total, background } = excessPower(crop);
  const radius = 1.5 * Math.max(1.5, crop.side / diameterPx);
  const rest = Float64Array.from(excess);
  const spots: BraggSpot[] = [];
  for (let n = 0; n < SPOT_COUNT; n++) {
    const place = strongest(rest);
    if (rest[place] <= 0) break;
    spots.push(spotAt(crop, { excess: rest, ratio, total }, place, radius));
    clearAround(rest, crop.side, place, radius);
  }
  spots.sort((a, b) => b.share - a.share);
  const listed = spots.reduce((sum, { share }) => sum + share, 0);
  return { spots, restShare: Math.max(0, 1 - listed), latticeStrength: total / background };
}

interface Excess {
  /** [side, side] power above the ring's median in the upper half of the band; 0 elsewhere. */
  readonly excess: Float64Array;
  readonly ratio: Float64Array;
  readonly total: number;
  readonly background: number;
}

function excessPower({ side, pixelSizeNm, lattice }: ParticleCrop): Excess {
  const power = lattice.real.map((re, i) => re * re + lattice.imaginary[i] ** 2);
  const [low, high] = SPACINGS_NM.map((nm) => (side * pixelSizeNm) / nm).toReversed();
  const rings: number[][] = [];
  forUpperHalf(side, (i, kx, ky) => {
    const radius = Math.hypot(kx, ky);
    if (radius >= low && radius <= high) (rings[Math.round(radius)] ??= []).push(power[i]);
  });
  const medians = rings.map((values) => median(values));
  const excess = new Float64Array(side * side);
  const ratio = new Float64Array(side * side);
  let [total, background] = [0, 0];
  forUpperHalf(side, (i, kx, ky) => {
    const radius = Math.hypot(kx, ky);
    if (radius < low || radius > high) return;
    const ground = Math.max(1e-12, medians[Math.round(radius)]);
    ratio[i] = power[i] / ground;
    // exponentially distributed power of noise exceeds four medians once in sixteen pixels
    excess[i] = Math.max(0, power[i] - 4 * ground);
    total += excess[i];
    background += ground;
  });
  return { excess, ratio, total: Math.max(1e-12, total), background: Math.max(1e-12, background) };
}

function forUpperHalf(side: number, visit: (i: number, kx: number, ky: number) => void): void {
  for (let ky = 0; ky < side / 2; ky++) {
    for (let column = 0; column < side; column++) {
      const kx = column < side / 2 ? column : column - side;
      if (ky === 0 && kx <= 0) continue;
      visit(ky * side + column, kx, ky);
    }
  }
}

function strongest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length / 2; i++) if (values[i] > values[best]) best = i;
  return best;
}

function spotAt(
  { side, pixelSizeNm }: ParticleCrop,
  { excess, ratio, total }: Pick<Excess, "excess" | "ratio" | "total">,
  place: number,
  radius: number,
): BraggSpot {
  const kx = place % side < side / 2 ? place % side : (place % side) - side;
  const ky = Math.floor(place / side);
  let [sum, mx, my, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  forDisc(side, place, radius, (i, dx, dy) => {
    const weight = excess[i];
    sum += weight;
    mx += weight * dx;
    my += weight * dy;
    xx += weight * dx * dx;
    yy += weight * dy * dy;
    xy += weight * dx * dy;
  });
  const [cx, cy] = [mx / sum, my / sum];
  const [a, b, c] = [xx / sum - cx * cx + 0.1, yy / sum - cy * cy + 0.1, xy / sum - cx * cy];
  const root = Math.hypot((a - b) / 2, c);
  const [x, y] = [kx + cx, ky + cy];
  return {
    kx,
    ky,
    spacingNm: (side * pixelSizeNm) / Math.hypot(x, y),
    angleRad: (Math.atan2(y, x) + Math.PI) % Math.PI,
    height: ratio[place],
    share: sum / total,
    elongation: Math.sqrt(((a + b) / 2 + root) / Math.max(0.05, (a + b) / 2 - root)),
  };
}

function clearAround(values: Float64Array, side: number, place: number, radius: number): void {
  forDisc(side, place, radius, (i) => {
    values[i] = 0;
  });
}

function forDisc(
  side: number,
  place: number,
  radius: number,
  visit: (i: number, dx: number, dy: number) => void,
): void {
  const reach = Math.ceil(radius);
  const [column, row] = [place % side, Math.floor(place / side)];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      if (Math.hypot(dx, dy) > radius || row + dy < 0) continue;
      visit((row + dy) * side + ((column + dx + side) % side), dx, dy);
    }
  }
}
