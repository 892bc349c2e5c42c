import type { GrayImage } from "../../core/index.ts";
import { gaussianBlur } from "../../image/index.ts";
import type { Modality } from "../detect/detector-model.ts";

/** Smoothing that takes out most of the noise [px]. */
const SIGMA_PX = 3;
/** Share of pixels that lie beyond the outer grey levels. */
const TAIL = 0.02;

/**
 * Says whether matter is bright or dark on an image: the tail of the grey levels is longer on its side.
 *
 * Bare film or vacuum is the most frequent level of either; in HAADF thick matter reaches far above it, in bright field far below.
 * An image full of matter from edge to edge may be taken for the other kind.
 *
 * @param image as it was read
 * @param mask not 0 where a pixel shows no specimen; null where all do
 * @returns the modality
 * @example
 * import { guessModality } from "../src/particles/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.from({ length: 4096 }, (_, i) => (Math.hypot((i % 64) - 32, Math.floor(i / 64) - 32) < 10 ? 9 : 1));
 * const image = { width: 64, height: 64, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * expect(guessModality(image, null)).toBe("haadf");
 * expect(guessModality({ ...image, data: data.map((value) => -value) }, null)).toBe("bright-field");
 */
export function guessModality(image: GrayImage, mask: ArrayLike<number> | null): Modality {
  const { data, width, height } = image;
  const soft = gaussianBlur(data, { width, height }, SIGMA_PX).filter(
    (_, i) => mask === null || mask[i] === 0,
  );
  soft.sort();
  const [low, middle, high] = [TAIL, 0.5, 1 - TAIL].map(
    (share) => soft[Math.floor(share * (soft.length - 1))],
  );
  return high - middle >= middle - low ? "haadf" : "bright-field";
}
