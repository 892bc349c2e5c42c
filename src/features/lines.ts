import type { GrayImage } from "../core/index.ts";
import { gaussianBlur } from "../image/index.ts";
import type { Feature } from "./feature.ts";

const SIGMAS_PX = [1, 2, 4] as const;

/**
 * Line features: how much of the image is dark lines (cracks, films between grains) and bright ones, at three widths, and whether
 * its structure curves one way or both. From the curvatures of the blurred image [steger1998].
 */
export function lineFeatures(image: GrayImage): Feature[] {
  const { width, height } = image;
  const { data, deviation } = centred(image.data);
  return SIGMAS_PX.flatMap((sigmaPx) => {
    const blurred = gaussianBlur(data, { width, height }, sigmaPx, { border: "zero", reachPx: 4 * sigmaPx });
    const { dark, bright, anisotropy } = lineStrengths(blurred, width, height, Math.ceil(3 * sigmaPx));
    // curvature falls with the square of the width: times sigma^2 lines of all widths weigh the same [steger1998]
    const scale = deviation === 0 ? 0 : sigmaPx ** 2 / deviation;
    const entry = (name: string, value: number): Feature => ({
      name: `lines ${name} ${sigmaPx} px`,
      value,
      unit: "1",
      source: "steger1998",
    });
    return [entry("dark", dark * scale), entry("bright", bright * scale), entry("anisotropy", anisotropy)];
  });
}

/** Grey less its mean, so that the zero outside the image is no edge, and its standard deviation. */
function centred(values: Float32Array): { readonly data: Float64Array; readonly deviation: number } {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  const data = new Float64Array(values.length);
  let squares = 0;
  for (let i = 0; i < data.length; i++) {
    data[i] = values[i] - mean;
    squares += data[i] * data[i];
  }
  return { data, deviation: Math.sqrt(squares / data.length) };
}

/** Means over all pixels further from the border than the margin, which shrinks where the image is too small for it. */
function lineStrengths(data: Float64Array, width: number, height: number, wantedMargin: number) {
  const margin = Math.max(1, Math.min(wantedMargin, Math.floor(Math.min(width, height) / 4)));
  let [dark, bright, different, whole] = [0, 0, 0, 0];
  for (let y = margin; y < height - margin; y++) {
    for (let x = margin; x < width - margin; x++) {
      const i = y * width + x;
      const xx = data[i - 1] - 2 * data[i] + data[i + 1];
      const yy = data[i - width] - 2 * data[i] + data[i + width];
      const xy = (data[i - width - 1] + data[i + width + 1] - data[i - width + 1] - data[i + width - 1]) / 4;
      // principal curvatures: half trace plus and minus the root of what is left
      const half = (xx + yy) / 2;
      const root = Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
      if (half + root > 0) dark += half + root;
      if (half - root < 0) bright += root - half;
      different += root * root;
      whole += half * half + root * root;
    }
  }
  const count = (width - 2 * margin) * (height - 2 * margin);
  return { dark: dark / count, bright: bright / count, anisotropy: whole === 0 ? 0 : different / whole };
}
