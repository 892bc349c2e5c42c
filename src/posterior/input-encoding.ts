import { brightnessRange, type GrayImage } from "../core/index.ts";

/** What a network's intensities mean: fractions of the incident beam, or grey levels whose zero and gain nobody knows. */
export const INPUT_SCALES = ["absolute", "contrast"] as const;

/** One of INPUT_SCALES. */
export type InputScale = (typeof INPUT_SCALES)[number];

/** How an image on the network's scale becomes its input: (sqrt(intensity) - center) / deviation. */
export interface InputEncoding {
  readonly scale: InputScale;
  readonly center: number;
  readonly deviation: number;
}

/**
 * Brings an image to a scale of intensities.
 *
 * The absolute scale is that of the image itself. On the contrast scale the darkest 1 % of the pixels are 0 and the
 * brightest 0.1 % are 1, as an operator sets brightness and contrast: any zero and any gain of the detector give the same
 * numbers.
 *
 * @param image any image; for the absolute scale, fractions of the incident beam
 * @param scale what the result's intensities mean
 * @returns the image itself, or one of levels from 0 to 1
 * @example
 * import { toInputScale } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.from({ length: 1000 }, (_, i) => 500 + i);
 * const ramp = { width: 40, height: 25, data, pixelSizeNm: 1, intensityUnit: "arbitrary" } as const;
 * const levels = toInputScale(ramp, "contrast").data;
 * expect(levels[500]).toBeCloseTo(0.5, 1);
 * expect(levels[999]).toBe(1);
 */
export function toInputScale(image: GrayImage, scale: InputScale): GrayImage {
  if (scale === "absolute") return image;
  const [dark, bright] = brightnessRange(image.data);
  const gain = 1 / (bright - dark);
  const data = image.data.map((value) => Math.min(1, Math.max(0, gain * (value - dark))));
  return { ...image, data, intensityUnit: "arbitrary" };
}

/**
 * The network's input for one image: variance-stabilised and standardised.
 *
 * The square root gives Poisson counts a variance that does not depend on the signal [anscombe1948].
 *
 * @param output written from `offset` on, [height, width]
 * @param intensities on the network's scale, [height, width]; negative values count as 0
 * @param options.input centre and deviation of the training images' square roots
 * @param options.offset where to write
 * @returns `output`
 */
export function encodeInputInto(
  output: Float32Array,
  intensities: Float32Array,
  { input, offset }: { readonly input: Omit<InputEncoding, "scale">; readonly offset: number },
): Float32Array {
  for (let i = 0; i < intensities.length; i++) {
    output[offset + i] = (Math.sqrt(Math.max(0, intensities[i])) - input.center) / input.deviation;
  }
  return output;
}
