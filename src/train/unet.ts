import { checkNumber, rangeError } from "../core/index.ts";
import { divide, globalAverage, maxPool2d, relu, subtract, upsampleNearest } from "../graph/index.ts";
import type { Value } from "../graph/index.ts";
import { convolutionLayer, dropoutLayer, normalisationLayer } from "./layers.ts";
import type { Normalisation } from "./layers.ts";
import type { Network, ParameterScope } from "./network.ts";
import type { InputNormalisation } from "./regressor.ts";

/** What a U-Net looks like; the defaults are the reference U-Net. */
export interface UnetOptions {
  /** Edge of the square image [pixels]; divisible by 2 to the count of widths. */
  readonly inputSize: number;
  /** Channels of the image; 1. */
  readonly inputChannels?: number;
  /** Channels of the result, as logits; 1. */
  readonly outputs?: number;
  /** Results that begin alike, in runs of so many, so that none starts ahead of the others; 1. */
  readonly outputCopies?: number;
  /** Channels of the levels from the finest down; 16, 32, 64, 128. */
  readonly widths?: readonly number[];
  /** Channels at the bottom; 256. */
  readonly bottomWidth?: number;
  /** Convolutions of each level on the way down; 2. */
  readonly downConvolutions?: number;
  /** A 3x3 convolution to the level's channels after each upsampling; true. */
  readonly hasUpConvolution?: boolean;
  /** Max pooling takes the image before the last ReLU of its level; false. */
  readonly poolsBeforeRelu?: boolean;
  /** After each 3x3 convolution but those of upsampling; none. */
  readonly normalisation?: Normalisation;
  /** Share of channels dropped between the two convolutions of each level on the way up; 0. */
  readonly dropoutRate?: number;
  readonly inputNormalisation?: InputNormalisation;
}

/**
 * Options of the HRTEM U-Net of [groschner2021], 65,490 parameters with the running statistics.
 *
 * One convolution per level down, batch normalisation throughout, pooling before the ReLU, two classes.
 */
export const HRTEM_UNET: Omit<UnetOptions, "inputSize"> = {
  outputs: 2,
  widths: [4, 8, 16, 32],
  bottomWidth: 32,
  downConvolutions: 1,
  hasUpConvolution: false,
  poolsBeforeRelu: true,
  normalisation: { kind: "batch", epsilon: 1e-4, momentum: 0.01 },
  dropoutRate: 0.2,
};

/**
 * Builds a U-Net [ronneberger2015]: an image to a map of logits of the same size.
 *
 * @param options image size, widths, depth, normalisation, dropout
 * @returns a network with input [inputChannels, size, size] and output [outputs, size, size]
 * @throws RangeError when the image cannot be halved once per width
 * @example
 * import { buildUnet, HRTEM_UNET } from "../src/train/index.ts";
 * import { parameterCount } from "../src/train/parameters.ts";
 * import { expect } from "vitest";
 * expect(parameterCount(buildUnet({ inputSize: 512, ...HRTEM_UNET }))).toBe(65490);
 */
export function buildUnet(options: UnetOptions): Network {
  const { inputSize, inputChannels = 1, outputs = 1, outputCopies = 1 } = options;
  const { widths = [16, 32, 64, 128] } = options;
  const action = "build U-Net";
  checkNumber("inputSize", inputSize, { min: 2 ** widths.length, integer: true, action });
  checkNumber("outputs", outputs, { min: 1, integer: true, action });
  checkNumber("dropoutRate", options.dropoutRate ?? 0, { min: 0, max: 0.95, action });
  if (inputSize % 2 ** widths.length !== 0) {
    const wanted = `inputSize must be divisible by ${2 ** widths.length} for ${widths.length} levels`;
    throw rangeError({ action: "build U-Net" }, wanted, String(inputSize));
  }
  return {
    name: "unet",
    inputShape: [inputChannels, inputSize, inputSize],
    outputShape: [outputs, inputSize, inputSize],
    forward(x, scope) {
      const bottom = contract(scope, normaliseInput(x, options.inputNormalisation), options);
      const top = expand(scope, bottom.image, bottom.skips, options);
      const last = { channels: outputs, size: 1, copies: outputCopies };
      const output = convolutionLayer(scope, "output", top, last);
      return { output, embedding: globalAverage(bottom.image) };
    },
  };
}

function normaliseInput(x: Value, normalisation: InputNormalisation | undefined): Value {
  if (normalisation === undefined) return x;
  return divide(subtract(x, normalisation.mean), normalisation.standardDeviation);
}

function contract(scope: ParameterScope, x: Value, options: UnetOptions) {
  const {
    widths = [16, 32, 64, 128],
    bottomWidth = 256,
    downConvolutions = 2,
    poolsBeforeRelu = false,
  } = options;
  const skips: Value[] = [];
  let image = x;
  widths.forEach((channels, level) => {
    for (let index = 0; index < downConvolutions; index++) {
      if (index > 0) image = relu(image);
      image = convolveNormalised(scope, `down.${level}.${index}`, image, channels, options);
    }
    const skip = relu(image);
    skips.push(skip);
    image = maxPool2d(poolsBeforeRelu ? image : skip, { size: 2, stride: 2 });
  });
  for (const index of [0, 1]) {
    image = relu(convolveNormalised(scope, `bottom.${index}`, image, bottomWidth, options));
  }
  return { image, skips };
}

function expand(scope: ParameterScope, bottom: Value, skips: readonly Value[], options: UnetOptions): Value {
  const { hasUpConvolution = true, dropoutRate = 0 } = options;
  return skips.reduceRight((below, skip, level) => {
    const channels = skip.shape[1];
    const wide = upsampleNearest(below, 2);
    const up = hasUpConvolution ? convolutionLayer(scope, `up.${level}`, wide, { channels }) : wide;
    const first = relu(convolveNormalised(scope, `merge.${level}.0`, [up, skip], channels, options));
    const kept = dropoutLayer(scope, `merge.${level}.dropout`, first, dropoutRate);
    return relu(convolveNormalised(scope, `merge.${level}.1`, kept, channels, options));
  }, bottom);
}

function convolveNormalised(
  scope: ParameterScope,
  name: string,
  x: Value | readonly Value[],
  channels: number,
  { normalisation = { kind: "none" } }: UnetOptions,
): Value {
  return normalisationLayer(scope, name, convolutionLayer(scope, name, x, { channels }), normalisation);
}
