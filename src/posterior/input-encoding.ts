import { brightnessRange, median, type GrayImage } from "../core/index.ts";

/**
 * What a network's intensities mean: fractions of the incident beam; grey levels whose zero and gain nobody knows; thickness of the first material in
 * pixels; or either of the last two, thickness where it is known and else what `contrastAsThickness` gives.
 */
export const INPUT_SCALES = ["absolute", "contrast", "thickness", "either"] as const;

/** One of INPUT_SCALES. */
export type InputScale = (typeof INPUT_SCALES)[number];

/** How an image on the network's scale becomes its input: (root(intensity) - center) / deviation, as rootsInto takes it. */
export interface InputEncoding {
  readonly scale: InputScale;
  readonly center: number;
  readonly deviation: number;
}

/**
 * Brings an image to a scale of intensities.
 *
 * The absolute scale is that of the image itself, and so is that of thickness, to which `toThickness` brings images. On the contrast scale the darkest 1 % of the pixels are 0 and the
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
  if (scale !== "contrast") return image;
  const [dark, bright] = brightnessRange(image.data);
  const gain = 1 / (bright - dark);
  const data = image.data.map((value) => Math.min(1, Math.max(0, gain * (value - dark))));
  return { ...image, data, intensityUnit: "arbitrary" };
}

/** The largest fraction of the beam that thickness is taken from: beyond, the logarithm is all noise. */
const MOST_SCATTERED = 0.98;

/**
 * An image in thicknesses: s = -ln(1 - I) / (mu p), as if all of it were of one material that scatters mu of the beam per length and p were the pixel.
 *
 * What remains of the material and of the microscope is how strongly another material scatters beside it, and the noise.
 *
 * @param image fractions of the incident beam
 * @param signalPerPixel mu p, share of the beam that one pixel's length of the material scatters to the detector, thin limit
 * @returns an image in pixels' lengths
 * @example
 * import { toThickness } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const image = { width: 1, height: 1, data: Float32Array.of(1 - Math.exp(-0.2)), pixelSizeNm: 1, intensityUnit: "fraction of the incident beam" } as const;
 * expect(toThickness(image, 0.01).data[0]).toBeCloseTo(20, 3);
 */
export function toThickness(image: GrayImage, signalPerPixel: number): GrayImage {
  const data = image.data.map((share) => -Math.log1p(-Math.min(MOST_SCATTERED, share)) / signalPerPixel);
  return { ...image, data, intensityUnit: "arbitrary" };
}

/** Thickness that stands for the brightest pixels where intensities have no scale [px]: about what it is among images of 2 to 20 px a particle. */
const BRIGHTEST_PX = 30;

/**
 * An image whose intensities have no scale as one in thicknesses, up to a factor that nobody knows: its brightest pixels are 30 px thick, its darkest nothing.
 *
 * @param image any image
 * @returns an image in pixels' lengths, for networks that are told when this scale is not the true one
 */
export function contrastAsThickness(image: GrayImage): GrayImage {
  const levels = toInputScale(image, "contrast");
  return { ...levels, data: levels.data.map((level) => BRIGHTEST_PX * level) };
}

/**
 * Roots of the intensities of one square image, in which noise is even.
 *
 * The square root gives Poisson counts a variance that does not depend on the signal [anscombe1948]. Thicknesses are taken from the background on, the
 * median of the image's border, for a film is no particle; they fall below 0 there, and the root is odd and straight about 0: t -> sign(t) (sqrt(1 + |t|) - 1).
 *
 * @param output written from `offset` on
 * @param intensities on the scale, [height, width]; negative ones count as 0 where they are no thicknesses
 * @returns `output`
 */
export function rootsInto(
  output: Float32Array,
  intensities: Float32Array,
  { scale, offset }: { readonly scale: InputScale; readonly offset: number },
): Float32Array {
  if (scale === "absolute" || scale === "contrast") {
    for (let i = 0; i < intensities.length; i++) output[offset + i] = Math.sqrt(Math.max(0, intensities[i]));
    return output;
  }
  const background = borderMedian(intensities);
  for (let i = 0; i < intensities.length; i++) {
    const beyond = intensities[i] - background;
    output[offset + i] = Math.sign(beyond) * (Math.sqrt(1 + Math.abs(beyond)) - 1);
  }
  return output;
}

function borderMedian(intensities: Float32Array): number {
  const edge = Math.sqrt(intensities.length);
  const border = intensities.filter((_, i) => {
    const [x, y] = [i % edge, Math.floor(i / edge)];
    return x === 0 || y === 0 || x === edge - 1 || y === edge - 1;
  });
  return median(border);
}

/**
 * The network's input for one image: variance-stabilised and standardised.
 *
 * @param output written from `offset` on, [height, width]
 * @param intensities on the network's scale, [height, width]
 * @param options.input scale, and centre and deviation of the training images' roots
 * @param options.offset where to write
 * @returns `output`
 */
export function encodeInputInto(
  output: Float32Array,
  intensities: Float32Array,
  { input, offset }: { readonly input: InputEncoding; readonly offset: number },
): Float32Array {
  rootsInto(output, intensities, { scale: input.scale, offset });
  for (let i = offset; i < offset + intensities.length; i++) {
    output[i] = (output[i] - input.center) / input.deviation;
  }
  return output;
}
