import type { ClassTruth } from "../labelled/labelled-image.ts";
import type { FoundParticle } from "../segment/find-particles.ts";
import type { HrtemField } from "../simulate/simulate-field.ts";
import type { ParticleClass } from "./particle-class.ts";

/** Share of a found region, and of the true particle, that must coincide for the one to show the other. */
const LEAST_SHARE = 0.15;

/** What a found region shows in truth: one particle as it is seen, several, or none. */
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

/**
 * What a found region shows, by whatever is known of its image.
 *
 * @param width of the image [px]
 * @returns the class; null where a person marked nothing in the region
 */
export function knownClass(truth: ClassTruth, found: FoundParticle, width: number): ParticleClass | null {
  if (truth.kind === "particles") return trueClass(truth, found);
  const region = new Set(found.pixels);
  const inside = truth.marks.filter(({ xPx, yPx }) => region.has(Math.floor(yPx) * width + Math.floor(xPx)));
  if (inside.length === 0) return null;
  return inside.length > 1 ? "agglomerate" : inside[0].shows;
}
