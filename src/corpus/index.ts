/**
 * Pairs of aggregates and images with their labels: drawn in parallel, streamed or kept in Parquet shards, read back,
 * checked, repaired and merged.
 * Takes a recipe and sample indices; gives samples whose bytes do not depend on workers or order. Trains nothing.
 */
export { drawSample, openSampleDrawer } from "./sample.ts";
export type { Sample, SampleDrawer, SampleLabels, SampleRecipe } from "./sample.ts";
export { tiltRangeOf, viewCountOf } from "./view-series.ts";
export type { ViewSeries } from "./view-series.ts";
export { drawPowders } from "./draw-powders.ts";
export type { PowderSample } from "./draw-powders.ts";
export { estimateFieldLoss, fieldLossWarning } from "./field-loss.ts";
export type { FieldLoss } from "./field-loss.ts";
export { drawSamples } from "./draw-samples.ts";
export { encodeRow } from "./corpus-row.ts";
export type { CorpusRow } from "./corpus-row.ts";
export { COUNT_CELL_PX, COUNT_CHANNELS, particleCountMaps } from "./particle-count-maps.ts";
export { planCorpus, shardsOfPlan } from "./corpus-plan.ts";
export type { CorpusPart, CorpusPlan, PlanOptions } from "./corpus-plan.ts";
export { beginCorpus, checkSamePlan, endCorpus, writeShards } from "./write-shards.ts";
export { encodeShard } from "./encode-shard.ts";
export { MANIFEST_FILE, manifestOf, planOfManifest, readManifest, writeManifest } from "./corpus-manifest.ts";
export type { CorpusManifest, ShardRecord } from "./corpus-manifest.ts";
export { datasetCard } from "./dataset-card.ts";
export {
  decodePicture,
  openCorpus,
  placeOfSample,
  readParts,
  readLabels,
  readRows,
  readSamples,
  storedAggregates,
} from "./open-corpus.ts";
export type { Corpus, SampleSelection } from "./open-corpus.ts";
export { shuffledSamples } from "./shuffled-samples.ts";
export type { StoredImage } from "./parquet-file.ts";
export { CORPUS_COLUMNS, corpusColumns } from "./corpus-columns.ts";
export { choicesOf } from "./combinations.ts";
export type { Choices, CombinationLabels } from "./combinations.ts";
export { FRAME_SHARE } from "./pixel-scene.ts";
export { repairCorpus, verifyCorpus } from "./verify-corpus.ts";
export type { CorpusCheck } from "./verify-corpus.ts";
export { TAR_END, tarEntry } from "./tar-archive.ts";
export { mergeParts, partsOfWhole } from "./merge-parts.ts";
export { MICROSCOPE_SETTINGS } from "./microscope-columns.ts";
