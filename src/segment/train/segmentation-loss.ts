import {
  add,
  clamp,
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
  /** Targets have pixels that nobody labelled: -1 in the one plane of two classes, else in no plane. They count nowhere. */
  readonly hasUnlabelled?: boolean;
}

/** Keeps Dice defined where a class is neither there nor found [px]. */
const SMOOTHING = 1;

/**
 * The loss of a segmentation network: weighted cross-entropy plus soft Dice [milletari2016].
 *
 * Two classes: one logit a pixel, logistic. More: one logit a class, softmax; Dice is the mean over the classes but the
 * background. Dice is summed over the whole batch, so that crops without a rare class do not drown those with it.
 *
 * @returns loss of logits [n, 1 or classCount, h, w] against masks or one-hot maps of the same shape
 */
export function segmentationLoss(recipe: LossRecipe): Loss {
  const { classCount, crossEntropyShare, classWeights } = recipe;
  if (recipe.hasUnlabelled === true) return labelledLoss(recipe);
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
  return classWeights === undefined ? binaryCrossEntropyWithLogits : weightedEntropy(classWeights);
}

function weightedEntropy([background, object]: readonly number[], isLabelled?: Value): Loss {
  return (output, target) => {
    const ofClass = add(multiply(target, object - background), background);
    const weights = isLabelled === undefined ? ofClass : multiply(ofClass, isLabelled);
    return divide(sumOf(multiply(logisticError(output, target), weights)), sumOf(weights));
  };
}

/** The same over the labelled pixels alone. */
function labelledLoss({ classCount, crossEntropyShare, classWeights }: LossRecipe): Loss {
  const isBinary = classCount === 2;
  const weights = classWeights ?? Array.from({ length: classCount }, () => 1);
  return (output, target) => {
    const truth = isBinary ? clamp(target, 0, 1) : target;
    const isLabelled = isBinary ? add(clamp(target, -1, 0), 1) : reduceSum(target, [1]);
    const probability = isBinary ? sigmoid(output) : objects(softmax(output, 1));
    const dice = batchDice(multiply(probability, isLabelled), isBinary ? truth : objects(truth));
    const entropy = isBinary
      ? weightedEntropy(weights, isLabelled)(output, truth)
      : crossEntropy(weights)(output, truth);
    return add(multiply(entropy, crossEntropyShare), multiply(dice, 1 - crossEntropyShare));
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
