/**
 * Random forests on feature tables: regression and classification, from Breiman's rules.
 * Takes rows of named finite numbers and a target; gives a forest as plain data, its out-of-bag score, importances,
 * intervals, a file, and an ONNX model. Knows no images, reads no files, splits no data into folds.
 */
export { featureTable } from "./feature-table.ts";
export type { FeatureTable } from "./feature-table.ts";
export { trainForest } from "./train-forest.ts";
export type { MaxFeatures } from "./forest-settings.ts";
export { importanceOf } from "./forest.ts";
export type { Forest } from "./forest.ts";
export { likeliestClasses, predictForest } from "./predict-forest.ts";
export { decodeForest, encodeForest } from "./forest-file.ts";
export { encodeForestOnnx } from "./forest-onnx.ts";
