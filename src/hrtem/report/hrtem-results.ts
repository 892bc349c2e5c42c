import { importanceOf } from "../../forest/index.ts";
import type { HrtemScores } from "../score-hrtem.ts";
import type { HrtemTrainingResult } from "../train-model.ts";

/**
 * Every number of a training's report as one JSON value, without pictures and model files.
 *
 * @param result of trainOnSimulated or trainOnRecorded
 * @returns plain data
 */
export function trainingResults({ trained, scores, counts, pixelSizeNm }: HrtemTrainingResult): object {
  const { threshold, learningCurve, forests, particleCount, diameterNm } = trained;
  return {
    counts,
    pixelSizeNm,
    threshold,
    trainingParticles: particleCount,
    diameterNm,
    outOfBag: forests.map((one) => ({ name: one.name, score: one.forest.outOfBag.score })),
    importance: importanceOf(forests[forests.length - 1].forest),
    learningCurve,
    ...(scores === null ? {} : scoreResults(scores)),
  };
}

/**
 * The numbers of a scoring.
 *
 * @param scores result of scoreHrtem
 * @returns plain data
 */
export function scoreResults({ all, sets, images, rows, population, truePopulation }: HrtemScores): object {
  return { all, sets, images, heldOutParticles: rows.length, population, truePopulation };
}
