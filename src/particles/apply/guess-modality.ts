import { nthSmallestInPlace, type GrayImage } from "../../core/index.ts";
import { gaussianBlur, MODALITIES, type Modality } from "../../image/index.ts";
import type { FoundDisc } from "../detect/decode-answer.ts";
import type { DetectionOptions, Detector } from "../detect/open-detector.ts";

/** Whether matter is bright or dark on an image. */
export interface ModalityGuess {
  readonly modality: Modality;
  /** Whether the grey levels alone decide, or somebody has said so. */
  readonly isClear: boolean;
}

/** Smoothing that takes out most of the noise [px]. */
const SIGMA_PX = 3;
/** Share of pixels that lie beyond the outer grey levels. */
const TAIL = 0.02;

/** Ratio of the tails, either way, from which the grey levels alone decide. */
const CLEAR_RATIO = 1.7;

/**
 * Says whether matter is bright or dark on an image: the tail of the grey levels is longer on its side.
 *
 * Bare film or vacuum is the most frequent level of either; in HAADF thick matter reaches far above it, in bright field far below.
 * Of an image full of matter from edge to edge the grey levels tell little.
 *
 * @param image as it was read
 * @param mask not 0 where a pixel shows no specimen; null where all do
 * @returns the modality, and whether one tail is at least 1.7 times the other
 * @example
 * import { guessModality } from "../src/particles/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.from({ length: 4096 }, (_, i) => (Math.hypot((i % 64) - 32, Math.floor(i / 64) - 32) < 10 ? 9 : 1));
 * const image = { width: 64, height: 64, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * expect(guessModality(image, null)).toEqual({ modality: "haadf", isClear: true });
 * expect(guessModality({ ...image, data: data.map((value) => -value) }, null).modality).toBe("bright-field");
 */
export function guessModality(image: GrayImage, mask: ArrayLike<number> | null): ModalityGuess {
  const { data, width, height } = image;
  const blurred = gaussianBlur(data, { width, height }, SIGMA_PX);
  const soft = mask === null ? blurred : blurred.filter((_, i) => mask[i] === 0);
  // three of a million levels: to sort them all takes ten times as long
  const [low, middle, high] = [TAIL, 0.5, 1 - TAIL].map((share) =>
    nthSmallestInPlace(soft, Math.floor(share * (soft.length - 1))),
  );
  const [above, below] = [high - middle, middle - low];
  return {
    modality: above >= below ? "haadf" : "bright-field",
    isClear: Math.max(above, below) >= CLEAR_RATIO * Math.min(above, below),
  };
}

/**
 * Finds particles where nobody said how the image was taken: by its grey levels, or where they tell little by which detector is
 * surer of what it finds, the sum of its squared probabilities.
 *
 * @param openFor gives the detector of a modality
 * @param image as it was read
 * @param options of the detection
 * @param guess whether matter is bright or dark, where that is known already; guessed by default
 * @returns the modality with the particles
 */
export async function detectEither(
  openFor: (modality: Modality) => Pick<Detector, "detect">,
  image: GrayImage,
  options: DetectionOptions,
  guess: ModalityGuess = guessModality(image, options.mask ?? null),
): Promise<{ readonly modality: Modality; readonly discs: FoundDisc[] }> {
  const asked = guess.isClear ? [guess.modality] : MODALITIES;
  const answers: { modality: Modality; discs: FoundDisc[]; certainty: number }[] = [];
  for (const modality of asked) {
    const discs = await openFor(modality).detect(image, options);
    answers.push({ modality, discs, certainty: discs.reduce((sum, disc) => sum + disc.probability ** 2, 0) });
  }
  return answers.reduce((best, one) => (one.certainty > best.certainty ? one : best));
}
