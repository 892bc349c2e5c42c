import { coefficientOfDetermination, failureText, type RandomStream } from "../core/index.ts";
import type { FeatureTable } from "./feature-table.ts";
import type { Forest } from "./forest.ts";
import { predictClasses, predictForest } from "./predict-forest.ts";

/** What the score loses when one feature is shuffled. */
export interface PermutationImportance {
  readonly name: string;
  /** Mean loss of R2 (regression) or of the share of right answers (classification). */
  readonly mean: number;
  /** Standard deviation over the shuffles; NaN for a single one. */
  readonly standardDeviation: number;
}

/**
 * Permutation importance [breiman2001]: the loss of score when a feature's values are dealt out anew among the rows.
 *
 * Give it rows that the forest has not seen: on training rows it tells what the forest leant on, not what helps.
 *
 * @throws RangeError when rows and truth are not as many
 * @example
 * import { openRandomStream } from "../src/core/index.ts";
 * import { featureTable, trainForest } from "../src/forest/index.ts";
 * import { permutationImportance } from "../src/forest/permutation-importance.ts";
 * import { expect } from "vitest";
 * const rows = Array.from({ length: 40 }, (_, row) => [row, 1]);
 * const table = featureTable(["x", "constant"], rows);
 * const truth = rows.map(([x]) => x);
 * const forest = await trainForest(table, { kind: "regression", values: truth }, { treeCount: 20 });
 * const [x, constant] = permutationImportance(openRandomStream(1), forest, table, { truth });
 * expect(x.mean).toBeGreaterThan(0.5);
 * expect(constant.mean).toBe(0);
 */
export function permutationImportance(
  rng: RandomStream,
  forest: Forest,
  table: FeatureTable,
  { truth, repeats = 5 }: { readonly truth: ArrayLike<number>; readonly repeats?: number },
): PermutationImportance[] {
  if (truth.length !== table.rowCount) {
    const context = { action: "measure permutation importance" };
    throw new RangeError(
      failureText(context, `truth must have ${table.rowCount} rows`, String(truth.length)),
    );
  }
  const whole = scoreForest(forest, table, truth);
  return table.names.map((name, feature) => {
    const losses = Array.from({ length: repeats }, (_, repeat) => {
      const shuffled = shuffleColumn(rng.fork("shuffle", feature, repeat), table, feature);
      return whole - scoreForest(forest, shuffled, truth);
    });
    return { name, ...spreadOf(losses) };
  });
}

/** Scores a forest on rows of known truth. */
export function scoreForest(forest: Forest, table: FeatureTable, truth: ArrayLike<number>): number {
  if (forest.kind === "regression") return coefficientOfDetermination(predictForest(forest, table), truth);
  const classes = predictClasses(forest, table);
  return classes.filter((label, row) => label === truth[row]).length / table.rowCount;
}

function shuffleColumn(rng: RandomStream, table: FeatureTable, feature: number): FeatureTable {
  const width = table.names.length;
  const values = Float32Array.from(table.values);
  for (let row = table.rowCount - 1; row > 0; row--) {
    const [one, other] = [row * width + feature, rng.integerBelow(row + 1) * width + feature];
    [values[one], values[other]] = [values[other], values[one]];
  }
  return { ...table, values };
}

function spreadOf(losses: readonly number[]): Omit<PermutationImportance, "name"> {
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const squares = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0);
  const standardDeviation = losses.length < 2 ? NaN : Math.sqrt(squares / (losses.length - 1));
  return { mean, standardDeviation };
}
