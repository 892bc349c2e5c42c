import { BLOCKED_DOMAIN } from "./channel-blocks.ts";
import type { ChannelBlocks, PlacedTensor } from "./channel-blocks.ts";
import { convolutionAttributes } from "./lower-convolution.ts";
import type { LoweredTensor } from "./lower-convolution.ts";
import { columnsOfTaps } from "./lower-filter-gradient.ts";
import { LOWERING_RULES, poolAttributes } from "./lowering-rules.ts";
import type { ConvolutionGeometry, Operator, OperatorKind, OperatorOf, PoolGeometry } from "./operator.ts";
import { applyRule } from "./operator.ts";
import { isSameShape, sizeOf } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** Name of a result and its layout; null where the operator has to be lowered on plain tensors. */
type Lowered = Pick<PlacedTensor, "name" | "isBlocked"> | null;

/** (operator, blocks, inputs, shape of the result) -> the result. */
type BlockedRules = {
  readonly [K in OperatorKind]?: (
    operator: OperatorOf<K>,
    blocks: ChannelBlocks,
    inputs: readonly PlacedTensor[],
    shape: Shape,
  ) => Lowered;
};

const inBlocks = (name: string): Lowered => ({ name, isBlocked: true });
const inPlain = (name: string): Lowered => ({ name, isBlocked: false });

/**
 * Lowers an operator to ONNX Runtime's operators on blocks of channels, where there are such and it pays.
 *
 * Convolutions take twice as long on [n, c, h, w] as on [n, c / 16, h, w, 16]
 * (docs/decisions/training-speed.md). ONNX Runtime changes layout by itself only for convolutions with stored filters;
 * the filters of a training step are inputs.
 *
 * @returns name and layout of the result; null when the operator has to be lowered on plain tensors
 */
export function lowerBlocked(
  operator: Operator,
  blocks: ChannelBlocks,
  inputs: readonly PlacedTensor[],
  shape: Shape,
): Lowered {
  if (blocks.size === 1 || shape.length !== 4) return null;
  // the table's type pairs each kind with its own record; the compiler cannot follow that through a variable
  const rule = BLOCKED_RULES[operator.kind] as NonNullable<BlockedRules["unary"]> | undefined;
  return rule?.(operator as OperatorOf<"unary">, blocks, inputs, shape) ?? null;
}

/** Element by element: the layout does not matter as long as all images share it. */
function elementwise(
  operator: Operator,
  blocks: ChannelBlocks,
  inputs: readonly PlacedTensor[],
  shape: Shape,
) {
  const isImage = (tensor: PlacedTensor) => isSameShape(tensor.shape, shape);
  if (!inputs.some((tensor) => tensor.isBlocked)) return null;
  if (!inputs.every((tensor) => isImage(tensor) || sizeOf(tensor.shape) === 1)) return null;
  const placed = inputs.map((tensor) => (isImage(tensor) ? blocks.blocked(tensor) : blocks.plain(tensor)));
  return inBlocks(applyRule(LOWERING_RULES, operator, blocks.writer, placed, shape));
}

const BLOCKED_RULES: BlockedRules = {
  unary: elementwise,
  leakyRelu: elementwise,
  clamp: elementwise,
  binary: elementwise,
  where: elementwise,
  stopGradient: (_, __, [x]) => (x.isBlocked ? inBlocks(x.name) : null),
  conv2d: (geometry, blocks, [x, filter, bias]) =>
    convolve(blocks, geometry, x, blocks.plain(filter), bias === undefined ? [] : [blocks.plain(bias).name]),
  convTranspose2d: (geometry, blocks, [filter, x]) =>
    convolveTransposed(blocks, geometry, blocks.plain(filter), x),
  maxPool2d: (geometry, blocks, [x]) => pool("MaxPool", geometry, blocks, x),
  averagePool2d: (geometry, blocks, [x]) => pool("AveragePool", geometry, blocks, x),
  upsampleNearest: ({ scale }, blocks, [x]) => (x.isBlocked ? inBlocks(spread(blocks, x.name, scale)) : null),
  maxPool2dGradient: (geometry, blocks, inputs) => maxPoolGradient(geometry, blocks, inputs),
  conv2dFilterGradient: (geometry, blocks, [x, gradient]) =>
    thinFilterGradient(blocks, geometry, x, gradient),
  reduceSum: ({ axes }, blocks, [x]) => (axes.join() === "0,2,3" ? sumsOfChannels(blocks, x) : null),
  concat: ({ axis }, blocks, inputs) => {
    const areWhole = inputs.every((tensor) => tensor.isBlocked && blocks.fit(tensor.shape[1]));
    if (axis !== 1 || !areWhole) return null;
    const names = inputs.map((tensor) => tensor.name);
    return inBlocks(blocks.writer.emit("Concat", names, { axis: { int: 1 } }));
  },
  slice: ({ axis, start, end }, blocks, [x]) => {
    if (axis !== 1 || !x.isBlocked || !blocks.fit(start) || !blocks.fit(end)) return null;
    const { writer } = blocks;
    const limits = [[start], [end], [1]].map((list) => writer.int64(list));
    return inBlocks(writer.emit("Slice", [x.name, ...limits]));
  },
};

/** A convolution to blocks: from blocks, or from a plain image of fewer channels than a block has. */
function convolve(
  blocks: ChannelBlocks,
  geometry: ConvolutionGeometry,
  x: PlacedTensor,
  filter: PlacedTensor,
  bias: readonly string[],
): Lowered {
  const isThin = x.shape[1] < blocks.size;
  if (geometry.groups !== 1 || !blocks.fit(filter.shape[0]) || !(isThin || blocks.fit(x.shape[1])))
    return null;
  const image = isThin ? blocks.plain(x) : blocks.blocked(x);
  const blocked = isThin ? blockThinFilter(blocks, filter) : blockFilter(blocks, filter);
  const attributes = convolutionAttributes(geometry, filter.shape[2]);
  return inBlocks(blocks.writer.emit("Conv", [image.name, blocked, ...bias], attributes, BLOCKED_DOMAIN));
}

/** The input gradient: a convolution of blocks with the filter's channels swapped and its taps reversed. */
function convolveTransposed(
  blocks: ChannelBlocks,
  geometry: ConvolutionGeometry,
  filter: PlacedTensor,
  x: PlacedTensor,
): Lowered {
  const { stride, padding, dilation, groups } = geometry;
  const [co, ci, size] = filter.shape;
  const reach = dilation * (size - 1);
  const isConvolution = stride === 1 && groups === 1 && padding <= reach;
  if (!isConvolution || !blocks.fit(co) || !blocks.fit(ci)) return null;
  const inputs = [blocks.blocked(x).name, blockSwappedFilter(blocks, filter)];
  const attributes = convolutionAttributes({ ...geometry, padding: reach - padding }, size);
  return inBlocks(blocks.writer.emit("Conv", inputs, attributes, BLOCKED_DOMAIN));
}

/*
 * Filters [co, ci, k, k] in blocks are [co / b, ci / b, k, k, b of ci, b of co]. ONNX Runtime transposes quickly when it
 * moves one axis or whole rows, so that takes two steps; the Gather between, which reverses taps where that is wanted,
 * keeps its optimiser from making them one again (1.2 ms, not 2.9, for 256 x 256 x 3 x 3).
 */
function blockFilter(blocks: ChannelBlocks, { name, shape: [co, ci, size] }: LoweredTensor): string {
  const b = blocks.size;
  const { reshape, transpose, orderTaps } = filterSteps(blocks, size);
  const innermost = transpose(reshape(name, [co / b, b, ci * size ** 2]), [0, 2, 1]);
  const ordered = orderTaps(reshape(innermost, [(co * ci) / b ** 2, b, size ** 2, b]), 2, false);
  return reshape(transpose(ordered, [0, 2, 1, 3]), [co, ci, size, size]);
}

/** As blockFilter, of the filter [ci, co, k, k] with reversed taps. */
function blockSwappedFilter(blocks: ChannelBlocks, { name, shape: [co, ci, size] }: LoweredTensor): string {
  const b = blocks.size;
  const { reshape, transpose, orderTaps } = filterSteps(blocks, size);
  const innermost = transpose(reshape(name, [(co * ci) / b, b, size ** 2]), [0, 2, 1]);
  const ordered = orderTaps(innermost, 1, true);
  const blocked = transpose(reshape(ordered, [co / b, b, ci / b, size ** 2, b]), [2, 0, 3, 1, 4]);
  return reshape(blocked, [ci, co, size, size]);
}

/** For a plain image: [co / b, ci, k, k, b of co]. */
function blockThinFilter(blocks: ChannelBlocks, { name, shape }: LoweredTensor): string {
  const { reshape, transpose } = filterSteps(blocks, shape[2]);
  const channels = [shape[0] / blocks.size, blocks.size, sizeOf(shape.slice(1))];
  return reshape(transpose(reshape(name, channels), [0, 2, 1]), shape);
}

function filterSteps({ writer }: ChannelBlocks, size: number) {
  const taps = Array.from({ length: size ** 2 }, (_, tap) => tap);
  return {
    reshape: (name: string, shape: Shape) => writer.emit("Reshape", [name, writer.int64(shape)]),
    transpose: (name: string, order: readonly number[]) =>
      writer.emit("Transpose", [name], { perm: { ints: order } }),
    orderTaps(name: string, axis: number, isReversed: boolean) {
      if (size === 1) return name;
      const order = writer.int64(isReversed ? taps.toReversed() : taps);
      return writer.emit("Gather", [name, order], { axis: { int: axis } });
    },
  };
}

function pool(name: string, geometry: PoolGeometry, blocks: ChannelBlocks, x: PlacedTensor): Lowered {
  if (!x.isBlocked) return null;
  return inBlocks(blocks.writer.emit(name, [x.name], poolAttributes(geometry), BLOCKED_DOMAIN));
}

function spread({ writer }: ChannelBlocks, name: string, scale: number): string {
  return writer.emit("Upsample", [name], { scales: { ints: [1, 1, scale, scale] } }, BLOCKED_DOMAIN);
}

/** As on plain images: g up(1/count) (x >= up(pooled)). */
function maxPoolGradient(
  geometry: PoolGeometry,
  blocks: ChannelBlocks,
  [x, pooled, gradient]: readonly PlacedTensor[],
): Lowered {
  const { size, stride } = geometry;
  const isTiled = size === stride && [2, 3].every((axis) => x.shape[axis] === pooled.shape[axis] * size);
  if (!x.isBlocked || !isTiled) return null;
  const { writer } = blocks;
  const behind = writer.emit("Sub", [x.name, spread(blocks, blocks.blocked(pooled).name, size)]);
  const isMaximum = writer.emit("HardSigmoid", [behind], { alpha: { float: 3.4e38 }, beta: { float: 1 } });
  const share = writer.emit("AveragePool", [isMaximum], poolAttributes(geometry), BLOCKED_DOMAIN);
  const count = writer.emit("Mul", [share, writer.float(size * size)]);
  const shared = writer.emit("Div", [blocks.blocked(gradient).name, count]);
  return inBlocks(writer.emit("Mul", [spread(blocks, shared, size), isMaximum]));
}

/**
 * Filter gradient of a convolution of few channels: the taps' pixels [n, 1, k k ci, p] times the output gradient's
 * blocks [n, co / b, p, b], which so need not be brought to [n, co, p].
 */
function thinFilterGradient(
  blocks: ChannelBlocks,
  geometry: ConvolutionGeometry & { readonly filterSize: number },
  x: PlacedTensor,
  gradient: PlacedTensor,
): Lowered {
  const { writer, size: block } = blocks;
  const [n, co, height, width] = gradient.shape;
  const [ci, size] = [x.shape[1], geometry.filterSize];
  if (!gradient.isBlocked || geometry.groups !== 1 || ci >= block) return null;
  const { reshape, transpose } = filterSteps(blocks, size);
  const extents = { height, width };
  const columns = columnsOfTaps(writer, { geometry, image: blocks.plain(x), extents, filterSize: size });
  const flat = reshape(gradient.name, [n, co / block, height * width, block]);
  const product = writer.emit("MatMul", [reshape(columns, [n, 1, size ** 2 * ci, height * width]), flat]);
  const summed = writer.emit("ReduceSum", [product, writer.int64([0])], { keepdims: { int: 0 } });
  const rows = reshape(transpose(summed, [0, 2, 1]), [co, size ** 2, ci]);
  return inPlain(reshape(transpose(rows, [0, 2, 1]), [co, ci, size, size]));
}

/** Sums over samples and pixels, [1, c, 1, 1]: over the pixels first, whose sums are few. */
function sumsOfChannels(blocks: ChannelBlocks, x: PlacedTensor): Lowered {
  if (!x.isBlocked) return null;
  const { writer, size: block } = blocks;
  const [n, channels, height, width] = x.shape;
  const reshape = (name: string, shape: Shape) => writer.emit("Reshape", [name, writer.int64(shape)]);
  const sum = (name: string, axis: number) =>
    writer.emit("ReduceSum", [name, writer.int64([axis])], { keepdims: { int: 0 } });
  const ofSamples = sum(reshape(x.name, [(n * channels) / block, height * width, block]), 1);
  return inPlain(reshape(sum(reshape(ofSamples, [n, channels]), 0), [1, channels, 1, 1]));
}
