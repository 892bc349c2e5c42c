/**
 * Random forests on feature tables: regression and classification, from Breiman's rules.
 * Takes rows of named finite numbers and a target; gives a forest as plain data, its out-of-bag score, importances,
 * intervals, a file, and an ONNX model. Knows no images, reads no files, splits no data into folds.
 */
export { featureTable } from "./feature-table.ts";
export type { FeatureTable } from "./feature-table.ts";
export { trainForest } from "./train-forest.ts";
export type { TrainOptions } from "./train-forest.ts";
export { completeForestSettings } from "./forest-settings.ts";
export type { ForestSettings, MaxFeatures } from "./forest-settings.ts";
export type { Weighting } from "./weighting.ts";
export type { Forest, ForestTarget, LeafMembers, OutOfBag, Tree } from "./forest.ts";
export { likeliestClasses, predictClasses, predictForest } from "./predict-forest.ts";
export { predictQuantiles } from "./predict-quantiles.ts";
export { permutationImportance, scoreForest } from "./permutation-importance.ts";
export type { PermutationImportance } from "./permutation-importance.ts";
export { decodeForest, encodeForest } from "./forest-file.ts";
export { encodeForestOnnx } from "./forest-onnx.ts";
