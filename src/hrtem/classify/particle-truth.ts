import type { HrtemField } from "../simulate/simulate-field.ts";
import type { FoundParticle } from "../segment/find-particles.ts";

/** What a crop can show, in the order of [groschner2021]. */
export const PARTICLE_CLASSES = ["no fault", "fault", "no fringe", "agglomerate", "empty"] as const;

/** One of the five classes. */
export type ParticleClass = (typeof PARTICLE_CLASSES)[number];

/** Share of a found region, and of the true particle, that must coincide for the one to show the other. */
const LEAST_SHARE = 0.15;

/**
 * What a found region shows in truth: one particle as it is seen, several, or none.
 *
 * @param field simulated field
 * @param found region of its image
 * @returns the class
 */
export function trueClass({ particles }: Pick<HrtemField, "particles">, found: FoundParticle): ParticleClass {
  const region = new Set(found.pixels);
  const shown = particles.filter(({ pixels }) => {
    let both = 0;
    for (const place of pixels) if (region.has(place)) both++;
    return both > LEAST_SHARE * found.areaPx || both > 0.5 * pixels.length;
  });
  if (shown.length === 0) return "empty";
  return shown.length > 1 ? "agglomerate" : shown[0].view;
}
