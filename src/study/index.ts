/**
 * Whole jobs, as the commands offer them: a corpus from a recipe, a network from a corpus, an error analysis from
 * both, answers for real images. Joins the other folders; knows no flags, no terminal and no clock.
 */
export { quickStudy, studySchema } from "./study-config.ts";
export type { StudyConfig } from "./study-config.ts";
export { targetsOfPrior, targetsOfStudy } from "./targets.ts";
export { fieldStatistics, structureCeilings } from "./structure-ceiling.ts";
export { recipeOfCorpus, sampleRecipe } from "./corpus-recipe.ts";
export { estimateCost, generateCorpus, mergeCorpora, planStudyCorpus } from "./generate-corpus.ts";
export type { CorpusCost, CorpusJob, GenerateOptions } from "./generate-corpus.ts";
export { readCorpusValues, summariseCorpus } from "./summarise-corpus.ts";
export type { ColumnSummary, CorpusSummary, CorpusValues } from "./summarise-corpus.ts";
export { sliceDataSet } from "./data-set.ts";
export type { DataSet } from "./data-set.ts";
export { drawStreamSets, drawTrainingSets } from "./draw-corpus.ts";
export type { DrawSetsOptions, TrainingSets } from "./draw-corpus.ts";
export { loadCorpus } from "./load-corpus.ts";
export type { LoadedCorpus } from "./load-corpus.ts";
export { trainingFigure } from "./learning-curve.ts";
export { trainInversion } from "./train-inversion.ts";
export type { TrainedInversion, TrainInversionOptions } from "./train-inversion.ts";
export { checkStartModel } from "./start-model.ts";
export type { StartModel } from "./start-model.ts";
export { openInversion, studyOfModel } from "./open-inversion.ts";
export type { Inversion } from "./open-inversion.ts";
export { readOriented } from "./predict.ts";
export type { OrientedReadings } from "./predict.ts";
export { validateInversion } from "./validate-inversion.ts";
export type { ValidationResult } from "./validate-inversion.ts";
export { calibratePools, POOL_SIZES, scorePools, simulatePowders } from "./pools.ts";
export type { PoolScore } from "./pools.ts";
export { compareStructures } from "./compare-structures.ts";
export { invertImages, poolAnswers, readImages } from "./invert-images.ts";
export { checkImage, checkPoolPixels } from "./check-image.ts";
export { definedPart } from "./stated-conditions.ts";
export type { StatedConditions } from "../inverse/index.ts";
export type { FileAnswer, ImageFile, InvertOptions, PooledAnswer, Verdict } from "./invert-images.ts";
export { inversionReport } from "./inversion-report.ts";
export type { InversionResult } from "./inversion-report.ts";
export { shippedModel } from "./shipped-model.ts";
export { rerenderAnswer } from "./rerender.ts";
export type { Rerendering } from "./rerender.ts";
export { fitToField } from "./fit-to-field.ts";
export type { FittedImage, FitOptions } from "./fit-to-field.ts";
export { runStudy } from "./run-study.ts";
export type { GallerySample, StudyOptions, StudyResult } from "./run-study.ts";
export { studyReport } from "./study-report.ts";
export { studyResults } from "./study-results.ts";
