import type { ConvolutionGeometry, Shape } from "../../src/graph/index.ts";
import { sizeOf } from "../../src/graph/index.ts";
import type { Tensor64 } from "./tensor64.ts";

/** One multiplication of a convolution: offsets in image, filter and output. */
type Tap = (image: number, filter: number, output: number) => void;

/**
 * Convolution by its definition.
 *
 * @param x image [n, ci, h, w]
 * @param filter [co, ci/groups, k, k]
 * @param bias [co] or null
 * @param shape of the result, [n, co, h', w']
 */
export function conv2d64(
  geometry: ConvolutionGeometry,
  x: Tensor64,
  filter: Tensor64,
  bias: Tensor64 | null,
  shape: Shape,
): Float64Array {
  const plane = shape[2] * shape[3];
  const result = new Float64Array(sizeOf(shape));
  if (bias) result.forEach((_, i) => (result[i] = bias.data[Math.floor(i / plane) % shape[1]]));
  forEachTap(geometry, x.shape, filter.shape, shape, (image, weight, output) => {
    result[output] += x.data[image] * filter.data[weight];
  });
  return result;
}

/**
 * Transpose of the convolution: spreads every output pixel back over the image.
 *
 * @param filter [co, ci/groups, k, k] of the convolution
 * @param gradient [n, co, h', w'], shaped like the convolution's output
 */
export function convTranspose2d64(
  geometry: ConvolutionGeometry,
  filter: Tensor64,
  gradient: Tensor64,
  shape: Shape,
): Float64Array {
  const result = new Float64Array(sizeOf(shape));
  forEachTap(geometry, shape, filter.shape, gradient.shape, (image, weight, output) => {
    result[image] += gradient.data[output] * filter.data[weight];
  });
  return result;
}

/**
 * Gradient of the filter: correlates image and output gradient.
 *
 * @param x image [n, ci, h, w]
 * @param gradient [n, co, h', w']
 */
export function conv2dFilterGradient64(
  geometry: ConvolutionGeometry,
  x: Tensor64,
  gradient: Tensor64,
  shape: Shape,
): Float64Array {
  const result = new Float64Array(sizeOf(shape));
  forEachTap(geometry, x.shape, shape, gradient.shape, (image, weight, output) => {
    result[weight] += x.data[image] * gradient.data[output];
  });
  return result;
}

/** Walks y[n, o, r, c] += x[n, i, r s + a d - p, c s + b d - p] f[o, i, a, b] over all its terms. */
function forEachTap(
  geometry: ConvolutionGeometry,
  image: Shape,
  filter: Shape,
  output: Shape,
  visit: Tap,
): void {
  const { stride, padding, dilation, groups } = geometry;
  const [n, co, height, width] = output;
  const [, ciOfGroup, size] = filter;
  const coOfGroup = co / groups;
  for (let outer = 0; outer < n * co; outer++) {
    const [sample, o] = [Math.floor(outer / co), outer % co];
    for (let inner = 0; inner < ciOfGroup * size * size; inner++) {
      const i = Math.floor(inner / (size * size)) + Math.floor(o / coOfGroup) * ciOfGroup;
      const rowShift = (Math.floor(inner / size) % size) * dilation - padding;
      const columnShift = (inner % size) * dilation - padding;
      const plane = (sample * image[1] + i) * image[2];
      for (let pixel = 0; pixel < height * width; pixel++) {
        const row = Math.floor(pixel / width) * stride + rowShift;
        const column = (pixel % width) * stride + columnShift;
        if (row < 0 || column < 0 || row >= image[2] || column >= image[3]) continue;
        visit(
          (plane + row) * image[3] + column,
          o * ciOfGroup * size * size + inner,
          outer * height * width + pixel,
        );
      }
    }
  }
}
