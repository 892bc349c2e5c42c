/**
 * Convolves an image with a normalised Gaussian; pixels beyond the border repeat the border.
 *
 * @param data [height, width], row-major
 * @param width columns
 * @param height rows
 * @param sigmaPx standard deviation in pixels; below 0.05 the image is returned as it is
 * @returns a new image, or the same one where there is nothing to blur
 */
export function gaussianBlur(
  data: Float32Array,
  width: number,
  height: number,
  sigmaPx: number,
): Float32Array {
  if (sigmaPx < 0.05) return data;
  const kernel = gaussianKernel(sigmaPx);
  const alongRows = convolveLines(data, { lines: height, length: width, step: 1, stride: width }, kernel);
  return convolveLines(alongRows, { lines: width, length: height, step: width, stride: 1 }, kernel);
}

/** Pixel weights exp(-x^2/(2 sigma^2)) out to four sigma, sum 1. */
function gaussianKernel(sigmaPx: number): Float64Array {
  const reach = Math.max(1, Math.ceil(4 * sigmaPx));
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-0.5 * ((k - reach) / sigmaPx) ** 2),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

interface Lines {
  readonly lines: number;
  readonly length: number;
  /** Distance of neighbouring samples of a line, and of the starts of neighbouring lines. */
  readonly step: number;
  readonly stride: number;
}

function convolveLines(data: Float32Array, layout: Lines, kernel: Float64Array): Float32Array {
  const { lines, length, step, stride } = layout;
  const reach = (kernel.length - 1) / 2;
  const padded = new Float64Array(length + 2 * reach);
  const result = new Float32Array(data.length);
  for (let line = 0; line < lines; line++) {
    const start = line * stride;
    for (let i = 0; i < padded.length; i++) {
      padded[i] = data[start + Math.min(length - 1, Math.max(0, i - reach)) * step];
    }
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let k = 0; k < kernel.length; k++) sum += kernel[k] * padded[i + k];
      result[start + i * step] = sum;
    }
  }
  return result;
}
