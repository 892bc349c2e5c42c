import type { PostProcessing } from "../segmenter-model.ts";
import { closeMask, openMask } from "./binary-morphology.ts";
import type { ProbabilityMap } from "./open-segmenter.ts";

/** How probabilities become classes: the study's plain rule, or threshold with opening and closing. */
export type ClassRule = "plain" | "morphological";

/**
 * Turns probabilities into classes.
 *
 * "plain": above the threshold (two classes) or the likeliest class. "morphological": two classes above the threshold that was
 * chosen on the validation set, then opened and closed by a disc; with more classes, the likeliest, then each class opened.
 *
 * @param map probabilities
 * @param rule which rule
 * @param settings thresholds and radius of the model
 * @returns [height, width] class ids
 */
export function classify(map: ProbabilityMap, rule: ClassRule, settings: PostProcessing): Uint8Array {
  const { width, height, channelCount } = map;
  if (channelCount > 1) {
    const classIds = likeliest(map);
    return rule === "plain" ? classIds : withoutSpecks(classIds, map, settings.radiusPx);
  }
  const threshold = rule === "plain" ? settings.threshold : settings.chosenThreshold;
  const data = Uint8Array.from(map.data, (probability) => (probability > threshold ? 1 : 0));
  if (rule === "plain") return data;
  const opened = openMask({ width, height, data }, settings.radiusPx);
  return closeMask(opened, settings.radiusPx).data;
}

function likeliest({ data, channelCount }: ProbabilityMap): Uint8Array {
  const classIds = new Uint8Array(data.length / channelCount);
  for (let i = 0; i < classIds.length; i++) {
    let best = 0;
    for (let channel = 1; channel < channelCount; channel++) {
      if (data[i * channelCount + channel] > data[i * channelCount + best]) best = channel;
    }
    classIds[i] = best;
  }
  return classIds;
}

/** What opening takes from a class becomes background. */
function withoutSpecks(classIds: Uint8Array, map: ProbabilityMap, radiusPx: number): Uint8Array {
  const { width, height, channelCount } = map;
  const result = new Uint8Array(classIds.length);
  for (let classId = 1; classId < channelCount; classId++) {
    const data = classIds.map((value) => (value === classId ? 1 : 0));
    openMask({ width, height, data }, radiusPx).data.forEach((isKept, i) => {
      if (isKept === 1) result[i] = classId;
    });
  }
  return result;
}
