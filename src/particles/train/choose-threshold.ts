import type { Modality } from "../../image/index.ts";
import type { Detector } from "../detect/open-detector.ts";
import { discOverlap } from "../detect/thin-discs.ts";
import { detectionScores, matchDiscs } from "../score/match-discs.ts";
import type { Matching } from "../score/match-discs.ts";
import { fieldImage } from "./scene-source.ts";
import type { StoredField } from "./scene-source.ts";

/** Thresholds that are tried. */
const TRIED = [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6] as const;
/** Particles below this radius are too small to be asked for, on images that cannot be enlarged further [px]. */
export const LEAST_RADIUS_PX = 4;
const MOST_IMAGES = 200;

/**
 * The probability from which a particle counts: that with the highest F1 on images with known particles.
 *
 * What the images hide counts neither as found nor as missed.
 *
 * @param detector that is asked
 * @param fields images that it was not trained on; the first 200 are used
 * @param modality of the images
 * @returns threshold and its F1 at an IoU of one half
 */
export async function chooseThreshold(
  detector: Pick<Detector, "detect">,
  fields: readonly StoredField[],
  modality: Modality,
): Promise<{ readonly threshold: number; readonly f1: number }> {
  const matchings = TRIED.map((): Matching[] => []);
  for (const field of fields.slice(0, MOST_IMAGES)) {
    const { particles } = field;
    const found = await detector.detect(fieldImage(field, modality), { threshold: TRIED[0] });
    const isAsked = ({ isSeen, radiusPx }: (typeof particles)[number]) =>
      isSeen && radiusPx >= LEAST_RADIUS_PX;
    const wanted = particles.filter(isAsked);
    const others = particles.filter((particle) => !isAsked(particle));
    TRIED.forEach((threshold, i) => {
      // thinning keeps the most probable, so a higher threshold only takes away
      const counted = found.filter(
        (disc) => disc.probability >= threshold && !others.some((other) => discOverlap(other, disc) >= 0.5),
      );
      matchings[i].push(
        matchDiscs(wanted.length, counted.length, (t, f) => discOverlap(wanted[t], counted[f])),
      );
    });
  }
  const scores = matchings.map((own) => detectionScores(own).f1);
  const f1 = Math.max(...scores);
  return { threshold: TRIED[scores.indexOf(f1)], f1 };
}
