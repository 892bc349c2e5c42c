import type { GrayImage } from "../../core/index.ts";
import { cropRegion, mapTiles, planTiles } from "../../image/index.ts";
import type { LoadedModel } from "../../train/index.ts";

/** Reach of the network that the tiles overlap by [px]: four halvings with two 3 x 3 convolutions at the bottom; less in small tiles. */
const MARGIN_PX = 64;

/**
 * Probability of being part of a particle, pixel by pixel; large images go through in overlapping tiles.
 *
 * @returns [height, width], 0 to 1
 */
export async function regionProbabilities(network: LoadedModel, image: GrayImage): Promise<Float32Array> {
  const tileSize = network.metadata["tileSize"] as number;
  const width = Math.max(tileSize, image.width);
  const height = Math.max(tileSize, image.height);
  const padded = cropRegion(image, { x: 0, y: 0, width, height }, { padding: "borderMedian" });
  const plan = planTiles(width, height, { tileSize, margin: Math.min(MARGIN_PX, tileSize / 4) });
  const result = new Float32Array(image.width * image.height);
  const tiles = mapTiles(
    (region) => cropRegion(padded, region),
    plan,
    1,
    async (tile) => particleShare((await network.predict(tile.data, 1)).outputs),
  );
  for await (const { firstRow, rowCount, data } of tiles) {
    for (let row = firstRow; row < Math.min(image.height, firstRow + rowCount); row++) {
      const from = (row - firstRow) * width;
      result.set(data.subarray(from, from + image.width), row * image.width);
    }
  }
  return result;
}

/** Softmax of two logits a pixel: 1/(1 + exp(film - particle)). */
function particleShare(logits: Float32Array): Float32Array {
  const size = logits.length / 2;
  return Float32Array.from({ length: size }, (_, i) => 1 / (1 + Math.exp(logits[i] - logits[size + i])));
}

/**
 * Dice coefficient of two masks, 2 |A and B| / (|A| + |B|); 1 for two empty ones.
 *
 * @example
 * import { diceOf } from "../src/hrtem/segment/find-regions.ts";
 * import { expect } from "vitest";
 * expect(diceOf([1, 1, 0, 0], [1, 0, 0, 0])).toBeCloseTo(2 / 3, 12);
 */
export function diceOf(mask: ArrayLike<number>, truth: ArrayLike<number>): number {
  let [both, sum] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    const [a, b] = [mask[i] === 0 ? 0 : 1, truth[i] === 0 ? 0 : 1];
    both += a & b;
    sum += a + b;
  }
  return sum === 0 ? 1 : (2 * both) / sum;
}

/** A threshold and what it gives. */
export interface ThresholdChoice {
  readonly threshold: number;
  /** Mean Dice over the validation images. */
  readonly meanDice: number;
}

/** Thresholds that are tried: 0.05 to 0.95. */
const TRIED = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/**
 * Chooses the probability above which a pixel belongs to a particle: the largest mean Dice over validation images.
 *
 * The original climbed to the best pixel accuracy on its training set; validation images keep the choice honest.
 */
export function chooseThreshold(
  images: readonly { readonly probabilities: Float32Array; readonly truth: Uint8Array }[],
): ThresholdChoice {
  const choices = TRIED.map((threshold) => {
    const dice = images.map(({ probabilities, truth }) => diceOf(maskAbove(probabilities, threshold), truth));
    return { threshold, meanDice: dice.reduce((sum, value) => sum + value, 0) / dice.length };
  });
  return choices.reduce((best, choice) => (choice.meanDice > best.meanDice ? choice : best));
}

/** Pixels above a threshold. */
export function maskAbove(values: Float32Array, threshold: number): Uint8Array {
  return Uint8Array.from(values, (value) => (value > threshold ? 1 : 0));
}
