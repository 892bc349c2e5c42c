/**
 * Strength of consolidated molecular solids from micrographs, and how far the microscope's own signal spoils it: learns from a
 * user's table or from generated micrographs with a known strength law, by descriptors and forest or by a network, scores with
 * lots held out, and compares normalisations at settings of the microscope that were not trained at.
 * Takes images, tables as text and settings; gives models as bytes, scores with intervals and reports. Opens no files.
 */
export { drawMicrostructure, MICROSTRUCTURE_NAMES, strengthMPa } from "./microstructure.ts";
export type { Microstructure } from "./microstructure.ts";
export { drawScene } from "./draw-micrograph.ts";
export { instrumentSchema, recordScene } from "./instrument.ts";
export type { Instrument } from "./instrument.ts";
export { generateSpecimens } from "./generate-specimens.ts";
export type { GeneratedSpecimens } from "./generate-specimens.ts";
export { readStrengthTable } from "./strength-table.ts";
export type { ImageEntry, SpecimenEntry, StrengthTable, TableOptions } from "./strength-table.ts";
export { checkOnePixelSize } from "./check-images.ts";
export { namedNormalization, NORMALIZATION_NAMES } from "./normalisations.ts";
export type { NamedNormalization, NormalizationName } from "./normalisations.ts";
export { describeImages, DESCRIPTOR_SETS } from "./describe-images.ts";
export type { DescriptorSet, NamedImage } from "./describe-images.ts";
export { gainOverChance, scoreStrength, slopeOf } from "./regression-scores.ts";
export type { RegressionScores, StrengthPair } from "./regression-scores.ts";
export { MODEL_FILES, readModelFacts } from "./model-facts.ts";
export type { ModelChoice, ModelFacts } from "./model-facts.ts";
export { coverageOf, halfWidthOf } from "./prediction-interval.ts";
export { trainStrengthModel } from "./strength-model.ts";
export type { StrengthSpecimen, TrainedModel, TrainingContext } from "./strength-model.ts";
export { pairsCsv, predictionsCsv } from "./prediction-table.ts";
export { trainingReport } from "./training-report.ts";
export { intervalText } from "./score-text.ts";
export { predictionNotes, predictStrength } from "./predict-strength.ts";
export type { ModelSource, StrengthPrediction, UnknownSpecimen } from "./predict-strength.ts";
export { predictByNetwork, trainStrengthNetwork } from "./strength-network.ts";
export type { NetworkEffort, StrengthImage } from "./strength-network.ts";
export { learningCurve } from "./learning-curve.ts";
export type { LearningCurvePoint, LearningData } from "./learning-curve.ts";
export { testPipeline } from "./robustness.ts";
export type { Pipeline, PipelineResult, SpecimenFacts } from "./robustness.ts";
export { compareSettings, mostRobust, shiftedRmse } from "./compare-settings.ts";
export type { ComparisonRun, SettingComparison, SettingSpecimens } from "./compare-settings.ts";
export { ucsStudySchema } from "./study-config.ts";
export type { UcsStudyConfig } from "./study-config.ts";
export { runUcsStudy } from "./run-ucs-study.ts";
export type { Limits, StudyRun, UcsStudyResult } from "./run-ucs-study.ts";
export { runTableStudy } from "./table-study.ts";
export type { RecordedSpecimen, TableStudyResult } from "./table-study.ts";
export { comparisonResults, ucsResults } from "./ucs-results.ts";
export { ucsReport } from "./ucs-report.ts";
export { tableStudyReport } from "./table-study-report.ts";
export { loadImage } from "./load-images.ts";
export type { ScaleFlags } from "./load-images.ts";
