import { shiftedRmse, type UcsStudyResult } from "./run-ucs-study.ts";

/**
 * Every number of a study's report as one JSON value, without pictures.
 *
 * @param study result of runUcsStudy
 * @returns plain data
 */
export function ucsResults(study: UcsStudyResult): object {
  const { effort, specimenCount, recordedCount, settings, trusted, limits, learning, pipelines } = study;
  const tested = pipelines.map((one) => ({
    descriptors: one.descriptors,
    normalization: one.normalization,
    asTrained: one.asTrained,
    scoresBySetting: Object.fromEntries(settings.map((setting, i) => [setting, one.scores[i]])),
    shiftedRmseMPa: shiftedRmse(one),
    dropMPa: one.drop,
    intensitySlope: one.intensitySlope,
    probeAccuracy: one.probeAccuracy,
    importance: one.importance.slice(0, 20),
  }));
  const { descriptors, normalization } = trusted;
  return {
    effort,
    specimenCount,
    recordedCount,
    settings,
    trusted: { descriptors, normalization },
    limits,
    learning,
    pipelines: tested,
  };
}
