/**
 * Segments micrographs: data sets split by group, U-Nets trained on them, answers for images of any size, scores with
 * intervals, particles with sizes in nm, one report.
 * Takes images with labels and a study; gives models, tables and pages. Writes the disk only where a folder is named; knows no clock.
 */
export { segmentSchema } from "./segment-config.ts";
export type { DataConfig, SegmentConfig } from "./segment-config.ts";
export { assignSplits } from "./data/assign-splits.ts";
export type { Candidate, SplitAssignment } from "./data/assign-splits.ts";
export { groupByPattern, groupsFromTable } from "./data/group-names.ts";
export { prepareSet } from "./data/prepare-set.ts";
export { loadSet, readManifest, splitSets } from "./data/load-set.ts";
export type { SplitSets } from "./data/load-set.ts";
export type {
  LabelledMicrograph,
  LabelledSet,
  SetEntry,
  SetManifest,
  SplitName,
} from "./data/labelled-set.ts";
export { cropSource } from "./train/crop-source.ts";
export type { CropOptions, TrainingImage } from "./train/crop-source.ts";
export { augmentInPlace } from "./train/augment.ts";
export type { IntensityAugmentation } from "./train/augment.ts";
export { segmentationLoss } from "./train/segmentation-loss.ts";
export type { LossRecipe } from "./train/segmentation-loss.ts";
export { networkReach, segmenterNetwork } from "./train/segmenter-network.ts";
export { trainSegmenter } from "./train/train-segmenter.ts";
export type { TrainedSegmenter, TrainSegmenterOptions } from "./train/train-segmenter.ts";
export type { PostProcessing, SegmenterMetadata } from "./segmenter-model.ts";
export { thinned } from "./apply/large-image.ts";
export type { LargeImage } from "./apply/large-image.ts";
export { segmentByTiles, spreadByte } from "./apply/segment-by-tiles.ts";
export type { LargeAnswer, TiledQuestion } from "./apply/segment-by-tiles.ts";
export { openSegmenter, readSegmenterMetadata } from "./apply/open-segmenter.ts";
export type { ProbabilityMap, Segmenter, SegmenterOptions } from "./apply/open-segmenter.ts";
export { classify } from "./apply/classify.ts";
export type { ClassRule } from "./apply/classify.ts";
export { agreementPicture, displayGreys, labelPicture } from "./apply/overlay.ts";
export { addConfusions, classCounts, confusionMatrix } from "./metrics/confusion.ts";
export type { ClassCounts, ConfusionMatrix } from "./metrics/confusion.ts";
export { classScores, fBeta, overallScores } from "./metrics/scores.ts";
export type { ClassScores, OverallScores } from "./metrics/scores.ts";
export { groupBootstrap } from "./metrics/bootstrap.ts";
export type { Interval } from "./metrics/bootstrap.ts";
export { boundaryF } from "./metrics/boundary-f.ts";
export { instanceScores } from "./metrics/instance-scores.ts";
export type { InstanceScores, ObjectMap } from "./metrics/instance-scores.ts";
export { evaluateImage, evaluateImages, summarise } from "./evaluate-segmenter.ts";
export type { ClassSummary, ImageClassScores, ImageEvaluation, RuleSummary } from "./evaluate-segmenter.ts";
export { confusionCsv, intervalText, scoresCsv } from "./score-table.ts";
export { separateObjects } from "./particles/separate-objects.ts";
export { measureParticles } from "./particles/measure-particles.ts";
export type { Particle } from "./particles/measure-particles.ts";
export { particleOutlines } from "./particles/particle-outlines.ts";
export { particlesCsv, particlesOf, summariseParticles } from "./particles/particle-table.ts";
export type { ParticleImage, ParticleSummary } from "./particles/particle-table.ts";
export { jointAnswer, jointSegmenter } from "./apply/symmetries.ts";
export type { JointAnswer } from "./apply/symmetries.ts";
export { segmentReport } from "./segment-report.ts";
export type { SegmentReportInput } from "./segment-report.ts";
export { particleReport } from "./particle-report.ts";
export type { ParticleReportInput } from "./particle-report.ts";
export { planSweep, sweepCsv } from "./sweep.ts";
export type { SweepPoint, SweepVariant } from "./sweep.ts";
export { sweepReport } from "./sweep-report.ts";
export type { SweepReportInput } from "./sweep-report.ts";
export { drawSteel } from "./islands/draw-steel.ts";
export type { SteelGroup, SteelMicrograph } from "./islands/draw-steel.ts";
export { STEEL_FILES, writeSteelSet } from "./islands/write-steel-set.ts";
export { checkDownload, STEEL_DOWNLOAD } from "./islands/check-steel-download.ts";
export type { FileCheck, PublishedFile } from "./islands/check-steel-download.ts";
export { gradientSaliency, occlusionSaliency } from "./apply/saliency.ts";
export type { SaliencyQuestion } from "./apply/saliency.ts";
export { pretrain } from "./train/pretrain.ts";
export type { PretrainedNetwork } from "./train/pretrain.ts";
export { openEnsemble } from "./apply/open-ensemble.ts";
export type { EnsembleFlags } from "./apply/open-ensemble.ts";
export { segmentFile, stemOf } from "./apply/segment-file.ts";
export type { FileAnswer } from "./apply/segment-file.ts";
export { modelPath } from "./apply/open-ensemble.ts";
