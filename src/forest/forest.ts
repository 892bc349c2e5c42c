import type { ForestSettings } from "./forest-settings.ts";

/** What a forest learns: a number a row, or a class a row. */
export type ForestTarget =
  | { readonly kind: "regression"; readonly values: ArrayLike<number> }
  | {
      readonly kind: "classification";
      /** Index into `classNames`, one a row. */
      readonly labels: ArrayLike<number>;
      readonly classNames: readonly string[];
    };

/** One tree; nodes in the order of a walk that takes the left child first, which is thus node + 1. */
export interface Tree {
  /** Feature that a node asks for; -1 for a leaf. */
  readonly feature: Int32Array;
  /** A row goes left where its value is at most this; 0 for a leaf. */
  readonly threshold: Float32Array;
  /** Right child; 0 for a leaf. */
  readonly right: Int32Array;
  /** [node, output]: mean target, or share of each class, of the training rows in the node. */
  readonly value: Float64Array;
}

/** How a forest does on rows that its trees have not seen. */
export interface OutOfBag {
  /** R2 in regression, share of right answers in classification; NaN where no row was left out. */
  readonly score: number;
  /** [row, output], as `predictForest` gives them; NaN for a row that was in every bag. */
  readonly predictions: Float64Array;
  /** Rows that at least one tree left out. */
  readonly coveredRowCount: number;
}

/** A grown forest: plain data. */
export interface Forest {
  readonly kind: ForestTarget["kind"];
  readonly featureNames: readonly string[];
  /** Empty in regression. */
  readonly classNames: readonly string[];
  /** Numbers a prediction consists of: 1, or one a class. */
  readonly outputCount: number;
  readonly trees: readonly Tree[];
  /** Share of the impurity that splits on each feature took away; sums to 1, or 0 if nothing was split. */
  readonly impurityImportance: Float64Array;
  readonly outOfBag: OutOfBag;
  readonly settings: ForestSettings;
}

/**
 * Features of a forest by falling importance.
 *
 * @param forest a grown forest
 * @returns names with their share of the impurity that all splits take away
 */
export function importanceOf(forest: Forest): { readonly name: string; readonly share: number }[] {
  return forest.featureNames
    .map((name, i) => ({ name, share: forest.impurityImportance[i] }))
    .sort((a, b) => b.share - a.share);
}
