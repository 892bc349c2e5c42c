import type { GrayImage, RandomStream } from "../core/index.ts";
import type { Microstructure } from "./microstructure.ts";

/** Brightness of the parts of a scene, 0 to 1. */
const GRAIN = 0.62;
const GRAIN_SPREAD = 0.07;
const BINDER = 0.38;
const PORE = 0.12;
const CRACK = 0.15;
/** Radii of pores [px]. */
const PORE_RADII_PX = [1.5, 4.5] as const;
/** Half the width of a crack [px]. */
const CRACK_RADIUS_PX = 0.8;

/**
 * Draws a micrograph of a molecular solid before any microscope has changed it: grains as Voronoi cells, each with its own
 * shade; binder where two cells are nearly as near; pores as dark discs; cracks as dark wandering lines.
 *
 * @param side of the image [px]
 */
export function drawScene(rng: RandomStream, microstructure: Microstructure, side: number): GrayImage {
  const data = drawGrains(rng.fork("grains"), microstructure, side);
  drawPoresInPlace(rng.fork("pores"), data, side, microstructure.porosity);
  drawCracksInPlace(rng.fork("cracks"), data, side, microstructure.crackDensity);
  return { width: side, height: side, data, intensityUnit: "arbitrary", pixelSizeNm: null };
}

interface Seed {
  readonly x: number;
  readonly y: number;
  readonly shade: number;
}

/** One seed a cell of a square net, somewhere in it: grains of nearly even size. */
function drawGrains(
  rng: RandomStream,
  { grainSizePx, binderPx }: Microstructure,
  side: number,
): Float32Array {
  const count = Math.ceil(side / grainSizePx) + 4;
  const seeds: Seed[] = Array.from({ length: count * count }, (_, i) => ({
    x: ((i % count) - 2 + rng.uniform()) * grainSizePx,
    y: (Math.floor(i / count) - 2 + rng.uniform()) * grainSizePx,
    shade: GRAIN + GRAIN_SPREAD * rng.normal(),
  }));
  const data = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) data[y * side + x] = shadeAt(seeds, count, grainSizePx, binderPx, x, y);
  }
  return data;
}

/** The nearest seed within two cells has the pixel; where the second is nearly as near, there is binder. */
function shadeAt(
  seeds: readonly Seed[],
  count: number,
  cellPx: number,
  binderPx: number,
  x: number,
  y: number,
): number {
  const [column, row] = [Math.floor(x / cellPx) + 2, Math.floor(y / cellPx) + 2];
  let [first, second] = [Infinity, Infinity];
  let shade = 0;
  for (let j = Math.max(0, row - 2); j <= Math.min(count - 1, row + 2); j++) {
    for (let i = Math.max(0, column - 2); i <= Math.min(count - 1, column + 2); i++) {
      const seed = seeds[j * count + i];
      const distance = Math.hypot(seed.x - x, seed.y - y);
      if (distance < first) {
        second = first;
        first = distance;
        shade = seed.shade;
      } else if (distance < second) second = distance;
    }
  }
  // second - first grows by two pixels a pixel away from the boundary
  const share = Math.min(1, Math.max(0, (binderPx - (second - first) / 2) / 1 + 0.5));
  return shade + (BINDER - shade) * share;
}

function drawPoresInPlace(rng: RandomStream, data: Float32Array, side: number, porosity: number): void {
  const [low, high] = PORE_RADII_PX;
  const isPore = new Uint8Array(data.length);
  let covered = 0;
  while (covered < porosity * data.length) {
    const radius = low + (high - low) * rng.uniform();
    const [cx, cy] = [rng.uniform() * side, rng.uniform() * side];
    forDisc(cx, cy, radius, side, (i) => {
      covered += 1 - isPore[i];
      isPore[i] = 1;
      data[i] = PORE;
    });
  }
}

/** Cracks until their length in the image is what the density says: one that leaves the image ends there. */
function drawCracksInPlace(rng: RandomStream, data: Float32Array, side: number, density: number): void {
  let left = density * side * side;
  while (left > 0) {
    let [x, y] = [rng.uniform() * side, rng.uniform() * side];
    let angle = 2 * Math.PI * rng.uniform();
    const end = left - Math.min(left, side * (0.2 + 0.4 * rng.uniform()));
    for (; left > end && x >= 0 && y >= 0 && x < side && y < side; left--) {
      forDisc(x, y, CRACK_RADIUS_PX, side, (i) => {
        data[i] = Math.min(data[i], CRACK);
      });
      angle += 0.2 * rng.normal();
      x += Math.cos(angle);
      y += Math.sin(angle);
    }
  }
}

function forDisc(cx: number, cy: number, radius: number, side: number, visit: (i: number) => void): void {
  for (let y = Math.max(0, Math.ceil(cy - radius)); y <= Math.min(side - 1, cy + radius); y++) {
    for (let x = Math.max(0, Math.ceil(cx - radius)); x <= Math.min(side - 1, cx + radius); x++) {
      if (Math.hypot(x - cx, y - cy) <= radius) visit(y * side + x);
    }
  }
}
