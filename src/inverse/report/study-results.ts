import type { InversionStudy } from "../run-inversion-study.ts";

/**
 * Every figure of a study's report as one JSON document. No clock is in it: the same study gives the same bytes.
 *
 * @param result what the study found
 * @returns plain data: parameters, descriptors, learning curve, real images
 */
export function studyResults(result: InversionStudy): Readonly<Record<string, unknown>> {
  const { plan, model, validation, structures, realAnswers, refusedImages, learningCurve } = result;
  return {
    format: "heterostem-results/1",
    study: plan.name,
    seed: plan.seed,
    provenance: model.provenance,
    materials: model.materials,
    images: { ...plan.counts, rejectedDraws: result.rejectedDraws },
    training: { steps: result.steps, bestStep: result.bestStep, learningCurve },
    parameters: validation.scores.filter(({ quantity }) => quantity === "parameter"),
    ownDescriptors: validation.scores.filter(({ quantity }) => quantity === "descriptor"),
    tarpP: validation.tarpP,
    coverageByDifficulty: validation.classes,
    pools: result.pools,
    ceilings: result.ceilings,
    fieldCeilings: result.fieldCeilings,
    listCeilings: result.listCeilings,
    rerenderings: result.rerenderings.map(({ name, strangeShare, ranks }) => ({
      name,
      strangeShare,
      ranks,
    })),
    outOfDistribution: {
      wantedFalseAlarmRate: validation.wantedFalseAlarmRate,
      shareOfHeldOut: validation.outOfDistributionShare,
      limit: model.familiarity.limit,
    },
    structures: { imageCount: structures.imageCount, unrealisableCount: structures.unrealisableCount },
    descriptors: structures.descriptors.map(({ label, distributions: _, ...score }) => ({
      name: label,
      ...score,
    })),
    answerStructures: {
      ...result.answerStructures,
      descriptors: result.answerStructures.descriptors.map(({ label, ...score }) => ({
        name: label,
        ...score,
      })),
    },
    realImages: realAnswers.map(({ image: _, output: __, estimates, ...answer }) =>
      answer.verdict === "out of distribution" ? answer : { ...answer, estimates },
    ),
    refusedImages,
  };
}
