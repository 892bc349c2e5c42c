/**
 * Strength of consolidated molecular solids from micrographs, and how far the microscope's own signal spoils it: learns from a
 * user's table or from generated micrographs with a known strength law, by descriptors and forest or by a network, scores with
 * lots held out, and compares normalisations at settings of the microscope that were not trained at.
 * Takes images, tables as text and settings; gives models as bytes, scores with intervals and reports. Opens no files.
 */
export { readStrengthTable } from "./strength-table.ts";
export type { StrengthTable, TableOptions } from "./strength-table.ts";
export { checkOneLot, checkOnePixelSize } from "./check-images.ts";
export { NORMALIZATION_NAMES } from "./normalisations.ts";
export { scoreStrength } from "./regression-scores.ts";
export { MODEL_FILES, readModelFacts } from "./model-facts.ts";
export type { ModelChoice } from "./model-facts.ts";
export { trainStrengthModel } from "./strength-model.ts";
export type { StrengthSpecimen, TrainedModel } from "./strength-model.ts";
export {
  asTrainedTable,
  heldOutTable,
  learningTable,
  pairTable,
  predictionTable,
  robustnessTable,
} from "./score-tables.ts";
export { trainingReport } from "./training-report.ts";
export { predictionReport } from "./prediction-report.ts";
export { boundNotes, imageCheck, predictionNotes, predictStrength } from "./predict-strength.ts";
export type { ModelSource, StrengthPrediction } from "./predict-strength.ts";
export type { StrengthImage } from "./strength-network.ts";
export type { SettingComparison } from "./compare-settings.ts";
export { ucsStudySchema } from "./study-config.ts";
export { runUcsStudy } from "./run-ucs-study.ts";
export type { UcsStudyResult } from "./run-ucs-study.ts";
export { runTableStudy } from "./table-study.ts";
export { comparisonResults, ucsResults } from "./ucs-results.ts";
export { ucsReport } from "./ucs-report.ts";
export { tableStudyReport } from "./table-study-report.ts";
