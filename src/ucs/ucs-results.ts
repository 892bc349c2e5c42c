import { shiftedRmse, type UcsStudyResult } from "./run-ucs-study.ts";

/**
 * Every number of a study's report as one JSON value, without pictures.
 *
 * @param study result of runUcsStudy
 * @returns plain data
 */
export function ucsResults(study: UcsStudyResult): object {
  const { effort, specimenCount, settings, trusted, ceilingR2, pipelines } = study;
  const tested = pipelines.map(({ name, scores, intensitySlope, probeAccuracy, importance }) => ({
    name,
    scoresBySetting: Object.fromEntries(settings.map((setting, i) => [setting, scores[i]])),
    shiftedRmseMPa: shiftedRmse({ scores }),
    intensitySlope,
    probeAccuracy,
    importance: importance.slice(0, 20),
  }));
  return { effort, specimenCount, settings, trusted, ceilingR2, pipelines: tested };
}
