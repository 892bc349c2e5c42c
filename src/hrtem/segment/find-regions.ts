import { mean, type GrayImage } from "../../core/index.ts";
import { openPixelClassifier, type PixelClassifierOptions } from "../../segment/index.ts";
import { readModelMetadata } from "../../train/index.ts";
import { diceOf } from "./dice.ts";
import { REGION_KIND, REGION_TILING, regionNetwork } from "./region-network.ts";

/** A region network that is ready to be used. */
export interface RegionFinder {
  /** Probability of being part of a particle, [height, width], 0 to 1. */
  probabilities(image: GrayImage): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Opens a region network; it takes prepared images of any size.
 *
 * @throws RangeError when the model is of another kind
 */
export function openRegions(
  bytes: Uint8Array,
  { where, ...options }: PixelClassifierOptions & { readonly where?: string },
): RegionFinder {
  readModelMetadata(bytes, { kind: REGION_KIND, where });
  const pixels = openPixelClassifier(bytes, { networkOf: regionNetwork, tiling: REGION_TILING }, options);
  return {
    async probabilities(image) {
      const { data, channelCount } = await pixels.probabilities(image);
      return Float32Array.from({ length: data.length / channelCount }, (_, i) => data[i * channelCount + 1]);
    },
    dispose: pixels.dispose,
  };
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
    return { threshold, meanDice: mean(dice) };
  });
  return choices.reduce((best, choice) => (choice.meanDice > best.meanDice ? choice : best));
}

/** Pixels above a threshold. */
export function maskAbove(values: Float32Array, threshold: number): Uint8Array {
  return Uint8Array.from(values, (value) => (value > threshold ? 1 : 0));
}
