import {
  add,
  concat,
  constant,
  conv2d,
  globalAverage,
  log,
  maxPool2d,
  multiply,
  relu,
  reshape,
  sizeOf,
  slice,
  softplus,
} from "../graph/index.ts";
import type { Value } from "../graph/index.ts";
import { headLoss, headOutputs } from "./heads.ts";
import type { Head } from "./heads.ts";
import { convolutionLayer, embeddingLayer, modulatedLayer, outputLayer, statedLayer } from "./layers.ts";
import type { EmbeddingUnits } from "./layers.ts";
import { meanSquaredError, type Loss } from "./losses.ts";
import type { Network, ParameterScope } from "./network.ts";
import { channelsToPixels } from "./pixel-blocks.ts";

/** What a count-map regressor looks like. */
export interface CountMapRegressorOptions {
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
  /** Whether they scale and shift the body's maps too: what is to be seen may hang on what is stated; false. */
  readonly isToldEarly?: boolean;
  /** Width of the dense layer, which is also the embedding; 96. */
  readonly denseWidth?: number;
  /** What the embedding's units do below zero; ReLU. */
  readonly embeddingUnits?: EmbeddingUnits;
}

/** Added before logarithms are taken: of features, which are about 1, and of counts a cell, which may all be 0. */
const [FEATURE_FLOOR, COUNT_FLOOR] = [0.02, 0.005];

/**
 * Builds a regressor that counts: cell by cell what the image shows, and from the sums what is asked for.
 *
 * The body ends in a map with one pixel for four cells: that is where it sees far for little work. A 1x1 convolution reads a
 * coarse count maps from it, of cells twice as wide; from it and from the last map of the cells' own resolution another reads the
 * fine one. Means of the features, their logarithms and the logarithms of the coarse counts go to the dense layers: a share
 * such as N2/(N1 + N2) or a mean such as sum(r)/N is a difference of logarithms, which a dense layer can take and a product
 * of two means is not. Both are taught beside the targets (`countMapLoss`): some thousand numbers an image in place of some ten.
 *
 * @param options image size, targets, head, count maps, widths
 * @returns a network with input [1, inputSize, inputSize]; its output is the head's numbers, then the count maps, [channels, cells,
 *   cells], then the coarse one, [channels, cells / 2, cells / 2]
 * @throws RangeError when the widths do not reach below the cells' resolution
 * @example
 * import { buildCountMapRegressor } from "../src/train/index.ts";
 * import { expect } from "vitest";
 * const network = buildCountMapRegressor({
 *   inputSize: 32, outputs: 3, head: { kind: "gaussian" }, channels: 2, cellSize: 4, widths: [4, 8, 8, 16],
 * });
 * expect(network.outputShape).toEqual([6 + 2 * 8 * 8 + 2 * 4 * 4]);
 */
export function buildCountMapRegressor(options: CountMapRegressorOptions): Network {
  const {
    inputSize,
    outputs,
    head,
    channels,
    cellSize,
    widths,
    denseWidth = 96,
    conditionCount = 0,
    embeddingUnits: units = "relu",
    isToldEarly = false,
  } = options;
  const halvings = Math.log2(cellSize) + 1;
  checkOptions(options, halvings);
  const headWidth = headOutputs(head, outputs);
  const coarseSize = channels * (inputSize / (2 * cellSize)) ** 2;
  return {
    // as the files of trained networks and checkpoints have it
    name: "census regressor",
    inputShape: [1, inputSize, inputSize],
    conditionCount,
    outputShape: [headWidth + 5 * coarseSize],
    forward(x, scope, conditions) {
      const body = bodyOf(scope, x, { widths, halvings, told: isToldEarly ? conditions : undefined });
      const coarse = softplus(convolutionLayer(scope, "census", body.features, { channels, size: 1 }));
      const [means, counts] = [globalAverage(body.features), globalAverage(coarse)];
      const logs = [log(add(means, FEATURE_FLOOR)), log(add(counts, COUNT_FLOOR))];
      const embedding = embeddingLayer(scope, "head.0", concat([means, ...logs], 1), {
        width: denseWidth,
        units,
      });
      const known =
        conditions === undefined
          ? embedding
          : statedLayer(scope, "head.stated", embedding, { conditions, units });
      const answer = outputLayer(scope, "head.1", known, headWidth);
      const [n] = x.shape;
      const maps = [
        reshape(fineCountMaps(scope, body, channels), [n, 4 * coarseSize]),
        reshape(coarse, [n, coarseSize]),
      ];
      return { output: concat([answer, ...maps], 1), embedding };
    },
  };
}

/** What the body finds: at the resolution of the cells, and at half of it. */
interface BodyMaps {
  readonly atCells: Value;
  readonly features: Value;
}

interface BodyShape {
  readonly widths: readonly number[];
  readonly halvings: number;
  /** What is stated beside the image and scales and shifts the maps [n, conditionCount]. */
  readonly told: Value | undefined;
}

/** 5x5 with stride 2, then 3x3 with 2x2 max pool until a pixel is two cells wide, then 3x3. */
function bodyOf(scope: ParameterScope, x: Value, { widths, halvings, told }: BodyShape): BodyMaps {
  return widths.reduce<BodyMaps>(
    ({ atCells, features }, channels, level) => {
      const geometry = level === 0 ? { size: 5, stride: 2, padding: 2 } : {};
      const plain = convolutionLayer(scope, `body.${level}`, features, { channels, ...geometry });
      const convolved = told === undefined ? plain : modulatedLayer(scope, `body.${level}.told`, plain, told);
      const isPooled = level > 0 && level < halvings;
      return {
        atCells: level === halvings - 1 ? relu(convolved) : atCells,
        features: relu(isPooled ? maxPool2d(convolved, { size: 2, stride: 2 }) : convolved),
      };
    },
    { atCells: x, features: x },
  );
}

/** Counts, cell by cell: what the last map of the cells' resolution shows and what the body sees farther around. */
function fineCountMaps(scope: ParameterScope, { atCells, features }: BodyMaps, channels: number): Value {
  const near = convolutionLayer(scope, "fine.near", atCells, { channels, size: 1 });
  const far = convolutionLayer(scope, "fine.far", features, { channels: 4 * channels, size: 1 });
  return softplus(add(near, channelsToPixels(far, 2)));
}

function checkOptions({ inputSize, cellSize, widths }: CountMapRegressorOptions, halvings: number): void {
  const isReached = halvings > 1 && halvings <= widths.length;
  if (Number.isInteger(halvings) && inputSize % (2 * cellSize) === 0 && isReached) return;
  throw new RangeError(
    `Cannot build count-map regressor: cellSize must be a power of two, twice of it divide the image, and widths be at least ` +
      `as many as its halvings and one, got ${cellSize} with ${inputSize} pixels and ${widths.length} widths`,
  );
}

/** Weight of the fine count maps' errors: where a particle lies to a cell is hard to say, and not what is asked for in the end. */
const FINE_WEIGHT = 0.5;

/** What a count-map regressor is taught. */
export interface CountMapLossOptions {
  /** Count of targets. */
  readonly outputs: number;
  /** Cells along an edge of the image; even. */
  readonly cells: number;
}

/**
 * The loss of a count-map regressor: that of its head, and the mean squared errors of the coarse and of the fine count maps.
 *
 * Most of the fine cells hold nothing, and a network learns slowly from them; from the coarse ones it learns to count.
 *
 * @param head kind of head
 * @param options count of targets, cells along an edge
 * @returns loss of outputs [n, head's + count maps + coarse ones] against targets [n, outputs + count maps], these in units
 *   in which its variance is about 1; the coarse one is in units twice as large, for its cells hold four times as much
 */
export function countMapLoss(head: Head, { outputs, cells }: CountMapLossOptions): Loss {
  const answerLoss = headLoss(head);
  const headWidth = headOutputs(head, outputs);
  return (output, target) => {
    const fineEnd = headWidth + target.shape[1] - outputs;
    const counted = slice(target, 1, outputs, target.shape[1]);
    const fine = meanSquaredError(slice(output, 1, headWidth, fineEnd), counted);
    const coarse = slice(output, 1, fineEnd, output.shape[1]);
    const ofCoarse = meanSquaredError(coarse, multiply(coarsened(counted, cells), 0.5));
    const answer = answerLoss(slice(output, 1, 0, headWidth), slice(target, 1, 0, outputs));
    return add(answer, add(ofCoarse, multiply(fine, FINE_WEIGHT)));
  };
}

/** Shares of the four fine cells nearest to the centre of a coarse one along an axis: a tent as wide as two coarse cells. */
const TENT = [0.25, 0.75, 0.75, 0.25] as const;

/** Count maps of cells twice as wide, shared out among neighbours as `particleCountMaps` does it: [n, channels x cells^2] to a quarter. */
function coarsened(maps: Value, cells: number): Value {
  const planes = reshape(maps, [sizeOf(maps.shape) / cells ** 2, 1, cells, cells]);
  const filter = constant(
    TENT.flatMap((row) => TENT.map((column) => row * column)),
    [1, 1, 4, 4],
  );
  const coarse = conv2d(planes, filter, null, { stride: 2, padding: 1 });
  return reshape(coarse, [maps.shape[0], maps.shape[1] / 4]);
}
