/**
 * Turns images into model parameters: standardised targets, calibrated posteriors of one image or of a pool, the
 * classical estimates beside the network, the test whether an image is like the training images, scores and
 * calibration tests of posteriors, and the error analysis on held-out images and on structures. Takes predictions and a simulator as arguments; runs no network, grows nothing and reads no files.
 */
export { decodeTarget, encodeTarget, fromScaleCode, toScale, toScaleCode } from "./target-codes.ts";
export { fitRidge } from "./ridge.ts";
export type { Target } from "./target-codes.ts";
export {
  CONDITIONING_KEYS,
  CONDITIONING_LABELS,
  encodeConditioning,
  varyingInputs,
  givenValues,
} from "./conditioning-inputs.ts";
export type { ConditioningInput, ConditioningKey, ConditioningValues } from "./conditioning-inputs.ts";
export { toLine } from "./transform.ts";
export type { Transform } from "./transform.ts";
export { answerImage, estimatesUnder, INVERSION_KIND, parseInversionModel } from "./inversion-model.ts";
export { informationOfR2 } from "./estimate.ts";
export type { Estimate, Information } from "./estimate.ts";
export { FEWEST_EFFECTIVE_DRAWS } from "./prior-knowledge.ts";
export type { PriorKnowledge } from "./prior-knowledge.ts";
export type {
  CountMapUnits,
  ImageAnswer,
  InversionModel,
  MeasuredImages,
  PoolCalibration,
  PosteriorHead,
  ViewCalibration,
} from "./inversion-model.ts";
export {
  contrastAsThickness,
  encodeInputInto,
  INPUT_SCALES,
  rootsInto,
  toInputScale,
  toThickness,
} from "./input-encoding.ts";
export type { InputEncoding, InputScale } from "./input-encoding.ts";
export { drawCodes, drawnValues, pointValue, residualRows } from "./posterior.ts";
export type { NetworkOutput } from "./posterior.ts";
export { meanOfViews, poolOutputs } from "./pooling.ts";
export type { PoolingRule } from "./pooling.ts";
export { nearestCodes } from "./neighbours.ts";
export type { NeighbourReference } from "./neighbours.ts";
export { IMAGE_MEASURES, measureImage } from "./image-measures.ts";
export { measureRecording, RECORDING_MEASURES } from "./recording-measures.ts";
export type { RecordingFault } from "./recording-measures.ts";
export { bestThreshold, opticalDensities, projectedContacts } from "./threshold-method.ts";
export type { MarkedParticle } from "./threshold-method.ts";
export { correctOutput, fitBiasCorrections } from "./bias-correction.ts";
export { estimateClassically, fitClassicalEstimate } from "./classical-estimate.ts";
export type { ClassicalEstimate } from "./classical-estimate.ts";
export { distanceFromTraining, fitOutOfDistributionTest, strangeRecording } from "./out-of-distribution.ts";
export { scoreTargets } from "./evaluation.ts";
export type { PosteriorSet, TargetScore } from "./evaluation.ts";
export { crpsOfSample } from "./crps.ts";
export { expectedCoverage, INTERVAL_LEVELS, sharpness, widestLevel } from "./coverage.ts";
export { kolmogorovSmirnov } from "./rank-statistics.ts";
export { tarpShares } from "./tarp.ts";
export { compareRealisations } from "./realisations.ts";
export type { DescriptorScore, ParameterPair, RealisationComparison } from "./realisations.ts";
export { scoreStructures } from "./structure-scores.ts";
export type { StructureScore, StructureScores, StructureSet } from "./structure-scores.ts";
export { effectiveCount, tiltedWeights } from "./tilted-weights.ts";
