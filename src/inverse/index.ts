/**
 * The inversion, whole: a corpus from a recipe, a network from a corpus, an error analysis from both, answers for real
 * images. Joins the other folders; knows no flags, no terminal and no clock.
 */
export { quickRecipe, inversionRecipeSchema } from "./data/inversion-recipe.ts";
export type { InversionRecipe } from "./data/inversion-recipe.ts";
export { leavesChoice, planInversion } from "./data/plan-inversion.ts";
export type { InversionPlan } from "./data/plan-inversion.ts";
export { recipeFor } from "./data/recipe-for.ts";
export type { PowderFacts, RecipeFile } from "./data/recipe-for.ts";
export { planText } from "./report/plan-text.ts";
export { recipeOfCorpus } from "./data/recipe-of-corpus.ts";
export { corpusJob, estimateCost, generateCorpus, mergeCorpora } from "./data/generate-corpus.ts";
export type { CorpusCost, CorpusJob } from "./data/generate-corpus.ts";
export { readCorpusValues, summariseCorpus } from "./data/summarise-corpus.ts";
export type { CorpusValues } from "./data/summarise-corpus.ts";
export { sliceDataSet } from "./data/data-set.ts";
export type { ImageSet } from "./data/data-set.ts";
export { drawStreamSets, drawTrainingSets } from "./data/draw-data-sets.ts";
export type { TrainingSets } from "./data/draw-data-sets.ts";
export { loadCorpus } from "./data/load-corpus.ts";
export { inversionStream } from "./data/training-source.ts";
export { loadCorpusTraining, planCorpusUse, useOfCounts } from "./data/corpus-training.ts";
export { growCorpus } from "./data/grow-corpus.ts";
export type { CorpusTrainingSets } from "./data/corpus-training.ts";
export { corpusStream } from "./data/corpus-stream.ts";
export { trainingFigure } from "./report/training-figure.ts";
export { trainInversion } from "./fit/train-inversion.ts";
export type { StreamedTraining, TrainedInversion } from "./fit/train-inversion.ts";
export { checkStartModel, sampleSeedsOf } from "./fit/start-model.ts";
export type { StartModel } from "./fit/start-model.ts";
export { inversionOfBytes, openInversion, recipeOfModel } from "./apply/open-inversion.ts";
export type { Inversion } from "./apply/open-inversion.ts";
export { growAnswer, scoreAnswers } from "./fit/answer-structures.ts";
export type { AnswerStructure } from "./fit/answer-structures.ts";
export { readMeasuredTable } from "./measured/measured-table.ts";
export type { MeasuredTable } from "./measured/measured-table.ts";
export { splitMeasured } from "./measured/split-measured.ts";
export type { MeasuredSide } from "./measured/split-measured.ts";
export { MEASURED_BATCH_SIZE } from "./measured/plan-measured.ts";
export { trainOnTable } from "./measured/train-on-table.ts";
export type { TrainedOnTable } from "./measured/train-on-table.ts";
export { validateOnTable } from "./measured/validate-on-table.ts";
export { validateInversion } from "./fit/validate-inversion.ts";
export type { ValidationResult } from "./fit/validate-inversion.ts";
export { scoreViewCorpus } from "./fit/views.ts";
export type { ViewScore } from "./fit/views.ts";
export { calibrateForViews } from "./fit/calibrate-for-views.ts";
export type { CalibratedForViews } from "./fit/calibrate-for-views.ts";
export { validateParticleLists } from "./fit/validate-particle-lists.ts";
export type { ListValidation } from "./fit/validate-particle-lists.ts";
export { readImages, sourceImage } from "./apply/read-images.ts";
export type { SourceImage } from "./apply/read-images.ts";
export { pixelForAll, planAdaptation } from "./adapt/plan-adaptation.ts";
export { adaptationReport, recordingTable } from "./report/adaptation-report.ts";
export { scatteringOf } from "./apply/stated-materials.ts";
export { parseStatements } from "./apply/given-knowledge.ts";
export type { Statement } from "./apply/given-knowledge.ts";
export { hidePatches } from "./apply/hide-patches.ts";
export type { Explanation } from "./report/explanation-report.ts";
export { invertImages } from "./apply/invert-images.ts";
export type { InvertedImage, InvertOptions } from "./apply/inverted-image.ts";
export { answerOwnImages } from "./apply/answer-own-images.ts";
export type { AnsweredSample, OwnImages } from "./apply/answer-own-images.ts";
export { answerViews, checkAnswersViews } from "./apply/answer-views.ts";
export type { AnsweredView } from "./apply/answer-views.ts";
export { poolAnswers } from "./apply/pool-answers.ts";
export type { PooledAnswer } from "./apply/pool-answers.ts";
export { toBeamFractions } from "./apply/beam-levels.ts";
export type { BeamLevels } from "./apply/beam-levels.ts";
export { checkPoolPixels } from "./apply/check-image.ts";
export {
  accuracyTable,
  calibrationTable,
  coverageClassTable,
  descriptorTable,
  estimateTable,
  informationText,
  learnedTable,
  listTable,
  poolTable,
  structureTable,
  summaryTable,
  viewTable,
} from "./report/score-tables.ts";
export { viewsFigure } from "./report/views-figure.ts";
export { identificationText } from "./report/identification-text.ts";
export { inversionReport } from "./report/inversion-report.ts";
export type { InversionResult } from "./report/inversion-report.ts";
export { shippedModel, shippedModelName } from "./apply/shipped-model.ts";
export { rerenderAnswer } from "./apply/rerender.ts";
export type { Rerendering } from "./apply/rerender.ts";
export { runInversionStudy } from "./run-inversion-study.ts";
export type { InversionStudy } from "./run-inversion-study.ts";
export { firstLookReport } from "./report/first-look-report.ts";
export { studyReport } from "./report/study-report.ts";
export { studyResults } from "./report/study-results.ts";
