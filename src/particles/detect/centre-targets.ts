import type { TrueParticle } from "../simulate/training-image.ts";
import { DOUBTFUL_FACTOR, MIDDLE_RADIUS_PX, RADIUS_RANGE_PX, STRIDE_PX, TARGET } from "./answer-grid.ts";

/** Spread of a centre's Gaussian over the radius, and its least [cells]. */
const SPREAD_OVER_RADIUS = 0.22;
const LEAST_SPREAD_CELLS = 0.6;
/** Reach of the Gaussian in standard deviations; beyond lies less than 1 %. */
const REACH = 3;
/** Gaussian above which the surroundings of a particle that does not count do not count either. */
const HIDDEN_ABOVE = 0.2;

/**
 * Writes what the network is to answer for an image.
 *
 * @param target receives [TARGET_CHANNELS, cells, cells]
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
  target.fill(1, TARGET.counts * plane, (TARGET.counts + 1) * plane);
  // those that do not count first: where one that does lies too, it counts
  const ordered = particles
    .map((particle) => ({ particle, standing: standingOf(particle) }))
    .filter(({ standing }) => standing !== "absent")
    .sort((a, b) => Number(a.standing === "wanted") - Number(b.standing === "wanted"));
  for (const { particle, standing } of ordered) addParticle(target, particle, standing === "wanted", cells);
  return target;
}

/** Wanted; doubtful, where nothing counts; or absent, as if it were not there. */
function standingOf({ radiusPx, isSeen }: TrueParticle): "wanted" | "doubtful" | "absent" {
  const [least, most] = RADIUS_RANGE_PX;
  if (radiusPx < least / DOUBTFUL_FACTOR || radiusPx > most * DOUBTFUL_FACTOR) return "absent";
  return isSeen && radiusPx >= least && radiusPx <= most ? "wanted" : "doubtful";
}

function addParticle(target: Float32Array, particle: TrueParticle, isWanted: boolean, cells: number): void {
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
      if (isWanted) target[TARGET.centre * plane + at] = Math.max(target[TARGET.centre * plane + at], near);
      else if (near > HIDDEN_ABOVE) target[TARGET.counts * plane + at] = 0;
    }
  }
  if (!isWanted) return;
  const at = row * cells + column;
  target[TARGET.size * plane + at] = Math.log(particle.radiusPx / MIDDLE_RADIUS_PX);
  target[TARGET.shiftX * plane + at] = x - column - 0.5;
  target[TARGET.shiftY * plane + at] = y - row - 0.5;
  const [along, across] = particle.elongation ?? [0, 0];
  target[TARGET.elongationAlong * plane + at] = along;
  target[TARGET.elongationAcross * plane + at] = across;
  target[TARGET.isCentre * plane + at] = 1;
  target[TARGET.counts * plane + at] = 1;
  target[TARGET.material * plane + at] = particle.materialIndex ?? 0;
  target[TARGET.hasMaterial * plane + at] = particle.materialIndex === null ? 0 : 1;
}
