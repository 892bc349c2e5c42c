import { quantile } from "../../core/index.ts";
import type { BootstrapInterval } from "../../core/index.ts";
import type { FoundDisc } from "../detect/decode-answer.ts";
import type { Modality } from "../../image/index.ts";
import type { Detector } from "../detect/open-detector.ts";
import { crowdingOf } from "../measure/hidden-particles.ts";
import type { HiddenClass } from "../measure/hidden-particles.ts";
import type { SizeRatio } from "../measure/size-ratio.ts";
import type { TrueParticle } from "../simulate/training-image.ts";
import { LEAST_RADIUS_PX } from "./choose-threshold.ts";
import { fieldImage } from "./scene-source.ts";
import type { StoredField } from "./scene-source.ts";

/** A simulated image with what a detector found on it. */
export interface JudgedField extends Pick<StoredField, "edgePx" | "particles"> {
  readonly found: readonly FoundDisc[];
}

/** Asks a detector for the particles of simulated images. */
export async function askFields(
  detector: Pick<Detector, "detect">,
  fields: readonly StoredField[],
  modality: Modality,
  threshold: number,
): Promise<JudgedField[]> {
  const judged: JudgedField[] = [];
  for (const field of fields) {
    const found = await detector.detect(fieldImage(field, modality), { threshold });
    judged.push({ edgePx: field.edgePx, particles: field.particles, found });
  }
  return judged;
}

/** Crowding from which each class begins. */
const CLASSES = [1, 1.1, 1.25, 1.45, 1.8] as const;
/** An image with fewer found particles says little, and a class of fewer images less. */
const LEAST_FOUND = 15;
const LEAST_IMAGES = 12;

const isLarge = ({ radiusPx }: TrueParticle) => radiusPx >= LEAST_RADIUS_PX;

/**
 * Counts what a detector leaves of the particles of simulated images, by how crowded the images are.
 *
 * @param fields images with all their particles, and what was found
 * @returns classes by rising crowding; those with fewer than 12 images are left out
 */
export function countHidden(fields: readonly JudgedField[]): HiddenClass[] {
  const ratios = CLASSES.map((): number[] => []);
  for (const { edgePx, particles, found } of fields) {
    if (found.length < LEAST_FOUND) continue;
    const crowding = crowdingOf(found, { width: edgePx, height: edgePx });
    const asked = particles.filter(isLarge).length;
    ratios[CLASSES.findLastIndex((from) => crowding >= from)].push(asked / found.length);
  }
  return ratios.flatMap((own, i) => {
    if (own.length < LEAST_IMAGES) return [];
    return [{ fromCrowding: CLASSES[i], ratio: middleAndRange(own), imageCount: own.length }];
  });
}

/**
 * Compares the sizes that a detector finds with those of the particles that simulated images show.
 *
 * @param fields images with all their particles, and what was found
 * @returns true over found geometric mean diameters; null where fewer than 12 images hold 15 found particles
 */
export function compareSizes(fields: readonly JudgedField[]): SizeRatio | null {
  const ratios = fields.flatMap(({ particles, found }) => {
    const shown = particles.filter((particle) => particle.isSeen && isLarge(particle));
    if (found.length < LEAST_FOUND || shown.length === 0) return [];
    return [Math.exp(meanLog(shown) - meanLog(found))];
  });
  if (ratios.length < LEAST_IMAGES) return null;
  return { ratio: middleAndRange(ratios), imageCount: ratios.length };
}

const meanLog = (discs: readonly { readonly radiusPx: number }[]) =>
  discs.reduce((sum, { radiusPx }) => sum + Math.log(radiusPx), 0) / discs.length;

/** Median, and the range of 95 %. */
function middleAndRange(values: readonly number[]): BootstrapInterval {
  const [low, value, high] = [0.025, 0.5, 0.975].map((share) => quantile(values, share));
  return { value, low, high };
}
