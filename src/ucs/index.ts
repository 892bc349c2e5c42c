/**
 * Strength of consolidated molecular solids from micrographs, and how far the microscope's own signal spoils it: generates
 * micrographs with a known strength law, describes them, predicts by forests with lots held out, and compares normalisations
 * at settings of the microscope that the forest has not seen.
 * Takes settings and random streams; gives scores with intervals and a report. Opens no files.
 */
export { drawMicrostructure, strengthMPa } from "./microstructure.ts";
export type { Microstructure } from "./microstructure.ts";
export { drawScene } from "./draw-micrograph.ts";
export { instrumentSchema, recordScene } from "./instrument.ts";
export type { Instrument } from "./instrument.ts";
export { groupedFolds } from "./grouped-folds.ts";
export { describeSpecimens, pipelines } from "./describe-specimens.ts";
export type { Pipeline } from "./describe-specimens.ts";
export { scoreStrength, slopeOf } from "./regression-scores.ts";
export type { RegressionScores, StrengthPair } from "./regression-scores.ts";
export { testPipeline } from "./robustness.ts";
export type { PipelineResult, RobustnessData } from "./robustness.ts";
export { ucsStudySchema } from "./study-config.ts";
export type { UcsStudyConfig } from "./study-config.ts";
export { generateSpecimens, runUcsStudy, shiftedRmse } from "./run-ucs-study.ts";
export type { UcsStudyResult } from "./run-ucs-study.ts";
export { ucsResults } from "./ucs-results.ts";
export { ucsReport } from "./ucs-report.ts";
