/**
 * Trains networks: layers, losses, the optimiser and the loop; writes trained models and reads them back.
 * Takes samples as flat arrays and a random stream; gives weights, learning curves and ONNX files as bytes.
 * Knows nothing of aggregates or microscopes and looks at no clock; only checkpointFolder touches the disk.
 */
export { buildRegressor } from "./regressor.ts";
export type { InputNormalisation, RegressorOptions } from "./regressor.ts";
export type { ForwardValues, InitialLaw, Network, ParameterScope, ParameterSpec } from "./network.ts";
export { buildUnet, HRTEM_UNET } from "./unet.ts";
export type { UnetOptions } from "./unet.ts";
export { convolutionLayer, denseLayer, dropoutLayer, normalisationLayer } from "./layers.ts";
export type { Normalisation } from "./layers.ts";
export { channelsToPixels, pixelsToChannels } from "./pixel-blocks.ts";
export { constantsOf, initialWeights, listParameters, parameterCount, trainedCount } from "./parameters.ts";
export {
  binaryCrossEntropyWithLogits,
  crossEntropy,
  crossEntropyAndDice,
  diceLoss,
  huberError,
  huberLoss,
  logisticError,
  maskedLoss,
  meanSquaredError,
  squaredError,
} from "./losses.ts";
export type { ElementLoss, Loss } from "./losses.ts";
export {
  fullGaussianNll,
  fullGaussianOutputs,
  gaussianNll,
  mixtureNll,
  mixtureOutputs,
} from "./probabilistic-losses.ts";
export { buildCensusRegressor, censusLoss } from "./census-regressor.ts";
export type { CensusRegressorOptions } from "./census-regressor.ts";
export { headLoss, headMoments, headOutputs } from "./heads.ts";
export type { Head, HeadMoments } from "./heads.ts";
export { adam, adamW, sgd } from "./optimisers.ts";
export type { AdamOptions, Optimiser } from "./optimisers.ts";
export { learningRateAt } from "./schedule.ts";
export type { LearningRateSchedule } from "./schedule.ts";
export { initialState, openTrainingStep, trainingStepValues } from "./training-step.ts";
export type { TrainingState, TrainingStep, TrainingStepPlan } from "./training-step.ts";
export { openPartedStep } from "./parted-step.ts";
export type { PartOptions } from "./parted-step.ts";
export { trainNetwork } from "./train-network.ts";
export type { TrainedNetwork } from "./train-network.ts";
export type { TrainingOptions, TrainingProgress } from "./training-options.ts";
export { metricsLine, trainingPace } from "./progress-line.ts";
export type { TrainingPace } from "./progress-line.ts";
export { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
export type { Checkpoint, LearningCurvePoint } from "./checkpoint.ts";
export { checkpointFolder } from "./checkpoint-folder.ts";
export type { CheckpointStore } from "./checkpoint-folder.ts";
export { cutSource, storedSource, dihedralInto } from "./batches.ts";
export type {
  Augmentation,
  LabelledImage,
  SampleSource,
  SampleStream,
  Samples,
  StreamedSample,
} from "./batches.ts";
export { exportModel, loadModel, METADATA_KEY, readModelMetadata } from "./model-file.ts";
export type { LoadedModel, ModelMetadata, Prediction } from "./model-file.ts";
export { weightsFromModel } from "./model-weights.ts";
export type { ModelWeights } from "./model-weights.ts";
