import { checkNumber, rangeError } from "../core/index.ts";
import {
  add,
  divide,
  globalAverage,
  maxPool2d,
  reduceMean,
  relu,
  reshape,
  subtract,
} from "../graph/index.ts";
import type { Value } from "../graph/index.ts";
import { headOutputs } from "./heads.ts";
import type { Head } from "./heads.ts";
import {
  convolutionLayer,
  denseLayer,
  dropoutLayer,
  embeddingLayer,
  normalisationLayer,
  outputLayer,
  statedLayer,
} from "./layers.ts";
import type { EmbeddingUnits, Normalisation } from "./layers.ts";
import type { Network, ParameterScope } from "./network.ts";

/** The numbers that bring raw inputs to mean 0 and standard deviation 1 inside the network. */
export interface InputNormalisation {
  readonly mean: number;
  readonly standardDeviation: number;
}

/** What a regressor looks like; the defaults are the reference regressor. */
export interface RegressorOptions {
  /** Edge of the square image [pixels]; divisible by 2 to the count of widths. */
  readonly inputSize: number;
  /** Count of predicted targets. */
  readonly outputs: number;
  /** Channels after each level (block, then 2x2 max pool); 16, 32, 64, 128. */
  readonly widths?: readonly number[];
  /** Width of the dense layer, which is also the embedding; 64. */
  readonly denseWidth?: number;
  /** One convolution a level, or a residual block of two [he2016]; plain. */
  readonly body?: "plain" | "residual";
  /** After the convolutions of residual blocks; none. */
  readonly normalisation?: Normalisation;
  /** What the embedding's units do below zero; ReLU. */
  readonly embeddingUnits?: EmbeddingUnits;
  /** Numbers that are stated beside the image; not for sets; 0. */
  readonly conditionCount?: number;
  /** Share of embedding features dropped while training; 0. */
  readonly dropoutRate?: number;
  /** A point or a distribution; a point. */
  readonly head?: Head;
  /** Images of one sample that are judged together: their embeddings are averaged [zaheer2017]; 1. */
  readonly setSize?: number;
  /** Applied to the image as it is fed; becomes part of the exported model. None by default. */
  readonly inputNormalisation?: InputNormalisation;
}

/**
 * Builds a regressor: an image, or a set of images of one sample, to some numbers.
 *
 * Levels of (3x3 convolution, ReLU, 2x2 max pool) or residual blocks, global average, dense layer with ReLU (the
 * embedding), mean over the set, dense. The order of a set's images does not matter.
 *
 * @param options image size, outputs, widths, body, head, set size, input normalisation
 * @returns a network with input [1, inputSize, inputSize], or [setSize, 1, inputSize, inputSize] for sets, and as
 *   many outputs as the head has
 * @throws RangeError when the image cannot be halved once per width, or a count is not positive
 * @example
 * import { buildRegressor } from "../src/train/index.ts";
 * import { expect } from "vitest";
 * const network = buildRegressor({ inputSize: 64, outputs: 3, widths: [8, 16], head: { kind: "gaussian" } });
 * expect(network.outputShape).toEqual([6]);
 */
export function buildRegressor(options: RegressorOptions): Network {
  const { inputSize, outputs, widths = [16, 32, 64, 128], denseWidth = 64, setSize = 1 } = options;
  const {
    head = { kind: "point" },
    dropoutRate = 0,
    inputNormalisation,
    embeddingUnits: units = "relu",
  } = options;
  checkOptions(options);
  const width = headOutputs(head, outputs);
  const image = [1, inputSize, inputSize];
  return {
    name: "regressor",
    inputShape: setSize === 1 ? image : [setSize, ...image],
    conditionCount: options.conditionCount ?? 0,
    outputShape: [width],
    forward(x, scope, conditions) {
      const batchSize = x.shape[0];
      // a set's images go through the body as if they were samples
      let features = setSize === 1 ? x : reshape(x, [batchSize * setSize, ...image]);
      if (inputNormalisation) {
        features = divide(subtract(features, inputNormalisation.mean), inputNormalisation.standardDeviation);
      }
      widths.forEach((channels, level) => {
        const name = `body.${level}`;
        features =
          options.body === "residual"
            ? maxPool2d(residualBlock(scope, name, features, channels, options), { size: 2, stride: 2 })
            : plainLevel(scope, name, features, channels);
      });
      const each = embeddingLayer(scope, "head.0", globalAverage(features), { width: denseWidth, units });
      const embedding = setSize === 1 ? each : meanOfSet(each, batchSize, setSize);
      const kept = dropoutLayer(scope, "head.dropout", embedding, dropoutRate);
      const lastLayer = head.kind === "point" ? denseLayer : outputLayer;
      const known =
        conditions === undefined ? kept : statedLayer(scope, "head.stated", kept, { conditions, units });
      return { output: lastLayer(scope, "head.1", known, width), embedding };
    },
  };
}

/** Max and ReLU commute; after the pooling there is a quarter of the pixels to rectify. */
function plainLevel(scope: ParameterScope, name: string, x: Value, channels: number): Value {
  return relu(maxPool2d(convolutionLayer(scope, name, x, { channels }), { size: 2, stride: 2 }));
}

/** relu(f(x) + s(x)): f two convolutions, s the identity or, where channels change, a 1x1 convolution. */
function residualBlock(
  scope: ParameterScope,
  name: string,
  x: Value,
  channels: number,
  { normalisation = { kind: "none" } }: RegressorOptions,
): Value {
  const convolve = (part: string, from: Value) =>
    normalisationLayer(scope, part, convolutionLayer(scope, part, from, { channels }), normalisation);
  const inner = convolve(`${name}.1`, relu(convolve(`${name}.0`, x)));
  const shortcut =
    x.shape[1] === channels ? x : convolutionLayer(scope, `${name}.shortcut`, x, { channels, size: 1 });
  return relu(add(inner, shortcut));
}

function meanOfSet(each: Value, batchSize: number, setSize: number): Value {
  const width = each.shape[1];
  return reshape(reduceMean(reshape(each, [batchSize, setSize, width]), [1]), [batchSize, width]);
}

function checkOptions(options: RegressorOptions): void {
  const { inputSize, outputs, widths = [16, 32, 64, 128], denseWidth = 64, setSize = 1 } = options;
  const action = "build regressor";
  checkNumber("outputs", outputs, { min: 1, integer: true, action });
  checkNumber("denseWidth", denseWidth, { min: 1, integer: true, action });
  const isTold = (options.conditionCount ?? 0) > 0;
  checkNumber("setSize", setSize, { min: 1, ...(isTold ? { max: 1 } : {}), integer: true, action });
  checkNumber("dropoutRate", options.dropoutRate ?? 0, { min: 0, max: 0.95, action });
  checkNumber("inputSize", inputSize, { min: 2 ** widths.length, integer: true, action });
  if (inputSize % 2 ** widths.length === 0) return;
  const wanted = `inputSize must be divisible by ${2 ** widths.length} for ${widths.length} poolings`;
  throw rangeError({ action: "build regressor" }, wanted, String(inputSize));
}
