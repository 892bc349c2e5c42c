import { classify } from "../apply/classify.ts";
import type { Segmenter } from "../apply/open-segmenter.ts";
import type { ProbabilityMap } from "../apply/pixel-classifier.ts";
import { jointSegmenter } from "../apply/symmetries.ts";
import type { LabelledMicrograph } from "../data/labelled-set.ts";
import { withoutEdgeObjects } from "../data/unlabelled-edge.ts";
import { classCounts, confusionMatrix } from "../metrics/confusion.ts";
import { classScores, definedMean } from "../metrics/scores.ts";
import type { SegmentConfig } from "../segment-config.ts";
import type { PostProcessing } from "../segmenter-model.ts";

/**
 * Chooses the threshold of the morphological rule: the candidate with the highest mean IoU over the validation images.
 *
 * With more than two classes there is no threshold to choose, and the IoU is that of the opened classes.
 */
export async function choosePostProcessing(
  segmenter: Pick<Segmenter, "probabilities">,
  validation: readonly LabelledMicrograph[],
  config: Pick<SegmentConfig, "postProcessing" | "data">,
): Promise<PostProcessing> {
  const { threshold, candidates, radiusPx, views } = config.postProcessing;
  const maps: ProbabilityMap[] = [];
  const joint = jointSegmenter([segmenter], views);
  for (const { image } of validation) maps.push(await joint.probabilities(image));
  const classCount = config.data.classNames.length;
  const settingsOf = (chosenThreshold: number) => ({
    threshold,
    chosenThreshold,
    radiusPx,
    views,
    validationIou: null,
  });
  const tried = (classCount === 2 ? [threshold, ...candidates] : [threshold]).map((candidate) => {
    const settings = settingsOf(candidate);
    const ious = maps.map((map, i) => {
      const answer = classify(map, "morphological", settings);
      const found = config.data.unlabelledEdgePx > 0 ? withoutEdgeObjects(answer, map) : answer;
      const matrix = confusionMatrix(validation[i].classIds, found, classCount);
      const objects = Array.from(
        { length: classCount - 1 },
        (_, k) => classScores(classCounts(matrix, k + 1)).iou,
      );
      return definedMean(objects);
    });
    return { ...settings, validationIou: definedMean(ious) };
  });
  // NaN (no object anywhere) never wins
  return tried.reduce((best, next) => (next.validationIou > best.validationIou ? next : best));
}
