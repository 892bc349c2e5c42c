import { checkNumber, failureText } from "../core/index.ts";
import type { FeatureTable } from "./feature-table.ts";
import type { Forest, LeafMembers } from "./forest.ts";
import { checkSameFeatures, leafOf } from "./predict-forest.ts";

/**
 * Conditional quantiles of the target [meinshausen2006]: every training row counts with its share of the leaves that
 * the new row falls into, and the quantile is that of the targets under these weights.
 *
 * @param probabilities 0 to 1, such as [0.16, 0.5, 0.84] for the median and a 68 % interval
 * @returns [row, probability], in the target's unit
 * @throws RangeError for a forest of classes, other features, or a probability outside 0 to 1
 * @example
 * import { featureTable, trainForest } from "../src/forest/index.ts";
 * import { predictQuantiles } from "../src/forest/predict-quantiles.ts";
 * import { expect } from "vitest";
 * const table = featureTable(["x"], [[0], [0], [0], [0], [0]]);
 * const target = { kind: "regression", values: [1, 2, 3, 4, 5] } as const;
 * const forest = await trainForest(table, target, { treeCount: 5, bootstrap: false });
 * expect([...predictQuantiles(forest, featureTable(["x"], [[0]]), [0, 0.5, 1])]).toEqual([1, 3, 5]);
 */
export function predictQuantiles(
  forest: Forest,
  table: FeatureTable,
  probabilities: readonly number[],
): Float64Array {
  const action = "predict quantiles";
  if (forest.kind !== "regression") {
    throw new RangeError(failureText({ action }, "the forest must be one of regression", forest.kind));
  }
  for (const probability of probabilities)
    checkNumber("probability", probability, { min: 0, max: 1, action });
  checkSameFeatures(forest, table);
  const { trainingTargets } = forest;
  const ascending = Uint32Array.from(trainingTargets.keys()).sort(
    (a, b) => trainingTargets[a] - trainingTargets[b],
  );
  const quantiles = new Float64Array(table.rowCount * probabilities.length);
  const share = new Float64Array(trainingTargets.length);
  for (let row = 0; row < table.rowCount; row++) {
    share.fill(0);
    for (const tree of forest.trees) {
      if (tree.members) addShares(share, tree.members, leafOf(tree, table.values, row * table.names.length));
    }
    const found = quantilesUnder(share, forest.trees.length, trainingTargets, ascending, probabilities);
    quantiles.set(found, row * probabilities.length);
  }
  return quantiles;
}

function addShares(share: Float64Array, { rows, weights, start, end }: LeafMembers, leaf: number): void {
  let total = 0;
  for (let place = start[leaf]; place < end[leaf]; place++) total += weights[place];
  for (let place = start[leaf]; place < end[leaf]; place++) share[rows[place]] += weights[place] / total;
}

/** Smallest target at which the weights of all smaller or equal ones reach the probability. */
function quantilesUnder(
  share: Float64Array,
  total: number,
  targets: Float64Array,
  ascending: Uint32Array,
  probabilities: readonly number[],
): number[] {
  const present = ascending.filter((row) => share[row] > 0);
  return probabilities.map((probability) => {
    // what rounding may have taken off a sum of shares must not push a quantile up by one row
    const wanted = probability * total * (1 - 1e-12);
    let sum = 0;
    for (const row of present) {
      sum += share[row];
      if (sum >= wanted) return targets[row];
    }
    return targets[present[present.length - 1]];
  });
}
