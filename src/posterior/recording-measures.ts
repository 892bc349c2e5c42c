import { median, type GrayImage } from "../core/index.ts";
import { brightBorderShare } from "../image/index.ts";
import { measureBackground } from "./background-measures.ts";

/** What is wrong with a recording, of which the image is "it", and what to do. */
export interface RecordingFault {
  readonly text: string;
  readonly remedy: string;
}

/** A measure of how an image was recorded, and what it means to lie beyond all that a network knows. */
export interface RecordingMeasure {
  readonly name: string;
  readonly above: RecordingFault;
  /** Null where less is no fault. */
  readonly below: RecordingFault | null;
}

const DISPLACED = "scan faster and average frames that were aligned, or look for what shakes the microscope";

/** What is measured, in the order of measureRecording; model files have limits for the first two, or for all. */
export const RECORDING_MEASURES: readonly RecordingMeasure[] = [
  {
    name: "ln noise of the background",
    above: { text: "it is noisier than any image known", remedy: "record with more electrons" },
    below: {
      text: "it is less noisy than any image known",
      remedy: "give the file as it was recorded, neither denoised nor averaged, or train at this dose",
    },
  },
  {
    name: "ln softness",
    above: {
      text: "it is softer than any image known",
      remedy: "focus, or train with this width of the probe",
    },
    below: {
      text: "it is sharper than any image known",
      remedy: "give the file as it was recorded, not sharpened",
    },
  },
  {
    name: "ln roughness along columns over that along rows",
    above: { text: "its rows are displaced against each other", remedy: DISPLACED },
    below: { text: "its columns are displaced against each other", remedy: DISPLACED },
  },
  {
    name: "ln rise of the background",
    above: { text: "its background rises across the field", remedy: "choose a place where the film is even" },
    below: null,
  },
  {
    name: "correlation of the background",
    above: {
      text: "the film has structure of the particles' size",
      remedy: "use a thinner or smoother film, or train with this texture",
    },
    below: null,
  },
  {
    name: "share of the border that is covered",
    above: {
      text: "matter reaches its border",
      remedy: "record a larger field, or cut the image so that one aggregate lies alone in the middle",
    },
    below: null,
  },
];

/** Added before logarithms are taken, far below what any image holds. */
const FLOOR = 1e-9;
/** A background that rises by a tenth of its noise is as good as an even one [standard deviations]. */
const LEAST_RISE = 0.1;
/** Rows that are out of place are rough over one pixel already. */
const ROW_PX = 1;

/**
 * Measures how an image was recorded, whatever it shows: noise and softness, rows out of place, the background, and how much of the
 * border is covered.
 *
 * The noise is that of the darker half of the pixels, over the square root of what lies there where intensities are
 * absolute: 1 / sqrt(dose) for shot noise. Softness is the share of the roughness over 4 pixels that is missing over 2: a
 * sharp edge is as rough over both, a blurred one is not. Rows that are displaced against each other are rough along columns and not
 * along rows. All keep out of the classical estimate: they say nothing of an aggregate.
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
  const [alongColumns, alongRows] = (["columns", "rows"] as const).map((direction) =>
    Math.max(roughnessAlong(image, direction, ROW_PX), FLOOR ** 2),
  );
  const { rise, correlation } = measureBackground(image);
  return Float64Array.of(
    Math.log(backgroundNoise(image) + FLOOR),
    Math.log(softness),
    Math.log(alongColumns / alongRows),
    Math.log(rise + LEAST_RISE),
    correlation,
    brightBorderShare(image),
  );
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
  const insideCount = Math.max(0, (width - 2) * (height - 2));
  const [values, means, residuals] = [0, 1, 2].map(() => new Float64Array(insideCount));
  let count = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const corners = data[i - width - 1] + data[i - width + 1] + data[i + width - 1] + data[i + width + 1];
      const edges = data[i - width] + data[i + width] + data[i - 1] + data[i + 1];
      const residual = Math.abs(corners - 2 * edges + 4 * data[i]) / 6;
      // padding round a small image is of one value: it has no noise to be measured
      if (residual === 0 && data[i] === data[i - 1] && data[i] === data[i - width]) continue;
      const mean = (corners + edges + data[i]) / 9;
      values[count] = data[i];
      means[count] = mean;
      residuals[count] = isAbsolute ? residual / Math.sqrt(Math.max(mean, FLOOR)) : residual;
      count++;
    }
  }
  if (count === 0) return 0;
  const middle = median(values.subarray(0, count));
  let darkCount = 0;
  // those of the darker half move to the front
  for (let k = 0; k < count; k++) if (means[k] <= middle) residuals[darkCount++] = residuals[k];
  if (darkCount === 0) return 0;
  return median(residuals.subarray(0, darkCount)) / MEDIAN_PER_DEVIATION;
}

/** Mean square of the second difference over a distance, along rows and columns. */
function roughness(image: GrayImage, distancePx: number): number {
  const [rows, columns] = (["rows", "columns"] as const).map((d) => roughnessAlong(image, d, distancePx));
  return Math.max(rows + columns, FLOOR ** 2);
}

/**
 * Mean square of the second difference over a distance, along rows or along columns.
 *
 * Each is multiplied by that of the next row or column in place of itself: what the image shows is nearly the same there,
 * the noise of the two has nothing in common, and so leaves no mean.
 */
function roughnessAlong(
  { width, height, data }: GrayImage,
  direction: "rows" | "columns",
  distancePx: number,
): number {
  const [length, lines, step, lineStep] =
    direction === "rows" ? [width, height, 1, width] : [height, width, width, 1];
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
}

function secondDifference(data: Float32Array, at: number, offset: number): number {
  return data[at - offset] - 2 * data[at] + data[at + offset];
}
