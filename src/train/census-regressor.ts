import {
  add,
  concat,
  globalAverage,
  log,
  maxPool2d,
  meanOf,
  multiply,
  reduceSum,
  relu,
  reshape,
  sizeOf,
  slice,
  softplus,
  square,
  subtract,
} from "../graph/index.ts";
import type { Value } from "../graph/index.ts";
import { headLoss, headOutputs } from "./heads.ts";
import type { Head } from "./heads.ts";
import { convolutionLayer, denseLayer, outputLayer, statedLayer } from "./layers.ts";
import type { Loss } from "./losses.ts";
import type { Network, ParameterScope } from "./network.ts";
import { channelsToPixels } from "./pixel-blocks.ts";

/** What a census regressor looks like. */
export interface CensusRegressorOptions {
  /** Edge of the square image [pixels]. */
  readonly inputSize: number;
  /** Count of predicted targets. */
  readonly outputs: number;
  readonly head: Head;
  /** Quantities that are counted in every cell. */
  readonly channels: number;
  /** Edge of a cell [pixels]: a power of two; twice it divides the image. */
  readonly cellSize: number;
  /** Channels of each convolution: halved until a pixel is two cells wide, at that resolution from there on. */
  readonly widths: readonly number[];
  /** Numbers that are stated beside the image and enter the dense layer; 0. */
  readonly conditionCount?: number;
  /** Width of the dense layer, which is also the embedding; 96. */
  readonly denseWidth?: number;
}

/** Added before logarithms are taken: of features, which are about 1, and of counts a cell, which may all be 0. */
const [FEATURE_FLOOR, COUNT_FLOOR] = [0.02, 0.005];

/** Channels in which what was seen at the cells' resolution and what was seen farther down the body are brought together. */
const CELL_WIDTH = 32;

/**
 * Builds a regressor that counts: cell by cell what the image shows, and from the sums what is asked for.
 *
 * The body ends in a map with one pixel for four cells: that is where it sees far for little work. Its channels are spread
 * over the cells and joined with the last map of the cells' own resolution; from both a 1x1 convolution reads the census.
 * Means of the features, their logarithms and the logarithms of the counts go to the dense layers: a share such as
 * N2/(N1 + N2) or a mean such as sum(r)/N is a difference of logarithms, which a dense layer can take and a product of two
 * means is not. The census is taught beside the targets (`censusLoss`): some thousand numbers an image in place of some ten.
 *
 * @param options image size, targets, head, census, widths
 * @returns a network with input [1, inputSize, inputSize]; its output is the head's numbers and then the census,
 *   [channels, cells, cells]
 * @throws RangeError when the widths do not reach below the cells' resolution
 * @example
 * import { buildCensusRegressor } from "../src/train/index.ts";
 * import { expect } from "vitest";
 * const network = buildCensusRegressor({
 *   inputSize: 32, outputs: 3, head: { kind: "gaussian" }, channels: 2, cellSize: 4, widths: [4, 8, 8, 16],
 * });
 * expect(network.outputShape).toEqual([6 + 2 * 8 * 8]);
 */
export function buildCensusRegressor(options: CensusRegressorOptions): Network {
  const {
    inputSize,
    outputs,
    head,
    channels,
    cellSize,
    widths,
    denseWidth = 96,
    conditionCount = 0,
  } = options;
  const halvings = Math.log2(cellSize) + 1;
  checkOptions(options, halvings);
  const headWidth = headOutputs(head, outputs);
  const censusSize = channels * (inputSize / cellSize) ** 2;
  return {
    name: "census regressor",
    inputShape: [1, inputSize, inputSize],
    conditionCount,
    outputShape: [headWidth + censusSize],
    forward(x, scope, conditions) {
      const body = bodyOf(scope, x, widths, halvings);
      const cells = cellFeatures(scope, body);
      const census = softplus(convolutionLayer(scope, "census", cells, { channels, size: 1 }));
      const means = concat([globalAverage(body.features), globalAverage(cells)], 1);
      const logs = [log(add(means, FEATURE_FLOOR)), log(add(globalAverage(census), COUNT_FLOOR))];
      const embedding = relu(denseLayer(scope, "head.0", concat([means, ...logs], 1), denseWidth));
      const known =
        conditions === undefined ? embedding : statedLayer(scope, "head.stated", embedding, conditions);
      const answer = outputLayer(scope, "head.1", known, headWidth);
      return { output: concat([answer, reshape(census, [x.shape[0], censusSize])], 1), embedding };
    },
  };
}

/** What the body finds: at the resolution of the cells, and at half of it. */
interface BodyMaps {
  readonly atCells: Value;
  readonly features: Value;
}

/** 5x5 with stride 2, then 3x3 with 2x2 max pool until a pixel is two cells wide, then 3x3. */
function bodyOf(scope: ParameterScope, x: Value, widths: readonly number[], halvings: number): BodyMaps {
  return widths.reduce<BodyMaps>(
    ({ atCells, features }, channels, level) => {
      const geometry = level === 0 ? { size: 5, stride: 2, padding: 2 } : {};
      const convolved = convolutionLayer(scope, `body.${level}`, features, { channels, ...geometry });
      const isPooled = level > 0 && level < halvings;
      return {
        atCells: level === halvings - 1 ? relu(convolved) : atCells,
        features: relu(isPooled ? maxPool2d(convolved, { size: 2, stride: 2 }) : convolved),
      };
    },
    { atCells: x, features: x },
  );
}

/** What the last map of the cells' resolution shows, and what the body sees around it, spread over the cells. */
function cellFeatures(scope: ParameterScope, { atCells, features }: BodyMaps): Value {
  const near = convolutionLayer(scope, "cells.near", atCells, { channels: CELL_WIDTH, size: 1 });
  const far = convolutionLayer(scope, "cells.far", features, { channels: 4 * CELL_WIDTH, size: 1 });
  return relu(add(near, channelsToPixels(far, 2)));
}

function checkOptions({ inputSize, cellSize, widths }: CensusRegressorOptions, halvings: number): void {
  const isReached = halvings > 1 && halvings <= widths.length;
  if (Number.isInteger(halvings) && inputSize % (2 * cellSize) === 0 && isReached) return;
  throw new RangeError(
    `Cannot build census regressor: cellSize must be a power of two, twice of it divide the image, and widths be at least ` +
      `as many as its halvings and one, got ${cellSize} with ${inputSize} pixels and ${widths.length} widths`,
  );
}

/** What a census regressor is taught. */
export interface CensusLossOptions {
  /** Count of targets. */
  readonly outputs: number;
  /** Cells along an edge of the image; even. */
  readonly cells: number;
}

/**
 * The loss of a census regressor: that of its head, and the squared error of the census, cell by cell and four cells by four.
 *
 * Most cells hold nothing, and where a particle lies to a cell is hard to say; how many there are in a block of four is
 * easier, and what sums and shares are made of. Halved, the error of a block weighs as much as that of a cell if errors of
 * neighbours have nothing in common.
 *
 * @param head kind of head
 * @param options count of targets, cells along an edge
 * @returns loss of outputs [n, head's + census] against targets [n, outputs + census], the census in units in which its
 *   variance is about 1
 */
export function censusLoss(head: Head, { outputs, cells }: CensusLossOptions): Loss {
  const answerLoss = headLoss(head);
  const headWidth = headOutputs(head, outputs);
  return (output, target) => {
    const censusOf = (values: Value, start: number) => slice(values, 1, start, values.shape[1]);
    const errors = subtract(censusOf(output, headWidth), censusOf(target, outputs));
    const ofBlocks = multiply(sumBlocks(errors, cells), 0.5);
    const answer = answerLoss(slice(output, 1, 0, headWidth), slice(target, 1, 0, outputs));
    return add(answer, add(meanOf(square(errors)), meanOf(square(ofBlocks))));
  };
}

/** Sums over blocks of 2 x 2 cells of maps [n, channels x cells x cells]. */
function sumBlocks(maps: Value, cells: number): Value {
  const rowPairs = sizeOf(maps.shape) / (2 * cells);
  return reduceSum(reshape(maps, [rowPairs, 2, cells / 2, 2]), [1, 3]);
}
