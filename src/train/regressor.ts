import { checkNumber } from "../core/index.ts";
import { divide, globalAverage, maxPool2d, relu, subtract } from "../graph/index.ts";
import { convolutionLayer, denseLayer } from "./layers.ts";
import type { Network } from "./network.ts";

/** The numbers that bring raw inputs to mean 0 and standard deviation 1 inside the network. */
export interface InputNormalisation {
  readonly mean: number;
  readonly standardDeviation: number;
}

/** What a regressor looks like; the defaults are the reference regressor. */
export interface RegressorOptions {
  /** Edge of the square image [pixels]; divisible by 2 to the count of widths. */
  readonly inputSize: number;
  /** Count of predicted numbers. */
  readonly outputs: number;
  /** Channels after each (convolution, ReLU, 2x2 max pool); 16, 32, 64, 128. */
  readonly widths?: readonly number[];
  /** Width of the dense layer, which is also the embedding; 64. */
  readonly denseWidth?: number;
  /** Applied to the image as it is fed; becomes part of the exported model. None by default. */
  readonly inputNormalisation?: InputNormalisation;
}

/**
 * Builds the regressor: an image to some numbers.
 *
 * Blocks of (3x3 convolution, ReLU, 2x2 max pool), global average, dense layer with ReLU (the embedding), dense.
 *
 * @param options image size, outputs, widths, input normalisation
 * @returns a network with input [1, inputSize, inputSize] and output [outputs]
 * @throws RangeError when the image cannot be halved once per width, or a count is not positive
 * @example
 * import { buildRegressor } from "../src/train/index.ts";
 * import { expect } from "vitest";
 * expect(buildRegressor({ inputSize: 64, outputs: 3, widths: [8, 16] }).outputShape).toEqual([3]);
 */
export function buildRegressor(options: RegressorOptions): Network {
  const { inputSize, outputs, widths = [16, 32, 64, 128], denseWidth = 64, inputNormalisation } = options;
  const action = "build regressor";
  checkNumber("outputs", outputs, { min: 1, integer: true, action });
  checkNumber("denseWidth", denseWidth, { min: 1, integer: true, action });
  checkNumber("inputSize", inputSize, { min: 2 ** widths.length, integer: true, action });
  if (inputSize % 2 ** widths.length !== 0) {
    const wanted = `inputSize must be divisible by ${2 ** widths.length} for ${widths.length} poolings`;
    throw new RangeError(`Cannot build regressor: ${wanted}, got ${inputSize}`);
  }
  return {
    name: "regressor",
    inputShape: [1, inputSize, inputSize],
    outputShape: [outputs],
    forward(x, scope) {
      let image = x;
      if (inputNormalisation) {
        image = divide(subtract(x, inputNormalisation.mean), inputNormalisation.standardDeviation);
      }
      widths.forEach((channels, level) => {
        const convolved = convolutionLayer(scope, `body.${level}`, image, { channels });
        // max and ReLU commute; after the pooling there is a quarter of the pixels to rectify
        image = relu(maxPool2d(convolved, { size: 2, stride: 2 }));
      });
      const embedding = relu(denseLayer(scope, "head.0", globalAverage(image), denseWidth));
      return { output: denseLayer(scope, "head.1", embedding, outputs), embedding };
    },
  };
}
