import { shiftedRmse, type SettingComparison } from "./compare-settings.ts";
import type { UcsStudyResult } from "./run-ucs-study.ts";

/**
 * Every number of a study's report as one JSON value, without pictures; errors in MPa.
 *
 * @param study result of runUcsStudy
 * @returns plain data
 */
export function ucsResults({ budget, limits, learning, comparison }: UcsStudyResult): object {
  return { budget, limits, learning, ...comparisonResults(comparison) };
}

/**
 * Every number of a comparison as one JSON value, without pictures; errors in the unit of the strengths.
 *
 * @param comparison result of compareSettings
 * @returns plain data
 */
export function comparisonResults(comparison: SettingComparison): object {
  const { specimenCount, recordedCount, settings, trusted, pipelines } = comparison;
  return {
    specimenCount,
    recordedCount,
    settings,
    trusted: { descriptors: trusted.descriptors, normalization: trusted.normalization },
    pipelines: pipelines.map((one) => ({
      descriptors: one.descriptors,
      normalization: one.normalization,
      asTrained: one.asTrained,
      scoresBySetting: Object.fromEntries(settings.map((setting, i) => [setting, one.scores[i]])),
      shiftedRmse: shiftedRmse(one),
      drop: one.drop,
      intensitySlope: one.intensitySlope,
      probeAccuracy: one.probeAccuracy,
      importance: one.importance.slice(0, 20),
    })),
  };
}
