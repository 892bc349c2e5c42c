import type { HrtemStudyResult } from "./run-hrtem-study.ts";

/**
 * Every number of a study's report as one JSON value, without pictures and model files.
 *
 * @param study result of runHrtemStudy
 * @returns plain data
 */
export function hrtemResults(study: HrtemStudyResult): object {
  const { effort, threshold, regionScores, forests, importance, population, truePopulation } = study;
  const { learningCurve, trainingParticles, rows } = study;
  return {
    effort,
    threshold,
    regionScores,
    forests,
    importance,
    trainingParticles,
    heldOutParticles: rows.length,
    population,
    truePopulation,
    learningCurve,
  };
}
