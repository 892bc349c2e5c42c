import type { ConvolutionGeometry } from "./operator.ts";
import type { OnnxWriter } from "./onnx-writer.ts";
import type { Shape } from "./shape.ts";

/** An ONNX tensor while a graph is lowered: its name and its shape. */
export interface LoweredTensor {
  readonly name: string;
  readonly shape: Shape;
}

/**
 * Lowers a convolution to ONNX Conv.
 *
 * @param writer takes the nodes
 * @param geometry stride, padding, dilation, groups
 * @param inputs image, filter and, where there is one, bias
 * @returns name of the result
 */
export function lowerConvolution(
  writer: OnnxWriter,
  geometry: ConvolutionGeometry,
  inputs: readonly LoweredTensor[],
): string {
  const names = inputs.map((input) => input.name);
  return writer.emit("Conv", names, convolutionAttributes(geometry, inputs[1].shape[2]));
}

/**
 * Lowers the transpose of a convolution.
 *
 * With stride 1 it is again a convolution, with the filter's channels swapped and its taps reversed, and ONNX
 * Runtime's Conv is far faster than its ConvTranspose.
 *
 * @param writer takes the nodes
 * @param geometry of the convolution
 * @param inputs filter [ci, co/groups, k, k] and image
 * @param shape of the result
 * @returns name of the result
 */
export function lowerTransposedConvolution(
  writer: OnnxWriter,
  geometry: ConvolutionGeometry,
  [filter, x]: readonly LoweredTensor[],
  shape: Shape,
): string {
  const { stride, padding, dilation, groups } = geometry;
  const size = filter.shape[2];
  const reach = dilation * (size - 1);
  if (stride === 1 && groups === 1 && padding <= reach) {
    const flipped = flipFilter(writer, filter);
    const attributes = convolutionAttributes({ ...geometry, padding: reach - padding }, size);
    return writer.emit("Conv", [x.name, flipped], attributes);
  }
  const missing = [2, 3].map(
    (axis) => shape[axis] - ((x.shape[axis] - 1) * stride - 2 * padding + reach + 1),
  );
  return writer.emit("ConvTranspose", [x.name, filter.name], {
    ...convolutionAttributes(geometry, size),
    output_padding: { ints: missing },
  });
}

/**
 * Lowers the filter gradient of a convolution: one matrix product for each tap of the filter.
 *
 * @param writer takes the nodes
 * @param geometry of the convolution
 * @param inputs image [n, ci, h, w] and output gradient [n, co, h', w']
 * @param filterSize edge of the filter
 * @returns name of the result, [co, ci/groups, k, k]
 */
export function lowerFilterGradient(
  writer: OnnxWriter,
  geometry: ConvolutionGeometry,
  [x, gradient]: readonly LoweredTensor[],
  filterSize: number,
): string {
  const { padding, groups } = geometry;
  const [n, co, height, width] = gradient.shape;
  const ci = x.shape[1];
  const border = writer.int64([0, 0, padding, padding, 0, 0, padding, padding]);
  const padded = padding === 0 ? x.name : writer.emit("Pad", [x.name, border]);
  const rows = writer.int64([n, groups, ci / groups, height * width]);
  const taps = Array.from({ length: filterSize ** 2 }, (_, tap) => {
    const shifted = sliceTap(
      writer,
      geometry,
      padded,
      [height, width],
      [Math.floor(tap / filterSize), tap % filterSize],
    );
    return writer.emit("Reshape", [shifted, rows]);
  });
  const columns = taps.length === 1 ? taps[0] : writer.emit("Concat", taps, { axis: { int: 2 } });
  const flat = writer.emit("Reshape", [
    gradient.name,
    writer.int64([n, groups, co / groups, height * width]),
  ]);
  // [n, groups, co/groups, pixels] x [n, groups, k^2 ci/groups, pixels]^T
  const products = writer.emit("FusedMatMul", [flat, columns], { transB: { int: 1 } }, "com.microsoft");
  const summed = writer.emit("ReduceSum", [products, writer.int64([0])], { keepdims: { int: 0 } });
  const split = writer.emit("Reshape", [summed, writer.int64([co, filterSize ** 2, ci / groups])]);
  const ordered = writer.emit("Transpose", [split], { perm: { ints: [0, 2, 1] } });
  return writer.emit("Reshape", [ordered, writer.int64([co, ci / groups, filterSize, filterSize])]);
}

/** The pixels that one tap of the filter meets, one for each output pixel. */
function sliceTap(
  writer: OnnxWriter,
  { stride, dilation }: ConvolutionGeometry,
  padded: string,
  extents: readonly number[],
  tap: readonly number[],
): string {
  const starts = tap.map((index) => index * dilation);
  const ends = starts.map((start, axis) => start + (extents[axis] - 1) * stride + 1);
  const inputs = [starts, ends, [2, 3], [stride, stride]].map((list) => writer.int64(list));
  return writer.emit("Slice", [padded, ...inputs]);
}

function flipFilter(writer: OnnxWriter, filter: LoweredTensor): string {
  const [co, ci, size] = filter.shape;
  const swapped = writer.emit("Transpose", [filter.name], { perm: { ints: [1, 0, 2, 3] } });
  if (size === 1) return swapped;
  const flat = writer.emit("Reshape", [swapped, writer.int64([ci, co, size * size])]);
  const reversed = Array.from({ length: size * size }, (_, tap) => size * size - 1 - tap);
  const flipped = writer.emit("Gather", [flat, writer.int64(reversed)], { axis: { int: 2 } });
  return writer.emit("Reshape", [flipped, writer.int64([ci, co, size, size])]);
}

function convolutionAttributes({ stride, padding, dilation, groups }: ConvolutionGeometry, size: number) {
  return {
    kernel_shape: { ints: [size, size] },
    strides: { ints: [stride, stride] },
    pads: { ints: [padding, padding, padding, padding] },
    dilations: { ints: [dilation, dilation] },
    group: { int: groups },
  };
}
