import { mean, median, type GrayImage } from "../core/index.ts";

/** Brightness and noise of an image's pixels but those of its border. */
export interface PixelNoise {
  /**
   * Mean of the 3 x 3 without their brightest and darkest: one spoiled pixel does not move it, and it has next to nothing in
   * common with the residual.
   */
  readonly levels: Float32Array;
  /** Absolute value that has the mean sqrt(2 / pi) times the deviation of white noise. */
  readonly residuals: Float32Array;
}

/** Root of the sum of the mask's squares: white noise of deviation 1 leaves this. */
const MASK_NORM = 6;

/** [height, width], in any unit. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

/** Pixels that are looked at; more do not sharpen what is estimated of them. */
const MOST_PIXELS = 2 ** 17;

/**
 * Noise pixel by pixel, by the mask that is blind to planes and to straight edges along the axes: [1 -2 1; -2 4 -2; 1 -2 1] / 6 [immerkaer1996].
 *
 * @param image any image
 * @returns one value a pixel but those of the border, of evenly spaced rows in large images; none in images below 3 x 3
 */
export function pixelNoise({ width, height, data }: Pixels): PixelNoise {
  const columns = Math.max(0, width - 2);
  const stride = Math.max(1, Math.ceil((columns * (height - 2)) / MOST_PIXELS));
  const size = columns * Math.max(0, Math.ceil((height - 2) / stride));
  const [levels, residuals] = [new Float32Array(size), new Float32Array(size)];
  for (let y = 1, k = 0; y < height - 1; y += stride) {
    for (let x = 1; x < width - 1; x++, k++) {
      const i = y * width + x;
      const corners = data[i - width - 1] + data[i - width + 1] + data[i + width - 1] + data[i + width + 1];
      const edges = data[i - width] + data[i + width] + data[i - 1] + data[i + 1];
      levels[k] = trimmedMean(data, i, width);
      residuals[k] = Math.abs(corners - 2 * edges + 4 * data[i]) / MASK_NORM;
    }
  }
  return { levels, residuals };
}

function trimmedMean(data: ArrayLike<number>, at: number, width: number): number {
  let [sum, low, high] = [0, Infinity, -Infinity];
  for (let row = at - width; row <= at + width; row += width) {
    for (let i = row - 1; i <= row + 1; i++) {
      sum += data[i];
      if (data[i] < low) low = data[i];
      if (data[i] > high) high = data[i];
    }
  }
  return (sum - low - high) / 7;
}

/** Classes of brightness that each have a noise of their own, at most, and pixels that each must have. */
const LEVEL_CLASSES = 12;
const FEWEST_PIXELS = 100;
/** Median and mean of absolute values over the standard deviation of a normal distribution. */
const MEDIAN_PER_DEVIATION = 0.6745;
const MEAN_PER_DEVIATION = Math.sqrt(2 / Math.PI);

/**
 * Standard deviation of the noise as a function of brightness: up to twelve classes of as many pixels, the median of each. It never
 * falls as pixels get brighter, as the noise of counted electrons does not. Where more than half of the residuals of a class are zero, as of
 * counts at low dose or grey levels of 8 bits, the mean of all residuals stands in.
 *
 * @param image any image
 * @returns deviation at a level, in the image's unit
 */
export function noiseByLevel(image: GrayImage): (level: number) => number {
  const { levels, residuals } = pixelNoise(image);
  if (levels.length === 0) return () => 0;
  const order = levels.map((_, k) => k).sort((a, b) => levels[a] - levels[b]);
  const size = Math.max(Math.min(FEWEST_PIXELS, order.length), Math.ceil(order.length / LEVEL_CLASSES));
  // of whole numbers, such as counts and grey levels, rounding is part of the noise, and few residuals differ: the median tells too little
  const rounding = image.data.every(Number.isInteger) ? Math.sqrt(1 / 12) : 0;
  const average = mean(residuals) / MEAN_PER_DEVIATION;
  const [bounds, deviations]: [number[], number[]] = [[], []];
  for (let first = 0; first < order.length; first += size) {
    const own = Array.from(order.subarray(first, first + size), (k) => residuals[k]);
    const middle = median(own) / MEDIAN_PER_DEVIATION;
    const deviation = Math.hypot(middle > 0 ? middle : average, rounding);
    deviations.push(Math.max(deviation, deviations.at(-1) ?? 0));
    bounds.push(levels[order[Math.min(first + size, order.length) - 1]]);
  }
  return (level) =>
    deviations[bounds.findIndex((bound) => level <= bound)] ?? deviations[deviations.length - 1];
}
