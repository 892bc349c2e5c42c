import { rangeError } from "../core/index.ts";
import { checkFeatureTable, type FeatureTable } from "./feature-table.ts";
import type { Forest, Tree } from "./forest.ts";

/**
 * Predicts rows with a forest: the mean over its trees.
 *
 * @param forest a grown forest
 * @param table rows with the features the forest was grown on, in the same order
 * @returns [row, output]: the target, or the probability of every class
 * @throws RangeError when the features are others, or a value is not finite
 * @example
 * import { featureTable, predictForest, trainForest } from "../src/forest/index.ts";
 * import { expect } from "vitest";
 * const table = featureTable(["x"], [[0], [1], [2], [3]]);
 * const forest = await trainForest(table, { kind: "regression", values: [5, 5, 5, 5] }, { treeCount: 3 });
 * expect(predictForest(forest, table)[2]).toBe(5);
 */
export function predictForest(forest: Forest, table: FeatureTable): Float64Array {
  checkSameFeatures(forest, table);
  const { trees, outputCount } = forest;
  const sums = new Float64Array(table.rowCount * outputCount);
  for (const tree of trees) {
    for (let row = 0; row < table.rowCount; row++) {
      const leaf = leafOf(tree, table.values, row * table.names.length);
      for (let k = 0; k < outputCount; k++) sums[row * outputCount + k] += tree.value[leaf * outputCount + k];
    }
  }
  return sums.map((sum) => sum / trees.length);
}

/**
 * The class of highest probability.
 *
 * @param probabilities [row, class]
 * @param classCount number of classes
 * @returns class index of each row; the first of equals
 */
export function likeliestClasses(probabilities: Float64Array, classCount: number): Int32Array {
  return Int32Array.from({ length: probabilities.length / classCount }, (_, row) => {
    let best = 0;
    for (let k = 1; k < classCount; k++) {
      if (probabilities[row * classCount + k] > probabilities[row * classCount + best]) best = k;
    }
    return best;
  });
}

/** Follows a row down a tree. */
export function leafOf(tree: Tree, values: Float32Array, start: number): number {
  const { feature, threshold, right } = tree;
  let node = 0;
  for (let asked = feature[0]; asked >= 0; asked = feature[node]) {
    node = values[start + asked] <= threshold[node] ? node + 1 : right[node];
  }
  return node;
}

/**
 * Checks that a table has the features a forest was grown on.
 *
 * @throws RangeError naming the first feature that differs
 */
export function checkSameFeatures(forest: Forest, table: FeatureTable): void {
  const action = "predict with forest";
  checkFeatureTable(table, action);
  const count = Math.max(forest.featureNames.length, table.names.length);
  for (let feature = 0; feature < count; feature++) {
    const [wanted, got] = [forest.featureNames[feature], table.names[feature]];
    if (wanted === got) continue;
    const where = `column ${feature}`;
    const text = `the table must have ${forest.featureNames.length} features, here ${wanted ?? "none"}`;
    throw rangeError({ action, where }, text, got ?? "none");
  }
}
