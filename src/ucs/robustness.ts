import {
  bootstrapInterval,
  mean,
  openRandomStream,
  type BootstrapInterval,
  type RandomStream,
} from "../core/index.ts";
import {
  importanceOf,
  likeliestClasses,
  predictForest,
  trainForest,
  type FeatureTable,
} from "../forest/index.ts";
import { crossPredict, rowsWhere, TREE_COUNT } from "./cross-predict.ts";
import type { DescriptorSet } from "./describe-images.ts";
import { pickRows, stackTables } from "./feature-rows.ts";
import type { NormalizationName } from "./normalisations.ts";
import {
  byLot,
  scoreStrength,
  slopeOf,
  type RegressionScores,
  type StrengthPair,
} from "./regression-scores.ts";

/** What is known of the specimens of a study, without their images. */
export interface SpecimenFacts {
  readonly names: readonly string[];
  readonly lots: readonly string[];
  /** One a specimen, in the unit of the study; so are all errors. */
  readonly strengths: readonly number[];
  /** Fold of each specimen; lots are whole. */
  readonly folds: readonly number[];
  readonly settings: readonly string[];
  /** Specimens that were recorded at every setting; all were at the first. */
  readonly recorded: readonly number[];
  /** [setting][place in `recorded`] mean grey of the specimen's images. */
  readonly meanGrey: readonly (readonly number[])[];
}

/** A normalisation and a set of descriptors. */
export interface Pipeline {
  readonly normalization: NormalizationName;
  readonly descriptors: DescriptorSet;
}

/** What one pipeline gives. */
export interface PipelineResult extends Pipeline {
  /** All specimens, at the setting trained at. */
  readonly asTrained: RegressionScores;
  readonly asTrainedPairs: readonly StrengthPair[];
  /** [setting] the specimens recorded at every setting; the first setting is the one trained at. */
  readonly scores: readonly RegressionScores[];
  /** [setting] predicted against true. */
  readonly pairs: readonly (readonly StrengthPair[])[];
  /** Mean RMSE at the settings not trained at, less that of the same specimens as trained. */
  readonly drop: BootstrapInterval;
  /** Mean error against mean grey over all settings [1 per unit of grey]: what the instrument pulls. */
  readonly intensitySlope: BootstrapInterval;
  /** Share of settings told right from the descriptors, lots held out; chance is 1 over their number. */
  readonly probeAccuracy: BootstrapInterval;
  /** Features by falling impurity importance of a forest on all specimens at the first setting. */
  readonly importance: readonly { readonly name: string; readonly share: number }[];
}

/**
 * Trains at one setting of the microscope and tests at all, lots held out; and asks how much of the setting the descriptors know.
 *
 * @param tables [setting] one row a specimen at the first setting, one a recorded specimen at the others
 */
export async function testPipeline(
  facts: SpecimenFacts,
  tables: readonly FeatureTable[],
  pipeline: Pipeline,
  options: { readonly seed: number; readonly workers: number },
): Promise<PipelineResult> {
  const { lots, strengths, folds, recorded } = facts;
  const budget = { treeCount: TREE_COUNT, seed: options.seed, workers: options.workers };
  const recordedFolds = recorded.map((row) => folds[row]);
  const shifted = tables.slice(1).map((table) => ({ table, folds: recordedFolds }));
  const [all, ...others] = await crossPredict(
    { table: tables[0], strengths, folds },
    [{ table: tables[0], folds }, ...shifted],
    budget,
  );
  const pairOf = (row: number, predicted: number) => ({ lot: lots[row], truth: strengths[row], predicted });
  const pairs = [recorded.map((row) => all[row]), ...others].map((predicted) =>
    predicted.map((value, k) => pairOf(recorded[k], value)),
  );
  const asTrainedPairs = all.map((value, row) => pairOf(row, value));
  const rng = openRandomStream(options.seed, "robustness", pipeline.descriptors, pipeline.normalization);
  const whole = await trainForest(tables[0], { kind: "regression", values: strengths }, budget);
  return {
    ...pipeline,
    asTrainedPairs,
    asTrained: scoreStrength(rng.fork("all"), asTrainedPairs),
    pairs,
    scores: pairs.map((sample, setting) => scoreStrength(rng.fork("scores", setting), sample)),
    drop: dropOf(rng.fork("drop"), pairs),
    intensitySlope: intensitySlope(rng.fork("slope"), facts, pairs),
    probeAccuracy: await probeSettings(rng.fork("probe"), facts, tables, options),
    importance: importanceOf(whole),
  };
}

/** One specimen at every setting. */
interface SpecimenErrors {
  readonly lot: string;
  /** [setting] squared error. */
  readonly squares: readonly number[];
}

/** How much the RMSE grows at settings not trained at, with an interval by whole lots. */
function dropOf(rng: RandomStream, pairs: readonly (readonly StrengthPair[])[]): BootstrapInterval {
  const specimens = pairs[0].map(({ lot }, k): SpecimenErrors => {
    return { lot, squares: pairs.map((sample) => (sample[k].predicted - sample[k].truth) ** 2) };
  });
  return bootstrapInterval(rng, byLot(specimens), (sample) => {
    const rmse = pairs.map((_, setting) => Math.sqrt(mean(sample.map(({ squares }) => squares[setting]))));
    return mean(rmse.slice(1)) - rmse[0];
  });
}

/** A forest that guesses the setting from the descriptors, lots held out. */
async function probeSettings(
  rng: RandomStream,
  { folds, lots, settings, recorded }: SpecimenFacts,
  tables: readonly FeatureTable[],
  { seed, workers }: { readonly seed: number; readonly workers: number },
): Promise<BootstrapInterval> {
  const comparable = [pickRows(tables[0], recorded), ...tables.slice(1)];
  const foldOf = recorded.map((row) => folds[row]);
  const answers: { readonly lot: string; readonly isRight: number }[] = [];
  for (const fold of new Set(foldOf)) {
    const [train, test] = [
      rowsWhere(foldOf, (one) => one !== fold),
      rowsWhere(foldOf, (one) => one === fold),
    ];
    const joined = stackTables(comparable.map((table) => pickRows(table, train)));
    const labels = comparable.flatMap((_, setting) => train.map(() => setting));
    const target = { kind: "classification", labels, classNames: settings } as const;
    const forest = await trainForest(joined, target, { treeCount: 100, seed, workers });
    comparable.forEach((table, setting) => {
      const found = likeliestClasses(predictForest(forest, pickRows(table, test)), settings.length);
      test.forEach((row, k) => {
        answers.push({ lot: lots[recorded[row]], isRight: found[k] === setting ? 1 : 0 });
      });
    });
  }
  return bootstrapInterval(rng, byLot(answers), (sample) => mean(sample.map(({ isRight }) => isRight)));
}

function intensitySlope(
  rng: RandomStream,
  { meanGrey }: SpecimenFacts,
  pairs: readonly (readonly StrengthPair[])[],
): BootstrapInterval {
  const points = pairs.flatMap((sample, setting) =>
    sample.map(({ lot, truth, predicted }, k) => ({ lot, x: meanGrey[setting][k], y: predicted - truth })),
  );
  return bootstrapInterval(rng, byLot(points), slopeOf);
}
