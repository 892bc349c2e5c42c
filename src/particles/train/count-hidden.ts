import { quantile } from "../../core/index.ts";
import type { Modality } from "../detect/detector-model.ts";
import type { Detector } from "../detect/open-detector.ts";
import { crowdingOf } from "../measure/hidden-particles.ts";
import type { HiddenClass } from "../measure/hidden-particles.ts";
import { LEAST_RADIUS_PX } from "./choose-threshold.ts";
import { fieldImage } from "./scene-source.ts";
import type { StoredField } from "./scene-source.ts";

/** Crowding from which each class begins. */
const CLASSES = [1, 1.1, 1.25, 1.45, 1.8] as const;
/** An image with fewer found particles says little, and a class of fewer images less. */
const LEAST_FOUND = 15;
const LEAST_IMAGES = 12;

/**
 * Counts what a detector leaves of the particles of simulated images, by how crowded the images are.
 *
 * @param detector that is asked
 * @param fields images with all their particles
 * @param modality of the images
 * @param threshold probability from which a particle counts
 * @returns classes by rising crowding; those with fewer than 12 images are left out
 */
export async function countHidden(
  detector: Pick<Detector, "detect">,
  fields: readonly StoredField[],
  modality: Modality,
  threshold: number,
): Promise<HiddenClass[]> {
  const ratios = CLASSES.map((): number[] => []);
  for (const field of fields) {
    const image = fieldImage(field, modality);
    const found = await detector.detect(image, { threshold });
    if (found.length < LEAST_FOUND) continue;
    const crowding = crowdingOf(found, image);
    const asked = field.particles.filter(({ radiusPx }) => radiusPx >= LEAST_RADIUS_PX).length;
    ratios[CLASSES.findLastIndex((from) => crowding >= from)].push(asked / found.length);
  }
  return ratios.flatMap((own, i) => {
    if (own.length < LEAST_IMAGES) return [];
    const [low, value, high] = [0.025, 0.5, 0.975].map((share) => quantile(own, share));
    return [{ fromCrowding: CLASSES[i], ratio: { value, low, high }, imageCount: own.length }];
  });
}
