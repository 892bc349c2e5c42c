import { median } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import { MIDDLE_RADIUS_PX } from "../detect/answer-grid.ts";
import { MIRRORS } from "../detect/mirrored-answers.ts";
import type { FeatureDetector } from "../detect/open-detector.ts";
import { unsureParticles } from "./unsure-particles.ts";

/** A part of an image, as a detector sees it. */
export interface ScoredPart {
  readonly box: PixelRegion;
  /** Sum over its particles of how far the answers differ on each: about how many are in doubt. */
  readonly uncertainty: number;
  /** The detector's deepest features, averaged over the part. */
  readonly embedding: Float32Array;
  /** Share of its pixels that show specimen. */
  readonly shownShare: number;
}

/** Probability from which a particle of a single answer is compared with the others, over the detector's own. */
const LEAST_SHARE = 0.25;

/**
 * Scores parts of an image by how much there would be to learn from outlines on them.
 *
 * The image is answered as it is and in three mirror images. What a detector has learned it answers alike in all of them.
 *
 * @param detector of the image's modality
 * @param image as it was read, what is drawn into it filled
 * @param options parts, all of one size [px], and where the image shows no specimen
 * @returns one score a part, in their order
 */
export async function scoreParts(
  detector: FeatureDetector,
  image: GrayImage,
  { boxes, mask }: { readonly boxes: readonly PixelRegion[]; readonly mask: Uint8Array | null },
): Promise<ScoredPart[]> {
  const threshold = LEAST_SHARE * detector.metadata.threshold;
  const answers = [];
  for (const mirror of MIRRORS) {
    answers.push(await detector.detect(image, { mask, threshold, mirrors: [mirror] }));
  }
  const particles = unsureParticles(answers);
  const clear = answers.flat().filter(({ probability }) => probability >= detector.metadata.threshold);
  const typicalRadiusPx =
    clear.length === 0 ? MIDDLE_RADIUS_PX : median(clear.map(({ radiusPx }) => radiusPx));
  const embeddings = await detector.features(image, { boxes, mask, typicalRadiusPx });
  return boxes.map((box, i) => ({
    box,
    uncertainty: particles
      .filter((particle) => liesIn(particle, box))
      .reduce((sum, { disagreement }) => sum + disagreement, 0),
    embedding: embeddings[i],
    shownShare: shownShareOf(box, image.width, mask),
  }));
}

/** Whether a centre lies in a part. */
export function liesIn(
  { x, y }: { readonly x: number; readonly y: number },
  { x: left, y: top, width, height }: PixelRegion,
): boolean {
  return x >= left && y >= top && x < left + width && y < top + height;
}

function shownShareOf(
  { x, y, width, height }: PixelRegion,
  imageWidth: number,
  mask: Uint8Array | null,
): number {
  if (mask === null) return 1;
  let shown = 0;
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++) if (mask[row * imageWidth + column] === 0) shown++;
  }
  return shown / (width * height);
}
