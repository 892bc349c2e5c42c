import type { FoundDisc } from "../detect/decode-answer.ts";
import type { ListedDisc, Particle } from "../measure/image-particles.ts";
import type { Disc } from "../simulate/training-image.ts";

/** What the detector has found, as it stands on the list of an image. */
export const asDetected = (disc: FoundDisc): ListedDisc => ({ ...disc, source: "detected" });

/**
 * A disc that a person has set: no network says how probable it is.
 *
 * @param disc place and size, and what is known of its material
 * @returns the same disc as a person's
 */
export function setByPerson(disc: Disc & Pick<ListedDisc, "secondProbability">): ListedDisc {
  return { ...disc, source: "corrected", probability: null };
}

/** A particle as it is listed, without what is read off the list and the image. */
export function listedDisc({ number: _, material: __, isCut: ___, ...disc }: Particle): ListedDisc {
  return disc;
}
