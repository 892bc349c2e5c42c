import { lowerProduct } from "./lower-product.ts";
import type { LoweredTensor } from "./lower-convolution.ts";
import type { OnnxWriter } from "./onnx-writer.ts";
import type { ConvolutionGeometry } from "./operator.ts";

/** The two factors of a filter gradient and the geometry of the convolution they belong to. */
interface FilterGradient {
  readonly geometry: ConvolutionGeometry;
  /** Image [n, ci, h, w]. */
  readonly x: LoweredTensor;
  /** Output gradient [n, co, h', w']. */
  readonly gradient: LoweredTensor;
  readonly filterSize: number;
}

/** Planes of at least this many pixels leave the cache: fewer copies count for more than fewer products. */
const LARGE_PLANE = 128 * 128;
/** Planes of at most this many pixels: sums over the batch cost more than a transposition. */
const SMALL_PLANE = 16 * 16;
/** With fewer channels than this a tap alone makes a matrix too thin for the product's kernel. */
const FEW_CHANNELS = 8;

/**
 * Lowers the filter gradient of a convolution, dF[o, i, a, b] = sum over n and p of g[n, o, p] x[n, i, p + (a, b)]:
 * for each tap (a, b) of the filter a product of matrices.
 *
 * Rows of the padded image lie one behind the other, so a tap is an offset, and a slice at that offset a plain
 * copy. Measured in docs/decisions/training-speed.md against columns in one tensor, gathers and Conv.
 *
 * @param inputs image [n, ci, h, w] and output gradient [n, co, h', w']
 * @returns name of the result, [co, ci/groups, k, k]
 */
export function lowerFilterGradient(
  writer: OnnxWriter,
  geometry: ConvolutionGeometry,
  [x, gradient]: readonly LoweredTensor[],
  filterSize: number,
): string {
  const parts: FilterGradient = { geometry, x, gradient, filterSize };
  const { stride, groups } = geometry;
  if (stride > 1 || groups > 1 || filterSize === 1 || x.shape[1] < FEW_CHANNELS)
    return productsOfTaps(writer, parts);
  const plane = gradient.shape[2] * gradient.shape[3];
  if (plane <= SMALL_PLANE) return productsOverBatch(writer, parts);
  return plane >= LARGE_PLANE ? productsOfRowsAndColumns(writer, parts) : productsOfOffsets(writer, parts);
}

/** Any geometry: the pixels under each tap are sliced out, columns and rows. */
function productsOfTaps(writer: OnnxWriter, { geometry, x, gradient, filterSize }: FilterGradient): string {
  const { groups } = geometry;
  const [n, co, height, width] = gradient.shape;
  const ci = x.shape[1];
  const flat = reshape(writer, gradient.name, [n, groups, co / groups, height * width]);
  const columns = columnsOfTaps(writer, { geometry, image: x, extents: { height, width }, filterSize });
  const summed = sumOverBatch(writer, multiplyTransposed(writer, flat, columns, 4));
  const split = reshape(writer, summed, [co, filterSize ** 2, ci / groups]);
  const ordered = writer.emit("Transpose", [split], { perm: { ints: [0, 2, 1] } });
  return reshape(writer, ordered, [co, ci / groups, filterSize, filterSize]);
}

/** An image, the convolution that it goes through and the extents of the result. */
interface TapColumns {
  readonly geometry: ConvolutionGeometry;
  readonly image: LoweredTensor;
  readonly extents: { readonly height: number; readonly width: number };
  readonly filterSize: number;
}

/**
 * The pixels that each tap of a filter sees, tap after tap.
 *
 * @param columns image [n, ci, h, w], geometry, filter size and the extents h' and w' of the result
 * @returns name of [n, groups, k k ci / groups, h' w']
 */
export function columnsOfTaps(writer: OnnxWriter, columns: TapColumns): string {
  const { image, extents, filterSize } = columns;
  const { padding, groups, stride, dilation } = columns.geometry;
  const { height, width } = extents;
  const [n, ci] = image.shape;
  const border = writer.int64([0, 0, padding, padding, 0, 0, padding, padding]);
  const padded = padding === 0 ? image.name : writer.emit("Pad", [image.name, border]);
  const pixels = taps(filterSize).map((tap) => {
    const starts = tap.map((index) => index * dilation);
    const ends = [height, width].map((extent, axis) => starts[axis] + (extent - 1) * stride + 1);
    const limits = [starts, ends, [2, 3], [stride, stride]].map((list) => writer.int64(list));
    const shifted = writer.emit("Slice", [padded, ...limits]);
    return reshape(writer, shifted, [n, groups, ci / groups, height * width]);
  });
  return pixels.length === 1 ? pixels[0] : writer.emit("Concat", pixels, { axis: { int: 2 } });
}

/** One slice per tap: k^2 copies of the image. */
function productsOfOffsets(writer: OnnxWriter, parts: FilterGradient): string {
  const { geometry, x, gradient, filterSize } = parts;
  const [n, co, height] = gradient.shape;
  const frame = frameOf(parts);
  // one row more below (padImage), for the offsets of the last taps run past the last row
  const image = reshape(writer, padImage(writer, geometry, x.name), [
    n,
    x.shape[1],
    (frame.rows + 1) * frame.columns,
  ]);
  const spread = writer.emit("Pad", [gradient.name, writer.int64([0, 0, 0, 0, 0, 0, 0, frame.margin])]);
  const flat = reshape(writer, spread, [n, co, height * frame.columns]);
  const products = taps(filterSize).map(([row, column]) => {
    const offset = (row * frame.columns + column) * geometry.dilation;
    const shifted = sliceLast(writer, image, offset, height * frame.columns);
    return multiplyTransposed(writer, flat, shifted);
  });
  return joinTaps(writer, products, [co, x.shape[1], filterSize], n);
}

/** Rows are shifted in the image and columns in the gradient: 2k copies, k of each. */
function productsOfRowsAndColumns(writer: OnnxWriter, parts: FilterGradient): string {
  const { x, gradient, filterSize } = parts;
  const [n, co, height] = gradient.shape;
  const length = height * frameOf(parts).columns;
  const { rows, columns } = shiftedFactors(writer, parts, x.name, gradient.name);
  const images = rows.map((row) => reshape(writer, row, [n, x.shape[1], length]));
  const gradients = columns.map((column) => reshape(writer, column, [n, co, length]));
  const products = images.flatMap((image) =>
    gradients.map((shifted) => multiplyTransposed(writer, shifted, image)),
  );
  return joinTaps(writer, products, [co, x.shape[1], filterSize], n);
}

/** One slice per tap with the samples of the batch one behind the other, so that the product sums over them too. */
function productsOverBatch(writer: OnnxWriter, parts: FilterGradient): string {
  const { geometry, x, gradient, filterSize } = parts;
  const [n, co, height] = gradient.shape;
  const ci = x.shape[1];
  const frame = frameOf(parts);
  const length = height * frame.columns;
  const swap = (name: string) => writer.emit("Transpose", [name], { perm: { ints: [1, 0, 2, 3] } });
  const padded = padImage(writer, geometry, swap(x.name));
  const image = reshape(writer, padded, [ci, n, (frame.rows + 1) * frame.columns]);
  const margin = writer.int64([0, 0, 0, 0, 0, 0, 0, frame.margin]);
  const flat = reshape(writer, writer.emit("Pad", [swap(gradient.name), margin]), [co, n * length]);
  const products = taps(filterSize).map(([row, column]) => {
    const offset = (row * frame.columns + column) * geometry.dilation;
    const shifted = reshape(writer, sliceLast(writer, image, offset, length), [ci, n * length]);
    return writer.emit("Gemm", [flat, shifted], { transB: { int: 1 } });
  });
  return joinTaps(writer, products, [co, ci, filterSize]);
}

/**
 * The image shifted up by the filter's rows, the gradient shifted right by its columns, both as wide as the padded
 * image. A negative pad crops, so shifting and padding are one copy.
 */
function shiftedFactors(writer: OnnxWriter, parts: FilterGradient, image: string, gradient: string) {
  const { geometry, filterSize, x } = parts;
  const { margin } = frameOf(parts);
  const { padding } = geometry;
  const indices = Array.from({ length: filterSize }, (_, index) => index * geometry.dilation);
  const surplus = x.shape[2] + padding - parts.gradient.shape[2];
  const pad = (name: string, top: number, left: number, bottom: number, right: number) =>
    writer.emit("Pad", [name, writer.int64([0, 0, top, left, 0, 0, bottom, right])]);
  return {
    rows: indices.map((row) => pad(image, padding - row, padding, row - surplus, padding)),
    columns: indices.map((column) => pad(gradient, 0, column, 0, margin - column)),
  };
}

/** Extents of the padded image, and the columns it has more than the gradient. */
function frameOf({ geometry, x, gradient }: FilterGradient) {
  const [rows, columns] = [2, 3].map((axis) => x.shape[axis] + 2 * geometry.padding);
  return { rows, columns, margin: columns - gradient.shape[3] };
}

function padImage(writer: OnnxWriter, { padding }: ConvolutionGeometry, image: string): string {
  return writer.emit("Pad", [image, writer.int64([0, 0, padding, padding, 0, 0, padding + 1, padding])]);
}

/** [n, a, p] x [n, b, p]^T -> [n, a, b], with as many axes before as the rank says. */
function multiplyTransposed(writer: OnnxWriter, a: string, b: string, rank = 3): string {
  return lowerProduct(writer, a, b, { transposeA: false, transposeB: true, rank });
}

/**
 * Tensors [n, co, ci], one per tap -> [co, ci, k, k], summed over n; or [co, ci] with n = 1.
 *
 * All taps are summed at once: a node costs some microseconds, however little it does.
 */
function joinTaps(
  writer: OnnxWriter,
  parts: readonly string[],
  [co, ci, size]: readonly number[],
  n = 1,
): string {
  const joined = writer.emit("Concat", parts, { axis: { int: 0 } });
  const flat = reshape(writer, joined, n === 1 ? [size ** 2, co * ci] : [size ** 2, n, co * ci]);
  const summed =
    n === 1 ? flat : writer.emit("ReduceSum", [flat, writer.int64([1])], { keepdims: { int: 0 } });
  const ordered = writer.emit("Transpose", [summed], { perm: { ints: [1, 0] } });
  return reshape(writer, ordered, [co, ci, size, size]);
}

function sumOverBatch(writer: OnnxWriter, product: string): string {
  return writer.emit("ReduceSum", [product, writer.int64([0])], { keepdims: { int: 0 } });
}

function taps(filterSize: number): [number, number][] {
  return Array.from({ length: filterSize ** 2 }, (_, tap) => [
    Math.floor(tap / filterSize),
    tap % filterSize,
  ]);
}

function sliceLast(writer: OnnxWriter, name: string, start: number, length: number): string {
  const limits = [[start], [start + length], [2]].map((list) => writer.int64(list));
  return writer.emit("Slice", [name, ...limits]);
}

function reshape(writer: OnnxWriter, name: string, shape: readonly number[]): string {
  return writer.emit("Reshape", [name, writer.int64(shape)]);
}
