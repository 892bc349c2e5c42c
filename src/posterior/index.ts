/**
 * Turns images into model parameters: standardised targets, calibrated posteriors of one image or of a pool, the
 * classical estimates beside the network, the test whether an image is like the training images, scores and
 * calibration tests of posteriors, and the error analysis on held-out images and on structures. Takes predictions and a simulator as arguments; runs no network, grows nothing and reads no files.
 */
export { decodeTarget, encodeTarget, fromScaleCode, toScale, toScaleCode } from "./target.ts";
export type { Target } from "./target.ts";
export {
  CONDITION_KEYS,
  CONDITION_LABELS,
  encodeConditions,
  toldConditions,
  toldValues,
} from "./conditions.ts";
export type { Condition, ConditionKey, StatedConditions } from "./conditions.ts";
export { toLine } from "./transform.ts";
export type { Transform } from "./transform.ts";
export { answerImage, INVERSION_KIND, parseInversionModel, summarisePosterior } from "./inversion-model.ts";
export type {
  CensusRecord,
  Estimate,
  ImageAnswer,
  InversionModel,
  PoolCalibration,
  PosteriorHead,
} from "./inversion-model.ts";
export { encodeInputInto, INTENSITY_SCALES, toIntensityScale } from "./input-encoding.ts";
export type { InputEncoding, IntensityScale } from "./input-encoding.ts";
export { drawCodes, drawnValues, pointValue, residualRows } from "./posterior.ts";
export type { Reading } from "./posterior.ts";
export { poolReadings } from "./pooling.ts";
export type { PoolingRule } from "./pooling.ts";
export { nearestCodes } from "./neighbours.ts";
export type { NeighbourReference } from "./neighbours.ts";
export { IMAGE_MEASURES, measureImage } from "./image-measures.ts";
export { measureRecording, RECORDING_MEASURES } from "./recording-measures.ts";
export { bestThreshold, opticalDensities, projectedContacts } from "./threshold-method.ts";
export type { MarkedParticle } from "./threshold-method.ts";
export { correctReading, fitBiasCorrections } from "./bias-correction.ts";
export { estimateClassically, fitClassicalEstimate } from "./classical-estimate.ts";
export { familiarityDistance, fitFamiliarity } from "./familiarity.ts";
export { scoreTargets } from "./evaluation.ts";
export type { PosteriorSet, TargetScore } from "./evaluation.ts";
export { expectedCoverage, INTERVAL_LEVELS, sharpness, widestLevel } from "./coverage.ts";
export { kolmogorovSmirnov } from "./rank-statistics.ts";
export { tarpShares } from "./tarp.ts";
export { compareRealisations } from "./realisations.ts";
export type { DescriptorScore, ParameterPair, RealisationStudy } from "./realisations.ts";
