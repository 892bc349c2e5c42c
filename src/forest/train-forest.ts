import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { failureText, coefficientOfDetermination } from "../core/index.ts";
import { checkFeatureTable, type FeatureTable } from "./feature-table.ts";
import type { Forest, ForestTarget, OutOfBag } from "./forest.ts";
import { completeForestSettings, type ForestSettings } from "./forest-settings.ts";
import type { ForestShare } from "./forest-worker.ts";
import { growUntaken, type GrownTrees, type PlacedTrees } from "./grow-trees.ts";
import type { GrowingPlan } from "./grow-tree.ts";
import { likeliestClasses } from "./predict-forest.ts";
import { rankFeatures } from "./rank-features.ts";
import { checkTarget, rowWeights, type Weighting } from "./weighting.ts";

/** How a forest is grown, with what weights, by how many threads. */
export interface TrainOptions extends Partial<ForestSettings>, Weighting {
  /** Worker threads; with 1 (the default) the caller's own thread does the work. The forest is the same. */
  readonly workers?: number;
}

/**
 * Grows a random forest [breiman2001].
 *
 * @param table one row a specimen; finite features, at least two rows
 * @param target a number or a class for every row
 * @param options settings, weights and worker threads
 * @returns the forest with its out-of-bag score and impurity importance
 * @throws RangeError when features, targets, weights or settings are unfit, naming row and column
 * @example
 * import { featureTable, trainForest } from "../src/forest/index.ts";
 * import { expect } from "vitest";
 * const rows = Array.from({ length: 60 }, (_, row) => [row, (row * 37) % 60]);
 * const target = { kind: "regression", values: rows.map(([x]) => 3 * x) } as const;
 * const forest = await trainForest(featureTable(["x", "noise"], rows), target, { treeCount: 50 });
 * expect(forest.outOfBag.score).toBeGreaterThan(0.95);
 * expect(forest.impurityImportance[0]).toBeGreaterThan(forest.impurityImportance[1]);
 */
export async function trainForest(
  table: FeatureTable,
  target: ForestTarget,
  options: TrainOptions = {},
): Promise<Forest> {
  const { workers = 1, rowWeights: _, classWeights: __, ...chosen } = options;
  const plan = planGrowth(table, target, chosen, options);
  const stretches = await growAll(plan, workers);
  return assemble(table, target, plan, stretches);
}

/**
 * Checks the input of a forest and prepares what its trees share.
 *
 * @throws RangeError when the input is unfit
 */
export function planGrowth(
  table: FeatureTable,
  target: ForestTarget,
  settings: Partial<ForestSettings>,
  weighting: Weighting = {},
): GrowingPlan {
  checkFeatureTable(table, "grow forest");
  checkTarget(table, target);
  const weights = rowWeights(table.rowCount, target, weighting);
  const isRegression = target.kind === "regression";
  const offset = isRegression ? middleOf(target.values, weights) : 0;
  const given = isRegression ? target.values : target.labels;
  const targets = new Float64Array(new SharedArrayBuffer(8 * table.rowCount));
  for (let row = 0; row < targets.length; row++) targets[row] = given[row] - offset;
  return {
    kind: target.kind,
    ranked: rankFeatures(table, weights),
    targets,
    offset,
    outputCount: isRegression ? 1 : target.classNames.length,
    weights,
    settings: completeForestSettings(settings, target.kind),
  };
}

function middleOf(values: ArrayLike<number>, weights: Float64Array): number {
  let [low, high] = [Infinity, -Infinity];
  for (let row = 0; row < values.length; row++) {
    if (weights[row] === 0) continue;
    low = Math.min(low, values[row]);
    high = Math.max(high, values[row]);
  }
  return low / 2 + high / 2;
}

/** This thread grows trees too, from the start: the others take a tenth of a second and more to come up. */
async function growAll(plan: GrowingPlan, workers: number): Promise<readonly GrownTrees[]> {
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const others = Array.from({ length: workers - 1 }, () => placedBy({ plan, taken }));
  const own = growUntaken(plan, taken);
  const placed = [...own, ...(await Promise.all(others)).flat()];
  return placed.sort((a, b) => a.task - b.task).map(({ grown }) => grown);
}

/** The trees that a thread of its own grows. */
async function placedBy(share: ForestShare): Promise<readonly PlacedTrees[]> {
  const worker = new Worker(new URL("./forest-worker.js", import.meta.url), { workerData: share });
  const ended = once(worker, "exit").then(([code]) => {
    const got = `its end (code ${code})`;
    throw new Error(failureText({ action: "grow forest" }, "wanted the trees of a thread", got));
  });
  const [placed] = await Promise.race([once(worker, "message"), ended]);
  return placed;
}

function assemble(
  table: FeatureTable,
  target: ForestTarget,
  plan: GrowingPlan,
  stretches: readonly GrownTrees[],
): Forest {
  return {
    kind: target.kind,
    featureNames: table.names,
    classNames: target.kind === "regression" ? [] : target.classNames,
    outputCount: plan.outputCount,
    trees: stretches.flatMap(({ trees }) => trees),
    impurityImportance: normalised(addUp(stretches.map(({ importance }) => importance))),
    outOfBag: outOfBagOf(plan, stretches),
    settings: plan.settings,
  };
}

function outOfBagOf(plan: GrowingPlan, stretches: readonly GrownTrees[]): OutOfBag {
  const { outputCount, targets, offset, weights } = plan;
  const counts = addUp(stretches.map(({ unseenCount }) => unseenCount));
  const sums = addUp(stretches.map(({ unseenSum }) => unseenSum));
  const predictions = sums.map((sum, i) => sum / counts[Math.floor(i / outputCount)]);
  const covered = [...counts.keys()].filter((row) => counts[row] > 0 && weights[row] > 0);
  const score = scoreRows(plan, predictions, covered);
  return { predictions, score, coveredRowCount: covered.length };

  function scoreRows({ kind }: GrowingPlan, all: Float64Array, rows: readonly number[]): number {
    if (rows.length === 0) return NaN;
    if (kind === "regression") {
      return coefficientOfDetermination(
        rows.map((row) => all[row]),
        rows.map((row) => targets[row] + offset),
      );
    }
    const classes = likeliestClasses(all, outputCount);
    return rows.filter((row) => classes[row] === targets[row]).length / rows.length;
  }
}

function addUp(parts: readonly ArrayLike<number>[]): Float64Array {
  const sums = new Float64Array(parts[0].length);
  for (const part of parts) {
    for (let i = 0; i < sums.length; i++) sums[i] += part[i];
  }
  return sums;
}

function normalised(values: Float64Array): Float64Array {
  const total = values.reduce((sum, value) => sum + value, 0);
  return total === 0 ? values : values.map((value) => value / total);
}
