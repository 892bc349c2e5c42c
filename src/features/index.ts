/**
 * Images as vectors of named numbers: intensities, texture, gradients, waves, spectra, sizes, phases, corners,
 * activations of a network.
 * Takes a grey image (and a trained vocabulary or network where one is needed); gives features, each with its name,
 * unit and source. Reads no files, normalises nothing and learns no targets.
 */
export { describeImage, FEATURE_FAMILIES } from "./describe-image.ts";
export type { DescribeOptions, FeatureFamily } from "./describe-image.ts";
export type { Feature } from "./feature.ts";
export { greyLevels, levelCounts, otsuLevel } from "./grey-levels.ts";
export type { LevelOptions } from "./grey-levels.ts";
export { intensityStatistics } from "./intensity-statistics.ts";
export { cooccurrenceFeatures, cooccurrenceProperties } from "./cooccurrence.ts";
export type { CooccurrenceProperties } from "./cooccurrence.ts";
export { cooccurrenceMatrices } from "./cooccurrence-matrices.ts";
export type { LevelImage, PairOffset } from "./cooccurrence-matrices.ts";
export { localBinaryPattern, localBinaryPatternFeatures } from "./local-binary-pattern.ts";
export type { PatternGeometry } from "./local-binary-pattern.ts";
export { gradientFeatures, meanOrientationBlock, orientationCells } from "./gradient-orientation.ts";
export type { OrientationCells } from "./gradient-orientation.ts";
export { gaborFeatures, gaborMagnitude } from "./gabor.ts";
export type { GaborWave } from "./gabor.ts";
export { haarEnergies, waveletFeatures } from "./wavelet.ts";
export type { WaveletLevel } from "./wavelet.ts";
export { radialSpectrum, spectrumFeatures } from "./radial-spectrum.ts";
export type { RadialSpectrum } from "./radial-spectrum.ts";
export { closeBySquare, granulometryFeatures, openBySquare } from "./granulometry.ts";
export { twoPointFeatures, twoPointFunction } from "./two-point.ts";
export type { TwoPointFunction } from "./two-point.ts";
export { partIntoPhases, phaseFeatures } from "./phases.ts";
export type { ThreePhases } from "./phases.ts";
export { lineFeatures } from "./lines.ts";
export { findKeyPoints, harrisResponse } from "./key-points.ts";
export type { KeyPoint, KeyPointOptions } from "./key-points.ts";
export { learnVocabulary, visualWordFeatures, vladFeatures } from "./visual-words.ts";
export type { Vocabulary } from "./visual-words.ts";
export { networkEmbedding } from "./network-embedding.ts";
export type { EmbeddingTensor, NetworkInput, RunNetwork } from "./network-embedding.ts";
