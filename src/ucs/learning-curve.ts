import { definedPart, mean, openRandomStream } from "../core/index.ts";
import { predictForest, trainForest, type FeatureTable } from "../forest/index.ts";
import { rowsWhere, TREE_COUNT } from "./cross-predict.ts";
import { pickRows } from "./feature-rows.ts";
import { scoreStrength, type RegressionScores } from "./regression-scores.ts";
import {
  predictByNetwork,
  trainStrengthNetwork,
  type NetworkBudget,
  type StrengthImage,
} from "./strength-network.ts";
import type { KeptTrainings } from "../train/index.ts";

/** Forest and network after learning from the same lots, on the same lots held out. */
export interface LearningCurvePoint {
  readonly lotCount: number;
  readonly specimenCount: number;
  readonly forest: RegressionScores;
  readonly network: RegressionScores;
}

/** Specimens with descriptors and images. */
export interface LearningData {
  readonly table: FeatureTable;
  readonly lots: readonly string[];
  readonly strengths: readonly number[];
  readonly folds: readonly number[];
  /** [specimen] its images. */
  readonly images: readonly (readonly StrengthImage[])[];
}

/** Trains forest and network on ever more lots and scores both on the lots of the first fold. */
export async function learningCurve(
  data: LearningData,
  shares: readonly number[],
  options: {
    readonly seed: number;
    readonly workers: number;
    readonly network: Omit<NetworkBudget, "threads">;
    readonly checkpoints?: KeptTrainings;
    readonly onPoint?: (done: number) => void;
  },
): Promise<LearningCurvePoint[]> {
  const test = rowsWhere(data.folds, (fold) => fold === 0);
  const learnable = rowsWhere(data.folds, (fold) => fold !== 0);
  const lots = [...new Set(learnable.map((row) => data.lots[row]))];
  const points: LearningCurvePoint[] = [];
  for (const share of shares) {
    const known = new Set(lots.slice(0, Math.max(2, Math.round(share * lots.length))));
    const rows = learnable.filter((row) => known.has(data.lots[row]));
    points.push({
      lotCount: known.size,
      specimenCount: rows.length,
      forest: scored(data, test, await byForest(data, rows, test, options), options.seed),
      network: scored(data, test, await byNetwork(data, rows, test, options), options.seed),
    });
    options.onPoint?.(points.length);
  }
  return points;
}

function scored(
  { lots, strengths }: LearningData,
  rows: readonly number[],
  predicted: ArrayLike<number>,
  seed: number,
): RegressionScores {
  const pairs = rows.map((row, k) => ({ lot: lots[row], truth: strengths[row], predicted: predicted[k] }));
  return scoreStrength(openRandomStream(seed, "learning curve"), pairs);
}

async function byForest(
  { table, strengths }: LearningData,
  rows: readonly number[],
  test: readonly number[],
  { seed, workers }: { readonly seed: number; readonly workers: number },
): Promise<Float64Array> {
  const target = { kind: "regression", values: rows.map((row) => strengths[row]) } as const;
  const forest = await trainForest(pickRows(table, rows), target, { treeCount: TREE_COUNT, seed, workers });
  return predictForest(forest, pickRows(table, test));
}

async function byNetwork(
  { images }: LearningData,
  rows: readonly number[],
  test: readonly number[],
  options: {
    readonly seed: number;
    readonly workers: number;
    readonly network: Omit<NetworkBudget, "threads">;
    readonly checkpoints?: KeptTrainings;
  },
): Promise<number[]> {
  const threads = options.workers;
  const checkpoints = options.checkpoints?.(`learning-${rows.length}`);
  const model = await trainStrengthNetwork(
    openRandomStream(options.seed, "learning curve", rows.length),
    rows.flatMap((row) => images[row]),
    { ...options.network, threads, ...definedPart({ checkpoints }) },
  );
  return specimenPredictions(
    model,
    test.map((row) => images[row]),
    threads,
  );
}

/** Predicts specimens by a network: the mean over the images of each. */
export async function specimenPredictions(
  model: Uint8Array,
  specimens: readonly (readonly StrengthImage[])[],
  threads: number,
): Promise<number[]> {
  const each = await predictByNetwork(model, specimens.flat(), { threads });
  let next = 0;
  return specimens.map((images) => mean(each.slice(next, (next += images.length))));
}
