import type { ConvolutionGeometry } from "./operator.ts";
import type { OnnxWriter } from "./onnx-writer.ts";
import type { Shape } from "./shape.ts";

/** An ONNX tensor while a graph is lowered: its name and its shape. */
export interface LoweredTensor {
  readonly name: string;
  readonly shape: Shape;
}

/** Lowers a convolution to ONNX Conv. */
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
 * @param inputs filter [ci, co/groups, k, k] and image
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

function flipFilter(writer: OnnxWriter, filter: LoweredTensor): string {
  const [co, ci, size] = filter.shape;
  const swapped = writer.emit("Transpose", [filter.name], { perm: { ints: [1, 0, 2, 3] } });
  if (size === 1) return swapped;
  const flat = writer.emit("Reshape", [swapped, writer.int64([ci, co, size * size])]);
  const reversed = Array.from({ length: size * size }, (_, tap) => size * size - 1 - tap);
  const flipped = writer.emit("Gather", [flat, writer.int64(reversed)], { axis: { int: 2 } });
  return writer.emit("Reshape", [flipped, writer.int64([ci, co, size, size])]);
}

/** Attributes of ONNX Conv. */
export function convolutionAttributes(
  { stride, padding, dilation, groups }: ConvolutionGeometry,
  size: number,
) {
  return {
    kernel_shape: { ints: [size, size] },
    strides: { ints: [stride, stride] },
    pads: { ints: [padding, padding, padding, padding] },
    dilations: { ints: [dilation, dilation] },
    group: { int: groups },
  };
}
