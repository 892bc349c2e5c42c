import {
  add,
  divide,
  meanOf,
  multiply,
  reduceSum,
  sigmoid,
  slice,
  softmax,
  subtract,
  sumOf,
} from "../../graph/index.ts";
import type { Value } from "../../graph/index.ts";
import { binaryCrossEntropyWithLogits, crossEntropy, logisticError } from "../../train/index.ts";
import type { Loss } from "../../train/index.ts";

/** What a segmentation loss is made of. */
export interface LossRecipe {
  readonly classCount: number;
  /** Weight of the cross-entropy, 0 to 1; the rest weighs Dice. */
  readonly crossEntropyShare: number;
  /** Factor of each class in the cross-entropy; 1 each by default. */
  readonly classWeights?: readonly number[];
}

/** Keeps Dice defined where a class is neither there nor found [px]. */
const SMOOTHING = 1;

/**
 * The loss of a segmentation network: weighted cross-entropy plus soft Dice [milletari2016].
 *
 * Two classes: one logit a pixel, logistic. More: one logit a class, softmax; Dice is the mean over the classes but the
 * background. Dice is summed over the whole batch, so that cuts without a rare class do not drown those with it.
 *
 * @returns loss of logits [n, 1 or classCount, h, w] against masks or one-hot maps of the same shape
 */
export function segmentationLoss({ classCount, crossEntropyShare, classWeights }: LossRecipe): Loss {
  const isBinary = classCount === 2;
  const entropy = isBinary ? binaryEntropy(classWeights) : crossEntropy(classWeights);
  const dice: Loss = isBinary
    ? (output, target) => batchDice(sigmoid(output), target)
    : (output, target) => batchDice(objects(softmax(output, 1)), objects(target));
  return (output, target) =>
    add(
      multiply(entropy(output, target), crossEntropyShare),
      multiply(dice(output, target), 1 - crossEntropyShare),
    );
}

function binaryEntropy(classWeights: readonly number[] | undefined): Loss {
  if (classWeights === undefined) return binaryCrossEntropyWithLogits;
  const [background, object] = classWeights;
  return (output, target) => {
    const weights = add(multiply(target, object - background), background);
    return divide(sumOf(multiply(logisticError(output, target), weights)), sumOf(weights));
  };
}

/** All classes but the background. */
const objects = (x: Value) => slice(x, 1, 1, x.shape[1]);

/** 1 - (2 sum(p t) + s)/(sum(p) + sum(t) + s) per class, then the mean. */
function batchDice(probability: Value, target: Value): Value {
  const axes = [0, 2, 3];
  const overlap = add(multiply(reduceSum(multiply(probability, target), axes), 2), SMOOTHING);
  const areas = add(add(reduceSum(probability, axes), reduceSum(target, axes)), SMOOTHING);
  return subtract(1, meanOf(divide(overlap, areas)));
}
