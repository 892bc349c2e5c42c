import { predictForest, trainForest, type FeatureTable, type MaxFeatures } from "../forest/index.ts";
import { pickRows } from "./feature-rows.ts";

/** Specimens with descriptors, strengths and folds. */
export interface FoldedTable {
  readonly table: FeatureTable;
  /** One a row, in the unit of the strength. */
  readonly strengths: readonly number[];
  /** Fold of each row; a lot is never in two. */
  readonly folds: readonly number[];
}

/** How a forest is grown. */
export interface ForestBudget {
  readonly treeCount: number;
  /** Features tried at a split; a third by default. */
  readonly maxFeatures?: MaxFeatures;
  readonly seed: number;
  readonly workers: number;
}

/** Trees of a forest where nothing else is asked for. */
export const TREE_COUNT = 200;

/**
 * Predicts every row by a forest that has not seen its fold.
 *
 * @returns [test][row] predictions
 */
export async function crossPredict(
  training: FoldedTable,
  tests: readonly Pick<FoldedTable, "table" | "folds">[],
  budget: ForestBudget,
): Promise<number[][]> {
  const predictions = tests.map(({ folds }) => folds.map(() => NaN));
  for (const fold of new Set(training.folds)) {
    const seen = rowsWhere(training.folds, (one) => one !== fold);
    const target = { kind: "regression", values: seen.map((row) => training.strengths[row]) } as const;
    const forest = await trainForest(pickRows(training.table, seen), target, budget);
    tests.forEach(({ table, folds }, test) => {
      const held = rowsWhere(folds, (one) => one === fold);
      predictForest(forest, pickRows(table, held)).forEach((value, k) => {
        predictions[test][held[k]] = value;
      });
    });
  }
  return predictions;
}

/** Rows whose fold fits. */
export function rowsWhere(folds: readonly number[], isWanted: (fold: number) => boolean): number[] {
  return [...folds.keys()].filter((row) => isWanted(folds[row]));
}
