import { median, type GrayImage, type RandomStream } from "../core/index.ts";

/** Median of absolute differences over the standard deviation of a normal distribution. */
const MEDIAN_PER_DEVIATION = 0.6745;
/** Outermost pixels further from their median show matter [standard deviations]. */
const BACKGROUND_SIGMAS = 3;

/**
 * Draws pixels of what lies behind an aggregate, with its noise: outermost pixels of the image, of those within three standard
 * deviations of their median.
 *
 * @param image whose border shows its background for the most part
 * @param count pixels wanted
 * @param rng stream that chooses them
 */
export function backgroundPixels(
  image: GrayImage,
  count: number,
  rng: RandomStream,
): Float32Array<ArrayBuffer> {
  const border = borderPixels(image);
  const middle = median(border);
  const deviation = median(border.map((value) => Math.abs(value - middle))) / MEDIAN_PER_DEVIATION;
  const background = border.filter((value) => Math.abs(value - middle) <= BACKGROUND_SIGMAS * deviation);
  return Float32Array.from({ length: count }, () => background[rng.integerBelow(background.length)]);
}

function borderPixels({ width, height, data }: GrayImage): number[] {
  const border: number[] = [];
  for (let x = 0; x < width; x++) border.push(data[x], data[(height - 1) * width + x]);
  for (let y = 1; y < height - 1; y++) border.push(data[y * width], data[y * width + width - 1]);
  return border;
}
