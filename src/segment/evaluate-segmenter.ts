import type { BootstrapInterval, RandomStream, StartStage } from "../core/index.ts";
import { bootstrapInterval, groupedBy, mean } from "../core/index.ts";
import { classify } from "./apply/classify.ts";
import type { ClassRule } from "./apply/classify.ts";
import type { Segmenter } from "./apply/open-segmenter.ts";
import { otsuThreshold } from "../image/index.ts";
import type { LabelledMicrograph } from "./data/labelled-set.ts";
import { boundaryF } from "./metrics/boundary-f.ts";
import { addConfusions, classCounts, confusionMatrix } from "./metrics/confusion.ts";
import type { ConfusionMatrix } from "./metrics/confusion.ts";
import { instanceScores, scoresOfCounts } from "./metrics/instance-scores.ts";
import type { InstanceScores } from "./metrics/instance-scores.ts";
import { classScores, definedMean, fBeta, overallScores } from "./metrics/scores.ts";
import type { ClassScores, OverallScores } from "./metrics/scores.ts";
import { whereLabelled, withoutEdgeObjects } from "./data/unlabelled-edge.ts";
import { labelledObjects, objectsOf } from "./particles/objects.ts";

/** How near a found boundary must be to a true one [px]. */
const BOUNDARY_TOLERANCE_PX = 2;
/** From any overlap to near identity. */
const INSTANCE_THRESHOLDS = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95] as const;

/** How probabilities become classes: both ways are scored. */
export const RULES = ["plain", "morphological"] as const satisfies readonly ClassRule[];

/** Scores of a class in one image. */
export interface ImageClassScores extends ClassScores {
  readonly classId: number;
  readonly boundaryF: number;
  /** Share of the labelled pixels that is the class, and that was found to be. */
  readonly trueShare: number;
  readonly foundShare: number;
  /** IoU of a two-sided Otsu threshold, the better side: the baseline that must be beaten. */
  readonly otsuIou: number;
  /** Objects at rising IoU thresholds. */
  readonly instances: readonly InstanceScores[];
}

/** One image measured under one rule. */
export interface ImageEvaluation {
  readonly name: string;
  readonly group: string;
  readonly fold: number | null;
  readonly rule: ClassRule;
  readonly confusion: ConfusionMatrix;
  /** Classes 1, 2, ...; the background is not listed. */
  readonly classes: readonly ImageClassScores[];
  readonly width: number;
  readonly height: number;
  /** [height, width] class ids; where nobody labelled, truth is UNLABELLED and found is background. */
  readonly truth: Uint8Array;
  readonly found: Uint8Array;
}

/** What an answer is measured under. */
export interface EvaluationTask {
  readonly rule: ClassRule;
  readonly classCount: number;
  /** The labels leave out objects cut by the image's edge: found ones become background first. */
  readonly dropsEdgeObjects: boolean;
}

/** A class over all images. */
export interface ClassSummary {
  readonly classId: number;
  readonly name: string;
  /** Means over images that have or were given the class, with 95 % intervals by group. */
  readonly iou: BootstrapInterval;
  readonly dice: BootstrapInterval;
  readonly precision: BootstrapInterval;
  readonly recall: BootstrapInterval;
  readonly boundaryF: BootstrapInterval;
  readonly otsuIou: BootstrapInterval;
  /** Of the pixels of all images together. */
  readonly pooled: ClassScores;
  /** F-beta of the same pixels: precision counts twice as much as recall, and recall twice as much as precision. */
  readonly pooledFBeta: { readonly half: number; readonly two: number };
  /** Mean absolute error of the area fraction over images. */
  readonly areaFractionError: number;
  /** Objects of all images together, at each threshold. */
  readonly instances: readonly InstanceScores[];
}

/** All images under one rule. */
export interface RuleSummary {
  readonly rule: ClassRule;
  readonly imageCount: number;
  readonly groupCount: number;
  readonly confusion: ConfusionMatrix;
  readonly overall: OverallScores;
  readonly classes: readonly ClassSummary[];
}

/**
 * Measures a segmenter on labelled images, under both rules.
 *
 * @param segmenter the model
 * @param items images that it was not trained on
 * @param startStage announces the stage
 * @returns two evaluations an image, one a rule
 */
export async function evaluateImages(
  segmenter: Pick<Segmenter, "probabilities" | "metadata">,
  items: readonly LabelledMicrograph[],
  startStage: StartStage,
): Promise<ImageEvaluation[]> {
  const { classNames, postProcessing, config } = segmenter.metadata;
  const task = { classCount: classNames.length, dropsEdgeObjects: config.data.unlabelledEdgePx > 0 };
  const stage = startStage("Measuring images", items.length);
  const results: ImageEvaluation[] = [];
  for (const [index, item] of items.entries()) {
    const map = await segmenter.probabilities(item.image);
    for (const rule of RULES) {
      results.push(evaluateImage(item, classify(map, rule, postProcessing), { ...task, rule }));
    }
    stage.update(index + 1, item.name);
  }
  stage.finish(`${items.length} images`);
  return results;
}

/**
 * Measures one answer against the labels.
 *
 * @param answer [height, width] class ids
 */
export function evaluateImage(
  item: LabelledMicrograph,
  answer: Uint8Array,
  { rule, classCount, dropsEdgeObjects }: EvaluationTask,
): ImageEvaluation {
  const { name, group, fold, width, height, classIds: truth } = item;
  const found = whereLabelled(dropsEdgeObjects ? withoutEdgeObjects(answer, item) : answer, truth);
  const confusion = confusionMatrix(truth, found, classCount);
  const classes = Array.from({ length: classCount - 1 }, (_, index): ImageClassScores => {
    const classId = index + 1;
    const counts = classCounts(confusion, classId);
    const [isThere, isFound] = [maskOf(truth, classId), maskOf(found, classId)];
    const frame = { width, height };
    const pixels = confusion.counts.reduce((sum, count) => sum + count, 0);
    return {
      classId,
      ...classScores(counts),
      boundaryF: boundaryF(isThere, isFound, { ...frame, tolerancePx: BOUNDARY_TOLERANCE_PX }),
      trueShare: (counts.truePositives + counts.falseNegatives) / pixels,
      foundShare: (counts.truePositives + counts.falsePositives) / pixels,
      otsuIou: otsuIou(item, isThere, dropsEdgeObjects),
      instances: instanceScores(
        labelledObjects(isThere, item),
        objectsOf(isFound, frame),
        INSTANCE_THRESHOLDS,
      ),
    };
  });
  return { name, group, fold, rule, confusion, classes, width, height, truth, found };
}

/**
 * Scores over all images of one rule, with intervals from drawing groups.
 *
 * @param rng stream of the bootstrap
 * @param evaluations images; those of other rules are left out
 * @param rule which rule
 * @param classNames names by id, background first
 * @returns the summary
 */
export function summarise(
  rng: RandomStream,
  evaluations: readonly ImageEvaluation[],
  rule: ClassRule,
  classNames: readonly string[],
): RuleSummary {
  const images = evaluations.filter((evaluation) => evaluation.rule === rule);
  const confusion = addConfusions(images.map((image) => image.confusion));
  const classes = classNames.slice(1).map((name, index): ClassSummary => {
    const perImage = images.map(({ group, classes: scores }) => ({ group, ...scores[index] }));
    const groups = groupedBy(perImage, ({ group }) => group);
    const counts = classCounts(confusion, index + 1);
    const interval = (key: "iou" | "dice" | "precision" | "recall" | "boundaryF" | "otsuIou") =>
      bootstrapInterval(rng.fork(rule, index, key), groups, (list) =>
        definedMean(list.map((one) => one[key])),
      );
    return {
      classId: index + 1,
      name,
      iou: interval("iou"),
      dice: interval("dice"),
      precision: interval("precision"),
      recall: interval("recall"),
      boundaryF: interval("boundaryF"),
      otsuIou: interval("otsuIou"),
      pooled: classScores(counts),
      pooledFBeta: { half: fBeta(counts, 0.5), two: fBeta(counts, 2) },
      areaFractionError: mean(perImage.map(({ trueShare, foundShare }) => Math.abs(trueShare - foundShare))),
      instances: pooledInstances(perImage.map(({ instances }) => instances)),
    };
  });
  const groupCount = new Set(images.map(({ group }) => group)).size;
  return {
    rule,
    imageCount: images.length,
    groupCount,
    confusion,
    overall: overallScores(confusion),
    classes,
  };
}

function pooledInstances(perImage: readonly (readonly InstanceScores[])[]): InstanceScores[] {
  return INSTANCE_THRESHOLDS.map((threshold, index) => {
    const all = perImage.map((scores) => scores[index]);
    const sum = (value: (scores: InstanceScores) => number) =>
      all.reduce((total, scores) => total + value(scores), 0);
    return scoresOfCounts(threshold, {
      truePositives: sum((scores) => scores.truePositives),
      falsePositives: sum((scores) => scores.falsePositives),
      falseNegatives: sum((scores) => scores.falseNegatives),
      iouSum: sum(({ meanMatchedIou, truePositives }) =>
        truePositives > 0 ? meanMatchedIou * truePositives : 0,
      ),
    });
  });
}

const maskOf = (classIds: Uint8Array, classId: number) =>
  classIds.map((value) => (value === classId ? 1 : 0));

function otsuIou(
  { image, width, height, classIds }: LabelledMicrograph,
  truth: Uint8Array,
  dropsEdgeObjects: boolean,
): number {
  if (!truth.includes(1)) return NaN;
  const threshold = otsuThreshold(image.data);
  const sides = [1, 0].map((bright) => {
    const side = Uint8Array.from(image.data, (value) => (value > threshold ? bright : 1 - bright));
    const kept = dropsEdgeObjects ? withoutEdgeObjects(side, { width, height }) : side;
    const found = whereLabelled(kept, classIds);
    return classScores(classCounts(confusionMatrix(truth, found, 2), 1)).iou;
  });
  return Math.max(...sides);
}
