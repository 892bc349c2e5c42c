import type { RandomStream } from "../../core/index.ts";
import { rangeError, shuffled } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import type { Modality } from "../../image/index.ts";
import type { Disc } from "../simulate/training-image.ts";
import { storedValues } from "./scene-source.ts";
import type { StoredField } from "./scene-source.ts";

/** A real image with the particles that a person has outlined. */
export interface OutlinedImage {
  readonly name: string;
  readonly image: GrayImage;
  readonly discs: readonly Disc[];
}

/** Passes over a few real images, at a tenth of the rate of a training. */
export const TUNING = { cropPx: 128, batchSize: 8, epochs: 40, learningRate: 2e-4, measurements: 8 } as const;
/** Smallest edge of an image that a detector is tuned on [px]. */
export const SMALLEST_TILE_PX: number = TUNING.cropPx;
/** Times that an image stands in a pass: parts of it are drawn anew each time. */
export const PARTS_PER_IMAGE = 8;

/** Share of the images that the tuning is judged by. */
const VALIDATION_SHARE = 0.2;

/**
 * Real images with outlines as a detector is tuned on them, split by image.
 *
 * Of an oblong image the largest square in its middle is taken.
 *
 * @param rng stream of the split
 * @param images at least two
 * @param modality of the images, so that matter is made bright
 * @param leastEdgePx smallest edge of an image [px]
 * @returns images to train on, a fifth of them to be judged by
 * @throws RangeError for fewer than two images, one that is too small, or where none has particles
 */
export function outlinedFields(
  rng: RandomStream,
  images: readonly OutlinedImage[],
  modality: Modality,
  leastEdgePx: number,
): { readonly training: readonly StoredField[]; readonly validation: readonly StoredField[] } {
  const action = "tune detector";
  if (images.length < 2) {
    throw rangeError({ action }, "outlined images must be at least 2", String(images.length));
  }
  if (images.every(({ discs }) => discs.length === 0)) {
    throw rangeError({ action, where: images[0].name }, "images must have outlined particles", "none");
  }
  const fields = images.map(({ name, image, discs }) => {
    const edgePx = Math.min(image.width, image.height);
    if (edgePx < leastEdgePx) {
      const got = `${image.width} x ${image.height} px`;
      throw rangeError({ action, where: name }, `image must have at least ${leastEdgePx} px`, got);
    }
    return fieldOf(image, discs, modality, edgePx);
  });
  const order = shuffled(rng, fields.keys());
  const count = Math.max(1, Math.round(VALIDATION_SHARE * fields.length));
  return {
    validation: order.slice(0, count).map((i) => fields[i]),
    training: order.slice(count).map((i) => fields[i]),
  };
}

function fieldOf(
  { width, height, data }: GrayImage,
  discs: readonly Disc[],
  modality: Modality,
  edgePx: number,
): StoredField {
  const [left, top] = [width, height].map((length) => Math.floor((length - edgePx) / 2));
  const sign = modality === "bright-field" ? -1 : 1;
  const square = Float32Array.from({ length: edgePx * edgePx }, (_, i) => {
    return sign * data[(top + Math.floor(i / edgePx)) * width + left + (i % edgePx)];
  });
  const particles = discs
    .map(({ x, y, radiusPx, elongation }) => ({
      x: x - left,
      y: y - top,
      radiusPx,
      elongation,
      materialIndex: null,
      isSeen: true,
      ownShare: 1,
    }))
    .filter(({ x, y }) => x >= 0 && y >= 0 && x < edgePx && y < edgePx);
  return { edgePx, image: storedValues(square), particles };
}
