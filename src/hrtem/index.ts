/**
 * High-resolution TEM of nanoparticles: simulates images of crystals with stacking faults on amorphous carbon, finds particle
 * regions with a U-Net, tells five classes of particles apart with a forest, and gives the statistics of a population.
 * Takes settings, images and random streams; gives images with truth, masks, particle tables, scores and a report. Opens no
 * files.
 */
export type { FoundParticle } from "./segment/find-particles.ts";
export type { LabelledImage } from "./labelled/labelled-image.ts";
export { labelledImages } from "./labelled/recorded-image.ts";
export { HTTEM_DOWNLOAD } from "./labelled/published-set.ts";
export { describePopulation } from "./population.ts";
export type { ParticleRow, Population } from "./population.ts";
export { histogramTable, particleTable, statisticsTable } from "./report/population-tables.ts";
export { scoreText } from "./report/score-tables.ts";
export { analyseHrtem, MODEL_FILES, openHrtemModel, particleRows } from "./hrtem-model.ts";
export type { HrtemModel, ModelBytes } from "./hrtem-model.ts";
export { hrtemStudySchema } from "./study-config.ts";
export type { HrtemStudyConfig } from "./study-config.ts";
export { scoreHrtem } from "./score-hrtem.ts";
export type { HrtemScores } from "./score-hrtem.ts";
export { trainOnRecorded, trainOnSimulated } from "./train-model.ts";
export type { HrtemTrainingResult } from "./train-model.ts";
export type { TrainingWork } from "./train-hrtem.ts";
export { simulateLabelled } from "./labelled/simulate-labelled.ts";
export { scoreResults, trainingResults } from "./report/hrtem-results.ts";
export { trainingReport } from "./report/training-report.ts";
export type { TrainingPage } from "./report/training-report.ts";
export { applyReport } from "./report/apply-report.ts";
export type { AppliedImage } from "./report/apply-report.ts";
export { evaluationReport } from "./report/evaluation-report.ts";
export { pixelSizes } from "./labelled/pixel-sizes.ts";
export { calibrated, readLabelled } from "./labelled/read-labelled.ts";
