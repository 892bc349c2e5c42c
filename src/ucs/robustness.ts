import {
  bootstrapInterval,
  mean,
  openRandomStream,
  type BootstrapInterval,
  type GrayImage,
} from "../core/index.ts";
import { likeliestClasses, predictForest, trainForest, type FeatureTable } from "../forest/index.ts";
import { describeSpecimens, type Pipeline } from "./describe-specimens.ts";
import {
  byLot,
  scoreStrength,
  slopeOf,
  type RegressionScores,
  type StrengthPair,
} from "./regression-scores.ts";

/** Specimens with their images at every setting of the microscope; the first setting is the one trained at. */
export interface RobustnessData {
  readonly names: readonly string[];
  readonly lots: readonly string[];
  /** [MPa] */
  readonly strengthsMPa: readonly number[];
  readonly settings: readonly string[];
  /** [setting][specimen] images; the same content at every setting. */
  readonly images: readonly (readonly (readonly GrayImage[])[])[];
  /** Fold of each specimen; lots are whole. */
  readonly folds: readonly number[];
}

/** What one pipeline gives. */
export interface PipelineResult {
  readonly name: string;
  /** At each setting, trained at the first. */
  readonly scores: readonly RegressionScores[];
  /** Predicted against true at each setting. */
  readonly pairs: readonly (readonly StrengthPair[])[];
  /** Mean error against mean grey over all settings [MPa per unit of grey]: what the instrument pulls. */
  readonly intensitySlope: BootstrapInterval;
  /** Share of settings told right from the descriptors, lots held out; chance is 1 over their number. */
  readonly probeAccuracy: BootstrapInterval;
  /** Features by falling impurity importance of a forest on all specimens at the first setting. */
  readonly importance: readonly { readonly name: string; readonly share: number }[];
}

const TREE_COUNT = 200;

/**
 * Trains at one setting of the microscope and tests at all, lots held out; and asks how much of the setting the descriptors know.
 *
 * @param data specimens and images
 * @param pipeline normalisation
 * @param options seed of all streams, threads
 * @returns scores, slope, probe, importance
 */
export async function testPipeline(
  data: RobustnessData,
  pipeline: Pipeline,
  options: { readonly seed: number; readonly workers: number },
): Promise<PipelineResult> {
  const { seed } = options;
  const tables = data.images.map((specimens) => describeSpecimens(specimens, pipeline, data.names));
  const predictions = await crossPredict(data, tables, options);
  const pairs = predictions.map((predicted) =>
    data.strengthsMPa.map((truth, i) => ({ lot: data.lots[i], truth, predicted: predicted[i] })),
  );
  const rng = openRandomStream(seed, "robustness", pipeline.name);
  const whole = await trainForest(
    tables[0],
    { kind: "regression", values: data.strengthsMPa },
    { treeCount: TREE_COUNT, seed, workers: options.workers },
  );
  return {
    name: pipeline.name,
    pairs,
    scores: pairs.map((sample, setting) => scoreStrength(rng.fork("scores", setting), sample)),
    intensitySlope: intensitySlope(rng.fork("slope"), data, pairs),
    probeAccuracy: await probeSettings(rng.fork("probe"), data, tables, options),
    importance: whole.featureNames
      .map((name, i) => ({ name, share: whole.impurityImportance[i] }))
      .sort((a, b) => b.share - a.share),
  };
}

/** [setting][specimen] predictions of a forest that has seen neither the specimen's lot nor any setting but the first. */
async function crossPredict(
  { folds, strengthsMPa }: RobustnessData,
  tables: readonly FeatureTable[],
  { seed, workers }: { readonly seed: number; readonly workers: number },
): Promise<number[][]> {
  const predictions = tables.map(() => strengthsMPa.map(() => NaN));
  for (const fold of new Set(folds)) {
    const [train, test] = splitRows(folds, fold);
    const target = { kind: "regression", values: train.map((row) => strengthsMPa[row]) } as const;
    const forest = await trainForest(rowsOf(tables[0], train), target, {
      treeCount: TREE_COUNT,
      seed,
      workers,
    });
    tables.forEach((table, setting) => {
      predictForest(forest, rowsOf(table, test)).forEach((value, k) => {
        predictions[setting][test[k]] = value;
      });
    });
  }
  return predictions;
}

/** A forest that guesses the setting from the descriptors, lots held out. */
async function probeSettings(
  rng: ReturnType<typeof openRandomStream>,
  { folds, lots, settings }: RobustnessData,
  tables: readonly FeatureTable[],
  { seed, workers }: { readonly seed: number; readonly workers: number },
): Promise<BootstrapInterval> {
  const answers: { readonly lot: string; readonly isRight: number }[] = [];
  for (const fold of new Set(folds)) {
    const [train, test] = splitRows(folds, fold);
    const joined = joinTables(tables.map((table) => rowsOf(table, train)));
    const labels = tables.flatMap((_, setting) => train.map(() => setting));
    const target = { kind: "classification", labels, classNames: settings } as const;
    const forest = await trainForest(joined, target, { treeCount: 100, seed, workers });
    tables.forEach((table, setting) => {
      const found = likeliestClasses(predictForest(forest, rowsOf(table, test)), settings.length);
      test.forEach((row, k) => answers.push({ lot: lots[row], isRight: found[k] === setting ? 1 : 0 }));
    });
  }
  return bootstrapInterval(rng, byLot(answers), (sample) => mean(sample.map(({ isRight }) => isRight)));
}

function intensitySlope(
  rng: ReturnType<typeof openRandomStream>,
  { lots, images }: RobustnessData,
  pairs: readonly (readonly StrengthPair[])[],
): BootstrapInterval {
  const points = pairs.flatMap((sample, setting) =>
    sample.map(({ truth, predicted }, i) => ({
      lot: lots[i],
      x: mean(images[setting][i].map((image) => mean(image.data))),
      y: predicted - truth,
    })),
  );
  return bootstrapInterval(rng, byLot(points), slopeOf);
}

function splitRows(folds: readonly number[], fold: number): [number[], number[]] {
  const rows = [...folds.keys()];
  return [rows.filter((row) => folds[row] !== fold), rows.filter((row) => folds[row] === fold)];
}

function rowsOf({ names, values }: FeatureTable, rows: readonly number[]): FeatureTable {
  const width = names.length;
  const picked = new Float32Array(rows.length * width);
  rows.forEach((row, k) => picked.set(values.subarray(row * width, (row + 1) * width), k * width));
  return { names, rowCount: rows.length, values: picked };
}

function joinTables(tables: readonly FeatureTable[]): FeatureTable {
  const values = new Float32Array(tables.reduce((sum, table) => sum + table.values.length, 0));
  let offset = 0;
  for (const table of tables) {
    values.set(table.values, offset);
    offset += table.values.length;
  }
  return { names: tables[0].names, rowCount: values.length / tables[0].names.length, values };
}
