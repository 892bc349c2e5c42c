import { rangeError } from "../core/index.ts";
import type { FeatureTable } from "./feature-table.ts";
import type { ForestTarget } from "./forest.ts";

/** What a row counts for. */
export interface Weighting {
  /** One a row, 0 or more; 1 by default. A row of weight 2 counts as two equal rows. */
  readonly rowWeights?: ArrayLike<number>;
  /** One a class, above 0; or "balanced": n / (classes x rows of the class) [king2001]. */
  readonly classWeights?: "balanced" | ArrayLike<number>;
}

const ACTION = "grow forest";

/**
 * Checks that there is a usable target for every row.
 *
 * @throws RangeError naming the row at fault
 */
export function checkTarget(table: FeatureTable, target: ForestTarget): void {
  const { rowCount } = table;
  const given = target.kind === "regression" ? target.values : target.labels;
  if (given.length !== rowCount || rowCount < 2) {
    const wanted = "targets and rows must be as many, at least 2";
    throw rangeError({ action: ACTION }, wanted, `${given.length} and ${rowCount}`);
  }
  const classCount = target.kind === "regression" ? 0 : target.classNames.length;
  for (let row = 0; row < rowCount; row++) {
    const value = given[row];
    const isFit =
      target.kind === "regression"
        ? Number.isFinite(value)
        : Number.isInteger(value) && value >= 0 && value < classCount;
    if (isFit) continue;
    const wanted =
      target.kind === "regression"
        ? "targets must be finite"
        : `labels must be whole numbers from 0 to ${classCount - 1}`;
    throw rangeError({ action: ACTION, where: `row ${row}` }, wanted, String(value));
  }
}

/**
 * Weight of every row: its own times that of its class.
 *
 * @returns [row]
 * @throws RangeError when weights are negative, not finite, too few or all zero
 */
export function rowWeights(rowCount: number, target: ForestTarget, weighting: Weighting): Float64Array {
  const weights = new Float64Array(rowCount).fill(1);
  if (weighting.rowWeights !== undefined)
    weights.set(checkedWeights(weighting.rowWeights, rowCount, "row", 0));
  if (target.kind === "classification" && weighting.classWeights !== undefined) {
    const factors = classFactors(target, weights, weighting.classWeights);
    for (let row = 0; row < rowCount; row++) weights[row] *= factors[target.labels[row]];
  }
  if (weights.every((weight) => weight === 0)) {
    throw rangeError({ action: ACTION }, "rowWeights must not all be 0", "zeros only");
  }
  return weights;
}

function classFactors(
  target: ForestTarget & { readonly kind: "classification" },
  weights: Float64Array,
  chosen: "balanced" | ArrayLike<number>,
): ArrayLike<number> {
  const classCount = target.classNames.length;
  if (chosen !== "balanced") return checkedWeights(chosen, classCount, "class", Number.MIN_VALUE);
  const perClass = new Float64Array(classCount);
  weights.forEach((weight, row) => (perClass[target.labels[row]] += weight));
  const total = perClass.reduce((sum, weight) => sum + weight, 0);
  const present = perClass.filter((weight) => weight > 0).length;
  return perClass.map((weight) => (weight > 0 ? total / (present * weight) : 1));
}

function checkedWeights(weights: ArrayLike<number>, count: number, of: "row" | "class", least: number) {
  const wanted = `${of}Weights must be ${count} finite numbers ${least > 0 ? "above 0" : "of at least 0"}`;
  if (weights.length !== count) {
    throw rangeError({ action: ACTION }, wanted, `${weights.length} numbers`);
  }
  const checked = Float64Array.from(weights);
  const wrong = checked.findIndex((weight) => !(Number.isFinite(weight) && weight >= least));
  if (wrong < 0) return checked;
  throw rangeError({ action: ACTION, where: `${of} ${wrong}` }, wanted, String(checked[wrong]));
}
