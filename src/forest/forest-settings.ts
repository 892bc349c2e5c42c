import { checkNumber, rangeError } from "../core/index.ts";

/** Features tried at a split: all, a third, the root of their number, or a number. */
export type MaxFeatures = "all" | "third" | "sqrt" | number;

/** How a forest is grown; every value has a default. */
export interface ForestSettings {
  readonly treeCount: number;
  /** A third in regression and the root in classification, as [breiman2001] has it. */
  readonly maxFeatures: MaxFeatures;
  /** Least weight in a leaf: rows, times their count in the bag, times their weights. */
  readonly minLeaf: number;
  /** Splits between root and leaf; Infinity grows until leaves are pure. */
  readonly maxDepth: number;
  /** Whether each tree sees as many rows as there are, drawn with replacement. */
  readonly bootstrap: boolean;
  /** Nodes of at most this many rows are split between their sorted values, larger ones between 256 quantiles. */
  readonly exactNodeSize: number;
  /** Seed of the trees' streams: tree i draws from [seed, "tree", i]. */
  readonly seed: number;
}

/** Rows that one packed sort key can number: six bits. */
const LARGEST_EXACT_NODE = 64;

/**
 * Completes and checks the settings of a forest.
 *
 * @throws RangeError naming the setting and its range
 * @example
 * import { completeForestSettings } from "../src/forest/forest-settings.ts";
 * import { expect } from "vitest";
 * expect(completeForestSettings({ treeCount: 50 }, "classification").maxFeatures).toBe("sqrt");
 * expect(() => completeForestSettings({ treeCount: 0 }, "regression")).toThrow("treeCount");
 */
export function completeForestSettings(
  settings: Partial<ForestSettings>,
  kind: "regression" | "classification",
): ForestSettings {
  const whole: ForestSettings = {
    treeCount: 200,
    maxFeatures: kind === "regression" ? "third" : "sqrt",
    minLeaf: 1,
    maxDepth: Infinity,
    bootstrap: true,
    exactNodeSize: 16,
    seed: 1,
    ...settings,
  };
  const action = "grow forest";
  checkNumber("treeCount", whole.treeCount, { min: 1, max: 100_000, integer: true, action });
  checkNumber("minLeaf", whole.minLeaf, { min: 1e-9, action });
  if (whole.maxDepth !== Infinity) {
    checkNumber("maxDepth", whole.maxDepth, { min: 1, integer: true, action });
  }
  checkNumber("exactNodeSize", whole.exactNodeSize, {
    min: 0,
    max: LARGEST_EXACT_NODE,
    integer: true,
    action,
  });
  if (typeof whole.maxFeatures === "number") {
    checkNumber("maxFeatures", whole.maxFeatures, { min: 1, integer: true, action });
  } else if (!["all", "third", "sqrt"].includes(whole.maxFeatures)) {
    const wanted = 'maxFeatures must be "all", "third", "sqrt" or a number';
    throw rangeError({ action }, wanted, String(whole.maxFeatures));
  }
  return whole;
}

/** Number of features tried at a split. */
export function triedFeatureCount(maxFeatures: MaxFeatures, featureCount: number): number {
  if (maxFeatures === "all") return featureCount;
  if (maxFeatures === "third") return Math.max(1, Math.round(featureCount / 3));
  if (maxFeatures === "sqrt") return Math.max(1, Math.floor(Math.sqrt(featureCount)));
  return Math.min(maxFeatures, featureCount);
}
