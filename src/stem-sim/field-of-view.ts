import type { Aggregate } from "../stochastic/index.ts";
import type { Imaging } from "./imaging.ts";
import { viewAggregate } from "./view.ts";

/** Indices of the particles whose centres fall into the image. */
function particlesInField(aggregate: Aggregate, { prepared, settings }: Imaging): number[] {
  const { centersNm, particleCount } = viewAggregate(aggregate, settings);
  const { widthPx, heightPx } = prepared.microscope;
  const [halfX, halfY] = [widthPx, heightPx].map((length) => (length * settings.pixelSizeNm) / 2);
  return Array.from({ length: particleCount }, (_, i) => i).filter(
    (i) => Math.abs(centersNm[3 * i]) <= halfX && Math.abs(centersNm[3 * i + 1]) <= halfY,
  );
}

/**
 * Share of the particles' projected area that lies outside the field of view.
 *
 * @param aggregate spheres in their own frame
 * @param imaging prepared microscope and drawn settings
 * @returns 0 to 1, by whole particles: one counts as outside when its centre is
 */
export function shareOutsideField(aggregate: Aggregate, imaging: Imaging): number {
  const area = (radii: readonly number[]) => radii.reduce((sum, radius) => sum + radius * radius, 0);
  const inside = area(particlesInField(aggregate, imaging).map((i) => aggregate.radiiNm[i]));
  const total = area([...aggregate.radiiNm]);
  return total === 0 ? 0 : 1 - inside / total;
}

/**
 * The part of an aggregate that an image shows.
 *
 * @param aggregate spheres in their own frame
 * @param imaging prepared microscope and drawn settings
 * @returns the particles whose centres fall into the image, in their own frame; possibly none, possibly in several pieces
 */
export function cutToField(aggregate: Aggregate, imaging: Imaging): Aggregate {
  const seen = particlesInField(aggregate, imaging);
  return {
    ...aggregate,
    particleCount: seen.length,
    centersNm: Float64Array.from(
      seen.flatMap((i) => [0, 1, 2].map((axis) => aggregate.centersNm[3 * i + axis])),
    ),
    radiiNm: Float64Array.from(seen, (i) => aggregate.radiiNm[i]),
    materialIndices: Uint8Array.from(seen, (i) => aggregate.materialIndices[i]),
  };
}
