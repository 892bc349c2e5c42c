import type { TrueParticle } from "../simulate/training-image.ts";
import { OCTAVE_COUNT, octaveOf, octaveRadiusPx, STRIDE_PX, TARGET, TARGET_CHANNELS } from "./octaves.ts";

/** Spread of a centre's Gaussian over the radius, and its least [cells]. */
const SPREAD_OVER_RADIUS = 0.22;
const LEAST_SPREAD_CELLS = 0.6;
/** Reach of the Gaussian in standard deviations; beyond lies less than 1 %. */
const REACH = 3;
/** Gaussian above which a hidden particle's surroundings do not count. */
const HIDDEN_ABOVE = 0.2;

/**
 * Writes what the network is to answer for an image.
 *
 * @param target receives [OCTAVE_COUNT TARGET_CHANNELS, cells, cells]
 * @param particles in the image's pixels
 * @param cells edge of the answer [cells]
 * @returns target
 */
export function centreTargetsInto(
  target: Float32Array,
  particles: readonly TrueParticle[],
  cells: number,
): Float32Array {
  const plane = cells * cells;
  target.fill(0);
  for (let octave = 0; octave < OCTAVE_COUNT; octave++) {
    const start = (octave * TARGET_CHANNELS + TARGET.counts) * plane;
    target.fill(1, start, start + plane);
  }
  // hidden ones first: where one that is seen lies too, it counts
  const ordered = [...particles].sort((a, b) => Number(a.isSeen) - Number(b.isSeen));
  for (const particle of ordered) {
    const octave = octaveOf(particle.radiusPx);
    if (octave < 0 || octave >= OCTAVE_COUNT) continue;
    const planes = target.subarray(octave * TARGET_CHANNELS * plane, (octave + 1) * TARGET_CHANNELS * plane);
    addParticle(planes, particle, octave, cells);
  }
  return target;
}

function addParticle(planes: Float32Array, particle: TrueParticle, octave: number, cells: number): void {
  const plane = cells * cells;
  const [x, y] = [particle.x / STRIDE_PX, particle.y / STRIDE_PX];
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (column < 0 || row < 0 || column >= cells || row >= cells) return;
  const spread = Math.max(LEAST_SPREAD_CELLS, (SPREAD_OVER_RADIUS * particle.radiusPx) / STRIDE_PX);
  const reach = Math.ceil(REACH * spread);
  for (let r = Math.max(0, row - reach); r <= Math.min(cells - 1, row + reach); r++) {
    for (let c = Math.max(0, column - reach); c <= Math.min(cells - 1, column + reach); c++) {
      const near = Math.exp(-((c - column) ** 2 + (r - row) ** 2) / (2 * spread ** 2));
      const at = r * cells + c;
      if (particle.isSeen) {
        planes[TARGET.centre * plane + at] = Math.max(planes[TARGET.centre * plane + at], near);
      } else if (near > HIDDEN_ABOVE) planes[TARGET.counts * plane + at] = 0;
    }
  }
  if (!particle.isSeen) return;
  const at = row * cells + column;
  planes[TARGET.size * plane + at] = Math.log(particle.radiusPx / octaveRadiusPx(octave));
  planes[TARGET.shiftX * plane + at] = x - column - 0.5;
  planes[TARGET.shiftY * plane + at] = y - row - 0.5;
  planes[TARGET.isCentre * plane + at] = 1;
  planes[TARGET.counts * plane + at] = 1;
  planes[TARGET.material * plane + at] = particle.materialIndex ?? 0;
  planes[TARGET.hasMaterial * plane + at] = particle.materialIndex === null ? 0 : 1;
}
