import { median, type GrayImage } from "../core/index.ts";

/** Names of the measures of how an image was recorded; each is the larger, the worse the recording. */
export const RECORDING_MEASURES = ["ln noise of the background", "ln softness"] as const;

/** Added before logarithms are taken, far below what any image holds. */
const FLOOR = 1e-9;

/**
 * Measures how an image was recorded, whatever it shows: how noisy its background is and how soft its edges are.
 *
 * The noise is that of the darker half of the pixels, over the square root of what lies there where intensities are
 * absolute: 1 / sqrt(dose) for shot noise. Softness is the share of the roughness over 4 pixels that is missing over 2: a
 * sharp edge is as rough over both, a blurred one is not. Both keep out of the classical estimate: they say nothing of an aggregate.
 *
 * @param image fraction of the incident beam, or on the contrast scale
 * @returns [RECORDING_MEASURES.length], all finite
 * @example
 * import { measureRecording } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.from({ length: 1024 }, (_, i) => 0.01 + 0.001 * Math.sin(i * i));
 * const image = { width: 32, height: 32, data, pixelSizeNm: 1, intensityUnit: "fraction of the incident beam" } as const;
 * const noisier = { ...image, data: data.map((value) => 0.01 + 2 * (value - 0.01)) };
 * expect(measureRecording(noisier)[0] - measureRecording(image)[0]).toBeCloseTo(Math.log(2), 1);
 */
export function measureRecording(image: GrayImage): Float64Array {
  const softness = roughness(image, 4) / roughness(image, 2);
  return Float64Array.of(Math.log(backgroundNoise(image) + FLOOR), Math.log(softness));
}

/** Median of absolute values over the standard deviation of a normal distribution. */
const MEDIAN_PER_DEVIATION = 0.6745;

/**
 * Standard deviation of the noise by the mask that is blind to planes and straight edges along the axes [immerkaer1996]:
 * [1 -2 1; -2 4 -2; 1 -2 1] / 6; the median over the darker half of the pixels.
 *
 * The mask is that of `pixelNoise`, the levels are not: models that ship have their limits by the mean of all nine pixels, without pixels
 * that equal their neighbours. With `pixelNoise` the logarithm differs by 0.02 on absolute intensities, by 0.4 on clipped ones of 8 bits.
 */
function backgroundNoise({ width, height, data, intensityUnit }: GrayImage): number {
  const isAbsolute = intensityUnit === "fraction of the incident beam";
  const values: number[] = [];
  const means: number[] = [];
  const residuals: number[] = [];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const corners = data[i - width - 1] + data[i - width + 1] + data[i + width - 1] + data[i + width + 1];
      const edges = data[i - width] + data[i + width] + data[i - 1] + data[i + 1];
      const residual = Math.abs(corners - 2 * edges + 4 * data[i]) / 6;
      // padding round a small image is of one value: it has no noise to be measured
      if (residual === 0 && data[i] === data[i - 1] && data[i] === data[i - width]) continue;
      const mean = (corners + edges + data[i]) / 9;
      values.push(data[i]);
      means.push(mean);
      residuals.push(isAbsolute ? residual / Math.sqrt(Math.max(mean, FLOOR)) : residual);
    }
  }
  if (values.length === 0) return 0;
  const middle = median(Float64Array.from(values));
  const darker = residuals.filter((_, k) => means[k] <= middle);
  return median(Float64Array.from(darker)) / MEDIAN_PER_DEVIATION;
}

/**
 * Mean square of the second difference over a distance, along rows and columns.
 *
 * Each is multiplied by that of the next row or column in place of itself: what the image shows is nearly the same there,
 * the noise of the two has nothing in common, and so leaves no mean.
 */
function roughness({ width, height, data }: GrayImage, distancePx: number): number {
  const sumAlong = (length: number, lines: number, step: number, lineStep: number) => {
    let sum = 0;
    for (let line = 0; line < lines - 1; line++) {
      for (let k = distancePx; k < length - distancePx; k++) {
        const i = line * lineStep + k * step;
        sum +=
          secondDifference(data, i, distancePx * step) *
          secondDifference(data, i + lineStep, distancePx * step);
      }
    }
    return sum / ((lines - 1) * (length - 2 * distancePx));
  };
  return Math.max(sumAlong(width, height, 1, width) + sumAlong(height, width, width, 1), FLOOR ** 2);
}

function secondDifference(data: Float32Array, at: number, offset: number): number {
  return data[at - offset] - 2 * data[at] + data[at + offset];
}
