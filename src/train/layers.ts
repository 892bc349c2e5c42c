import { rangeError } from "../core/index.ts";
import {
  add,
  concat,
  conv2d,
  divide,
  leakyRelu,
  matmul,
  multiply,
  reduceMean,
  relu,
  reshape,
  slice,
  sqrt,
  square,
  subtract,
} from "../graph/index.ts";
import type { ConvolutionGeometry, Value } from "../graph/index.ts";
import type { InitialLaw, ParameterScope } from "./network.ts";

/** Keeps the variance of activations through a ReLU layer: standard deviation sqrt(2/fan-in) [he2015]. */
function heLaw(fanIn: number): Extract<InitialLaw, { law: "normal" }> {
  return { law: "normal", standardDeviation: Math.sqrt(2 / fanIn) };
}

const ZERO: InitialLaw = { law: "constant", value: 0 };
const ONE: InitialLaw = { law: "constant", value: 1 };

/**
 * A convolution with bias; parameters NAME.filter and NAME.bias.
 *
 * Several images stand for their concatenation along the channels, which is never formed: the convolution of a
 * concatenation is the sum of the convolutions.
 *
 * @param images one image [n, ci, h, w], or several of one size
 * @returns image [n, channels, h', w']
 */
export function convolutionLayer(
  scope: ParameterScope,
  name: string,
  images: Value | readonly Value[],
  options: {
    readonly channels: number;
    readonly size?: number;
    readonly copies?: number;
  } & Partial<ConvolutionGeometry>,
): Value {
  const { channels, size = 3, copies = 1, stride = 1, dilation = 1, groups = 1 } = options;
  const padding = options.padding ?? (dilation * (size - 1)) / 2;
  const parts = "shape" in images ? [images] : images;
  const ci = parts.reduce((sum, part) => sum + part.shape[1], 0) / groups;
  const shape = [channels, ci, size, size];
  const initial = { ...heLaw(ci * size * size), copies };
  const filter = scope.parameter({ name: `${name}.filter`, shape, initial });
  const bias = scope.parameter({ name: `${name}.bias`, shape: [channels], initial: ZERO });
  const geometry = { stride, padding, dilation, groups };
  if (parts.length === 1) return conv2d(parts[0], filter, bias, geometry);
  let start = 0;
  const terms = parts.map((part, index) => {
    start += part.shape[1];
    const own = slice(filter, 1, start - part.shape[1], start);
    return conv2d(part, own, index === 0 ? bias : null, geometry);
  });
  return terms.reduce((sum, term) => add(sum, term));
}

/**
 * A fully connected layer; parameters NAME.weights [in, out] and NAME.bias.
 *
 * @param x features [n, in]
 * @returns [n, outputs]
 */
export function denseLayer(scope: ParameterScope, name: string, x: Value, outputs: number): Value {
  const fanIn = x.shape[1];
  const shape = [fanIn, outputs];
  const weights = scope.parameter({ name: `${name}.weights`, shape, initial: heLaw(fanIn) });
  const bias = scope.parameter({ name: `${name}.bias`, shape: [outputs], initial: ZERO });
  return add(matmul(x, weights), bias);
}

/**
 * The last layer of a network that states a distribution: a fully connected layer that begins near 0.
 *
 * Every image then gets nearly the same answer at first: the prior's mean with a spread of 1. Larger first weights state
 * wrong means with great certainty, and clipped gradients take long to undo that.
 *
 * @param x features [n, in]
 * @returns [n, outputs]
 */
export function outputLayer(scope: ParameterScope, name: string, x: Value, outputs: number): Value {
  const shape = [x.shape[1], outputs];
  // not 0 outright: the components of a mixture would stay alike
  const initial = { law: "normal", standardDeviation: 0.01 } as const;
  const weights = scope.parameter({ name: `${name}.weights`, shape, initial });
  const bias = scope.parameter({ name: `${name}.bias`, shape: [outputs], initial: ZERO });
  return add(matmul(x, weights), bias);
}

/** What becomes of the numbers of an embedding below zero: 0, or a tenth of them. */
export type EmbeddingUnits = "relu" | "leaky";

/** Below zero a unit still tells one image from another, and gradients still reach it. */
const LEAK = 0.1;

/**
 * The dense layer that is a network's embedding.
 *
 * Its inputs hardly vary beside their means, so half of the units begin below zero for every image. A rectified one that does has no
 * gradient and stays there: of 96 units of the networks trained so, 79 never fired, and a strange image cannot be told by them.
 *
 * @param x features [n, in]
 * @returns [n, width]
 */
export function embeddingLayer(
  scope: ParameterScope,
  name: string,
  x: Value,
  { width, units }: { readonly width: number; readonly units: EmbeddingUnits },
): Value {
  const dense = denseLayer(scope, name, x, width);
  return units === "leaky" ? leakyRelu(dense, LEAK) : relu(dense);
}

/**
 * What is stated beside an image joins what the image shows: a fully connected layer of the embedding's width and units.
 *
 * It comes after the embedding, by which strange images are known: whether something is stated must not make an image strange.
 *
 * @param embedding what the image shows [n, width]
 * @param conditions what is stated beside it [n, conditionCount]
 * @returns [n, width]
 */
export function statedLayer(
  scope: ParameterScope,
  name: string,
  embedding: Value,
  { conditions, units }: { readonly conditions: Value; readonly units: EmbeddingUnits },
): Value {
  return embeddingLayer(scope, name, concat([embedding, conditions], 1), {
    width: embedding.shape[1],
    units,
  });
}

/**
 * Scales and shifts every channel of an image by what is stated beside it [perez2018]: y = x (1 + c W) + c V; parameters NAME.scale and NAME.shift, which
 * begin at 0, so that a network begins as one that is told nothing.
 *
 * @param x image [n, channels, h, w]
 * @param conditions what is stated beside it [n, conditionCount]; where all is 0, nothing is changed
 * @returns [n, channels, h, w]
 */
export function modulatedLayer(scope: ParameterScope, name: string, x: Value, conditions: Value): Value {
  const [n, channels] = x.shape;
  const shape = [conditions.shape[1], channels];
  const perChannelOf = (part: string) => {
    const weights = scope.parameter({ name: `${name}.${part}`, shape, initial: ZERO });
    return reshape(matmul(conditions, weights), [n, channels, 1, 1]);
  };
  return add(multiply(x, add(perChannelOf("scale"), 1)), perChannelOf("shift"));
}

/** How activations are brought to mean 0 and variance 1 before they are scaled and shifted. */
export type Normalisation =
  | { readonly kind: "none" }
  /** Per channel over the batch [ioffe2015]; running statistics serve inference. */
  | { readonly kind: "batch"; readonly momentum?: number; readonly epsilon?: number }
  /** Per sample over groups of channels [wu2018]; one group is layer normalisation. */
  | { readonly kind: "group"; readonly groups: number; readonly epsilon?: number };

/**
 * Normalises an image; parameters NAME.scale and NAME.shift, for batches also NAME.mean and NAME.variance.
 *
 * @param x image [n, c, h, w]
 */
export function normalisationLayer(
  scope: ParameterScope,
  name: string,
  x: Value,
  normalisation: Normalisation,
): Value {
  if (normalisation.kind === "none") return x;
  const channels = x.shape[1];
  const scale = scope.parameter({ name: `${name}.scale`, shape: [channels], initial: ONE });
  const shift = scope.parameter({ name: `${name}.shift`, shape: [channels], initial: ZERO });
  const { epsilon = 1e-5 } = normalisation;
  const standard =
    normalisation.kind === "batch"
      ? batchStandardised(scope, name, x, normalisation.momentum ?? 0.1, epsilon)
      : groupStandardised(x, normalisation.groups, epsilon);
  return add(multiply(standard, perChannel(scale)), perChannel(shift));
}

function batchStandardised(
  scope: ParameterScope,
  name: string,
  x: Value,
  momentum: number,
  epsilon: number,
): Value {
  const channels = x.shape[1];
  const shape = [channels];
  const mean = scope.parameter({ name: `${name}.mean`, shape, initial: ZERO, isStatistic: true });
  const variance = scope.parameter({ name: `${name}.variance`, shape, initial: ONE, isStatistic: true });
  if (!scope.isTraining) return standardise(x, perChannel(mean), perChannel(variance), epsilon);
  const axes = [0, 2, 3];
  const batchMean = reduceMean(x, axes);
  const batchVariance = reduceMean(square(subtract(x, batchMean)), axes);
  const count = x.shape[0] * x.shape[2] * x.shape[3];
  // running <- running + momentum (batch - running), with the unbiased variance
  const follow = (running: Value, batch: Value, factor: number) =>
    add(multiply(running, 1 - momentum), multiply(reshape(batch, shape), momentum * factor));
  scope.updateStatistic(`${name}.mean`, follow(mean, batchMean, 1));
  scope.updateStatistic(`${name}.variance`, follow(variance, batchVariance, count / (count - 1)));
  return standardise(x, batchMean, batchVariance, epsilon);
}

function groupStandardised(x: Value, groups: number, epsilon: number): Value {
  const [n, channels, height, width] = x.shape;
  if (channels % groups !== 0) {
    throw rangeError({ action: "normalise" }, `channels must divide into ${groups} groups`, String(channels));
  }
  const grouped = reshape(x, [n, groups, (channels / groups) * height * width]);
  const mean = reduceMean(grouped, [2]);
  const variance = reduceMean(square(subtract(grouped, mean)), [2]);
  return reshape(standardise(grouped, mean, variance, epsilon), x.shape);
}

function standardise(x: Value, mean: Value, variance: Value, epsilon: number): Value {
  return divide(subtract(x, mean), sqrt(add(variance, epsilon)));
}

function perChannel(values: Value): Value {
  return reshape(values, [1, values.shape[0], 1, 1]);
}

/**
 * Drops whole channels of an image while training [tompson2015]; the rest is scaled so that the mean stays.
 *
 * Neighbouring pixels of one channel are so alike that dropping them one by one hardly regularises.
 *
 * @param x image [n, c, h, w] or features [n, c]
 */
export function dropoutLayer(scope: ParameterScope, name: string, x: Value, rate: number): Value {
  if (!scope.isTraining || rate === 0) return x;
  const shape = x.shape.map((extent, axis) => (axis < 2 ? extent : 1));
  return multiply(x, scope.dropoutMask(`${name}.mask`, shape, 1 - rate));
}
