import type { PostProcessing } from "../segmenter-model.ts";
import { closeMask, openMask } from "../../image/index.ts";
import type { ProbabilityMap } from "./pixel-classifier.ts";

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
  return cleanedClasses(pointwiseClasses(map, rule, settings), map, { rule, settings });
}

/**
 * The part of `classify` that looks at one pixel at a time.
 *
 * @returns [height, width] class ids
 */
export function pointwiseClasses(map: ProbabilityMap, rule: ClassRule, settings: PostProcessing): Uint8Array {
  if (map.channelCount > 1) return likeliest(map);
  const threshold = rule === "plain" ? settings.threshold : settings.chosenThreshold;
  const classIds = new Uint8Array(map.data.length);
  for (let i = 0; i < classIds.length; i++) if (map.data[i] > threshold) classIds[i] = 1;
  return classIds;
}

/**
 * The part of `classify` that looks around: the morphological rule's openings and closings.
 *
 * @param classIds [height, width] of the pointwise rule
 */
export function cleanedClasses(
  classIds: Uint8Array,
  map: Omit<ProbabilityMap, "data">,
  { rule, settings }: { readonly rule: ClassRule; readonly settings: PostProcessing },
): Uint8Array {
  if (rule === "plain") return classIds;
  if (map.channelCount > 1) return withoutSpecks(classIds, map, settings.radiusPx);
  const { width, height } = map;
  const opened = openMask({ width, height, data: classIds }, settings.radiusPx);
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
function withoutSpecks(
  classIds: Uint8Array,
  map: Omit<ProbabilityMap, "data">,
  radiusPx: number,
): Uint8Array {
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
