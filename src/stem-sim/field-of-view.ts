import type { Aggregate } from "../stochastic/index.ts";
import type { Imaging } from "./imaging.ts";
import type { Microscope } from "./microscope-schema.ts";
import type { MicroscopeSettings } from "./microscope-settings.ts";
import { viewAggregate } from "./view.ts";

/**
 * How far out the particles of an aggregate lie in the field of view.
 *
 * @param aggregate spheres in their own frame
 * @param microscope size of the image [px]
 * @param settings drawn settings: view and pixel size
 * @returns [particleCount]: 0 in the middle, 1 on the edge of the image, above 1 outside
 */
export function placesInField(
  aggregate: Aggregate,
  { widthPx, heightPx }: Pick<Microscope, "widthPx" | "heightPx">,
  settings: MicroscopeSettings,
): Float64Array {
  const { centersNm, particleCount } = viewAggregate(aggregate, settings);
  const [halfX, halfY] = [widthPx, heightPx].map((length) => (length * settings.pixelSizeNm) / 2);
  return Float64Array.from({ length: particleCount }, (_, i) =>
    Math.max(Math.abs(centersNm[3 * i]) / halfX, Math.abs(centersNm[3 * i + 1]) / halfY),
  );
}

/**
 * Share of the particles' projected area that lies outside the field of view.
 *
 * @param aggregate spheres in their own frame
 * @param imaging prepared microscope and drawn settings
 * @returns 0 to 1, by whole particles: one counts as outside when its centre is
 */
export function shareOutsideField(aggregate: Aggregate, { prepared, settings }: Imaging): number {
  const places = placesInField(aggregate, prepared.microscope, settings);
  const area = (isCounted: (i: number) => boolean) =>
    aggregate.radiiNm.reduce((sum, radius, i) => sum + (isCounted(i) ? radius * radius : 0), 0);
  const total = area(() => true);
  return total === 0 ? 0 : area((i) => places[i] > 1) / total;
}

/**
 * The part of an aggregate that an image shows.
 *
 * @param aggregate spheres in their own frame
 * @param imaging prepared microscope and drawn settings
 * @returns the particles whose centres fall into the image, in their own frame; possibly none, possibly in several pieces
 */
export function cutToField(aggregate: Aggregate, { prepared, settings }: Imaging): Aggregate {
  const places = placesInField(aggregate, prepared.microscope, settings);
  const seen = Array.from(places.keys()).filter((i) => places[i] <= 1);
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
