/**
 * Pairs of aggregates and images with their labels: drawn in parallel, in memory or on disk, and read back.
 * Takes a recipe and sample indices; gives samples whose bytes do not depend on workers or order. Trains nothing.
 */
export { drawSample } from "./sample.ts";
export type { Sample, SampleLabels, SampleRecipe } from "./sample.ts";
export { drawSamples } from "./draw-samples.ts";
export type { DrawOptions } from "./draw-samples.ts";
export { appendSample, createCorpusFolder, openCorpus, writeManifest } from "./corpus-files.ts";
export type { Corpus, CorpusManifest, LabelLine } from "./corpus-files.ts";
