/**
 * Segments micrographs: data sets split by group, U-Nets trained on them, answers for images of any size, scores with
 * intervals, particles with sizes in nm, one report.
 * Takes images with labels and a study; gives models, tables and pages. Writes the disk only where a folder is named; knows no clock.
 */
export { segmentSchema } from "./segment-config.ts";
export type { SegmentConfig } from "./segment-config.ts";
export { prepareSet } from "./data/prepare-set.ts";
export { checkSides, checkSplitSets } from "./data/check-sides.ts";
export { loadSet, splitSets } from "./data/load-set.ts";
export type { SplitSets } from "./data/load-set.ts";
export { sharesOf } from "./data/labelled-set.ts";
export type { LabelledMicrograph, LabelledSet, SetManifest } from "./data/labelled-set.ts";
export { trainSegmenter } from "./train/train-segmenter.ts";
export type { SegmenterMetadata } from "./segmenter-model.ts";
export { openSegmenter } from "./apply/open-segmenter.ts";
export { openPixelClassifier } from "./apply/pixel-classifier.ts";
export type { PixelClassifierOptions } from "./apply/pixel-classifier.ts";
export type { Segmenter } from "./apply/open-segmenter.ts";
export { classify } from "./apply/classify.ts";
export { labelPicture } from "./apply/overlay.ts";
export { addConfusions, classCounts, confusionMatrix } from "./metrics/confusion.ts";
export type { ConfusionMatrix } from "./metrics/confusion.ts";
export { classScores } from "./metrics/scores.ts";
export { evaluateImages, RULES, summarise } from "./evaluate-segmenter.ts";
export type { ImageEvaluation, RuleSummary } from "./evaluate-segmenter.ts";
export { confusionTable, imageScoreTable, scoreTable } from "./score-tables.ts";
export { splitTable } from "./split-table.ts";
export { particleOutlines } from "./particles/particle-outlines.ts";
export { particlesOf, particleTable, summariseParticles } from "./particles/particle-table.ts";
export { particleSummaryTable } from "./particles/particles-section.ts";
export type { ParticleImage } from "./particles/particle-table.ts";
export { segmentReport } from "./segment-report.ts";
export { particleReport } from "./particle-report.ts";
export type { ParticleReportInput } from "./particle-report.ts";
export { planSweep, sweepTable } from "./sweep.ts";
export type { SweepPoint } from "./sweep.ts";
export { lastPoint, runVariant, sweepPoints, variantSets } from "./run-sweep.ts";
export type { VariantResult } from "./run-sweep.ts";
export { sweepReport } from "./sweep-report.ts";
export { writeSteelSet } from "./islands/write-steel-set.ts";
export { checkDownload, STEEL_DOWNLOAD } from "./islands/check-steel-download.ts";
export { gradientSaliency, occlusionSaliency } from "./apply/saliency.ts";
export { cropSource } from "./train/crop-source.ts";
export { randomCropInto } from "./train/random-crop.ts";
export { pretrain } from "./train/pretrain.ts";
export { openEnsemble, modelPath } from "./apply/open-ensemble.ts";
export type { Ensemble } from "./apply/open-ensemble.ts";
export { segmentFile } from "./apply/segment-file.ts";
export type { FileAnswer } from "./apply/segment-file.ts";
