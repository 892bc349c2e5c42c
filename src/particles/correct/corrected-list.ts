import type { ListedDisc, Particle } from "../measure/image-particles.ts";
import type { Disc } from "../simulate/training-image.ts";
import { listedDisc, setByPerson } from "./listed-disc.ts";

/** A particle on the list that a person hands in. */
export interface OutlinedDisc extends Disc {
  /** Null where the list does not say. */
  readonly material: string | null;
}

/** What files round away of a place or a radius; hands move more [px]. */
const SAME_PX = 0.05;
/** The same of an elongation. */
const SAME_ELONGATION = 0.01;

/**
 * The list of an image as a person has corrected it. Rows that are as the program found them stay the detector's, with their
 * probability; those that were moved, resized, renamed or added are the person's.
 *
 * @param outlined the person's whole list: what is not on it was taken away
 * @param found what the program finds by itself, before and after a fit where there was one
 * @param materials names, the weaker first; none or one where materials are not told apart
 * @returns discs in the person's order
 */
export function correctedList(
  outlined: readonly OutlinedDisc[],
  found: readonly Particle[],
  materials: readonly string[],
): ListedDisc[] {
  const isFree = new Set(found);
  return outlined.map((disc) => {
    const same = found.find((particle) => isFree.has(particle) && isSame(disc, particle));
    if (same === undefined)
      return setByPerson({ ...placeOf(disc), secondProbability: saidOf(disc, materials) });
    isFree.delete(same);
    return listedDisc(same);
  });
}

function isSame(disc: OutlinedDisc, particle: Particle): boolean {
  const [own, other] = [disc.elongation ?? [0, 0], particle.elongation ?? [0, 0]];
  return (
    Math.hypot(disc.x - particle.x, disc.y - particle.y) <= SAME_PX &&
    Math.abs(disc.radiusPx - particle.radiusPx) <= SAME_PX &&
    Math.hypot(own[0] - other[0], own[1] - other[1]) <= SAME_ELONGATION &&
    (disc.material === null || disc.material === particle.material)
  );
}

const placeOf = ({ material: _, ...disc }: OutlinedDisc): Disc => disc;

const saidOf = ({ material }: OutlinedDisc, materials: readonly string[]) =>
  material === null ? null : Number(material === materials[1]);
