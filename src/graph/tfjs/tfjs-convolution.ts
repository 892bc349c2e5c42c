import type * as Tf from "@tensorflow/tfjs-core";
import { rangeError } from "../../core/index.ts";
import { intOf, intsOf, type TfjsNode } from "./tfjs-node.ts";

type Image = Tf.Tensor4D;

/** [n, c, h, w] -> [n, h, w, c]: TensorFlow.js has its channels last. */
const channelsLast = (tf: typeof Tf, x: Tf.Tensor): Image => tf.transpose(x as Image, [0, 2, 3, 1]);
const channelsFirst = (tf: typeof Tf, x: Image): Tf.Tensor => tf.transpose(x, [0, 3, 1, 2]);

/** ONNX Conv: image [n, ci, h, w], filter [co, ci / groups, k, k] and bias [co] or none. */
export function convolve(node: TfjsNode): Tf.Tensor {
  const { tf, x } = node;
  const groups = intOf(node, "group", 1);
  const [top, left, bottom, right] = intsOf(node, "pads", [0, 0, 0, 0]);
  const [stride] = intsOf(node, "strides", [1]);
  const [dilation] = intsOf(node, "dilations", [1]);
  const framed = tf.pad(channelsLast(tf, x[0]), [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]) as Image;
  // [co, ci, k, k] -> [k, k, ci, co]
  const filters = tf
    .split<Image>(x[1] as Image, groups, 0)
    .map((one) => tf.transpose(one, [2, 3, 1, 0]) as Image);
  const parts = tf
    .split<Image>(framed, groups, 3)
    .map((image, group) => tf.conv2d<Image>(image, filters[group], stride, "valid", "NHWC", dilation));
  const joined = parts.length === 1 ? parts[0] : tf.concat(parts, 3);
  return channelsFirst(tf, x[2] === undefined ? joined : tf.add(joined, x[2]));
}

/** ONNX ConvTranspose: image [n, ci, h, w] and filter [ci, co / groups, k, k], the same padding on all sides. */
export function convolveTransposed(node: TfjsNode): Tf.Tensor {
  const { tf, x } = node;
  const groups = intOf(node, "group", 1);
  const [padding] = intsOf(node, "pads", [0]);
  const [stride] = intsOf(node, "strides", [1]);
  const [extraRows, extraColumns] = intsOf(node, "output_padding", [0, 0]);
  const [dilation] = intsOf(node, "dilations", [1]);
  if (dilation !== 1) {
    const wanted = "ConvTranspose must have dilation 1";
    throw rangeError({ action: "run model in TensorFlow.js" }, wanted, String(dilation));
  }
  const [n, , height, width] = x[0].shape;
  const [, filters, size] = x[1].shape;
  const rows = (height - 1) * stride + size + extraRows;
  const columns = (width - 1) * stride + size + extraColumns;
  // [ci, co, k, k] -> [k, k, co, ci]
  const taps = tf
    .split<Image>(x[1] as Image, groups, 0)
    .map((one) => tf.transpose(one, [2, 3, 1, 0]) as Image);
  const parts = tf
    .split<Image>(channelsLast(tf, x[0]), groups, 3)
    .map((image, group) =>
      tf.conv2dTranspose<Image>(image, taps[group], [n, rows, columns, filters], stride, "valid"),
    );
  const joined = tf.concat(parts, 3);
  const kept = [n, rows - 2 * padding, columns - 2 * padding, filters * groups];
  return channelsFirst(tf, tf.slice(joined, [0, padding, padding, 0], kept));
}

/** ONNX MaxPool and AveragePool without padding. */
export function pool(
  node: TfjsNode,
  compute: (tf: typeof Tf, image: Image, size: number, stride: number) => Image,
): Tf.Tensor {
  const { tf, x } = node;
  const [size] = intsOf(node, "kernel_shape", [1]);
  const [stride] = intsOf(node, "strides", [1]);
  return channelsFirst(tf, compute(tf, channelsLast(tf, x[0]), size, stride));
}
