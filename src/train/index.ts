/**
 * Trains networks: layers, losses, the optimiser and the loop; writes trained models and reads them back.
 * Takes samples as flat arrays and a random stream; gives weights, learning curves and ONNX files as bytes.
 * Knows nothing of aggregates or microscopes and looks at no clock; only checkpointFolder touches the disk.
 */
export { buildRegressor } from "./regressor.ts";
export type { Network, ParameterScope } from "./network.ts";
export { buildUnet, HRTEM_UNET } from "./unet.ts";
export { channelsToPixels, pixelsToChannels } from "./pixel-blocks.ts";
export { constantsOf, initialWeights, listParameters } from "./parameters.ts";
export { binaryCrossEntropyWithLogits, crossEntropy, logisticError, meanSquaredError } from "./losses.ts";
export type { Loss } from "./losses.ts";
export { buildCountMapRegressor, countMapLoss } from "./count-map-regressor.ts";
export { headLoss, headMoments, headOutputs } from "./heads.ts";
export type { Head } from "./heads.ts";
export { adam, adamW } from "./optimisers.ts";
export { trainNetwork } from "./train-network.ts";
export type { TrainedNetwork } from "./train-network.ts";
export type { Checkpoints, KeptTrainings, TrainingOptions, TrainingProgress } from "./training-options.ts";
export { metricsLine, trainingPace } from "./progress-line.ts";
export type { LearningCurvePoint } from "./checkpoint.ts";
export { checkpointFolder } from "./checkpoint-folder.ts";
export { dihedralInto, drawSamples } from "./batches.ts";
export type { FixedSamples, SampleSource, SampleStream, Samples, StreamedSample } from "./batches.ts";
export {
  exportModel,
  storedWeights,
  loadModel,
  openNetwork,
  METADATA_KEY,
  readModelMetadata,
  withModelMetadata,
} from "./model-file.ts";
export type { LoadedModel, OpenNetwork } from "./model-file.ts";
export { weightsFromModel } from "./model-weights.ts";
