import { brightnessRange } from "../core/index.ts";

/** What a network's intensities mean: fractions of the incident beam, or grey levels whose zero and gain nobody knows. */
export const INTENSITY_SCALES = ["absolute", "contrast"] as const;

/** One of INTENSITY_SCALES. */
export type IntensityScale = (typeof INTENSITY_SCALES)[number];

/** How an image becomes a network's input: (sqrt(level) - center) / deviation. */
export interface InputEncoding {
  /** Absolute intensities are taken as they are; contrast is brought to 0 to 1 by each image's own range first. */
  readonly scale: IntensityScale;
  readonly center: number;
  readonly deviation: number;
}

/**
 * The intensities of an image as its scale wants them, pixel by pixel.
 *
 * On the contrast scale the darkest 1 % of the pixels are 0 and the brightest 0.1 % are 1, as an operator sets brightness
 * and contrast: any zero and any gain of the detector give the same numbers.
 *
 * @param intensities [height, width]; absolute: fraction of the incident beam; contrast: any unit
 * @param scale what the intensities mean
 * @returns level of the pixel at an index; what is below 0 counts as 0
 */
export function intensityLevels(intensities: Float32Array, scale: IntensityScale): (index: number) => number {
  if (scale === "absolute") return (index) => Math.max(0, intensities[index]);
  const [dark, bright] = brightnessRange(intensities);
  const gain = 1 / (bright - dark);
  return (index) => Math.min(1, Math.max(0, gain * (intensities[index] - dark)));
}

/**
 * The network's input for one image: variance-stabilised and standardised.
 *
 * The square root gives Poisson counts a variance that does not depend on the signal [anscombe1948].
 *
 * @param output written from `offset` on, [height, width]
 * @param intensities [height, width], on the encoding's scale
 * @param options.input scale, and centre and deviation of the training images' square roots
 * @param options.offset where to write
 * @returns `output`
 */
export function encodeInputInto(
  output: Float32Array,
  intensities: Float32Array,
  { input, offset }: { readonly input: InputEncoding; readonly offset: number },
): Float32Array {
  const levelAt = intensityLevels(intensities, input.scale);
  for (let i = 0; i < intensities.length; i++) {
    output[offset + i] = (Math.sqrt(levelAt(i)) - input.center) / input.deviation;
  }
  return output;
}
