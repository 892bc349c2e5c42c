import { coefficientOfDetermination, definedPart, type Work } from "../core/index.ts";
import { featureTable, type FeatureTable, type MaxFeatures } from "../forest/index.ts";
import type { KeptTrainings } from "../train/index.ts";
import { compareSettings, type SettingComparison } from "./compare-settings.ts";
import { crossPredict, TREE_COUNT } from "./cross-predict.ts";
import { generateSpecimens, type GeneratedSpecimens } from "./generate-specimens.ts";
import { learningCurve, type LearningCurvePoint } from "./learning-curve.ts";
import { MICROSTRUCTURE_NAMES, strengthMPa, type Microstructure } from "./microstructure.ts";
import type { UcsStudyConfig } from "./study-config.ts";

/** Where the limit lies, and what of the microstructure the descriptors know. */
export interface Limits {
  /** R2 of the law itself: what the scatter of the tests leaves possible. */
  readonly ofLaw: number;
  /** R2 of a forest that is given the true microstructure instead of descriptors. */
  readonly ofForestOnTruth: number;
  /** R2 of forests that find a parameter of the microstructure from the descriptors of the trusted kind. */
  readonly recovered: Readonly<Record<keyof Microstructure, number>>;
}

/** What a study gives. */
export interface UcsStudyResult {
  readonly config: UcsStudyConfig;
  readonly budget: UcsStudyConfig["budget"];
  readonly comparison: SettingComparison;
  readonly limits: Limits;
  readonly learning: readonly LearningCurvePoint[];
}

/** How a study is run. */
export interface StudyRun extends Work {
  readonly budget: UcsStudyConfig["budget"];
  /** Where descriptors and the states of networks are kept; nowhere by default. */
  readonly checkpoints?: KeptTrainings;
}

/** Shares of the lots that the learning curve learns from. */
const LEARNING_SHARES = [1 / 8, 1 / 4, 1 / 2, 1];
/** Edge of the squares that the network sees [px]. */
const NETWORK_EDGE_PX = 64;

/**
 * Runs the robustness study: the same content at several settings of the microscope, every normalisation side by side, with all
 * descriptors and with those of structure alone; then the limits of any prediction, and the learning curve of forest and network.
 *
 * @param config settings, law's scatter, budget
 * @param run budget, threads, progress, where to keep what an interrupted run goes on from
 * @returns scores of every pipeline at every setting
 */
export async function runUcsStudy(config: UcsStudyConfig, run: StudyRun): Promise<UcsStudyResult> {
  const { budget, startStage } = run;
  const seeded = { ...run, seed: config.seed };
  const drawing = startStage("Drawing micrographs", 0);
  const specimens = await generateSpecimens(config, budget);
  drawing.finish(`${specimens.names.length} specimens`);
  const comparison = await compareSettings(specimens, seeded);
  const limits = await findLimits(specimens, comparison.structure, seeded);
  const learning = await learn(specimens, comparison.structure, seeded);
  return { config, budget, comparison, limits, learning };
}

type SeededRun = StudyRun & { readonly seed: number };

async function findLimits(
  { microstructures, strengths, folds }: GeneratedSpecimens,
  table: FeatureTable,
  { seed, workers }: SeededRun,
): Promise<Limits> {
  const budget = { treeCount: TREE_COUNT, seed, workers };
  // a third of four parameters would be one: a forest that is given the truth tries them all
  const r2 = async (from: FeatureTable, values: readonly number[], maxFeatures: MaxFeatures = "third") => {
    const [predicted] = await crossPredict(
      { table: from, strengths: values, folds },
      [{ table: from, folds }],
      { ...budget, maxFeatures },
    );
    return coefficientOfDetermination(predicted, values);
  };
  const valuesOf = (name: keyof Microstructure) => microstructures.map((one) => one[name]);
  const truth = featureTable(
    MICROSTRUCTURE_NAMES,
    microstructures.map((one) => MICROSTRUCTURE_NAMES.map((name) => one[name])),
  );
  const recovered: Record<string, number> = {};
  for (const name of MICROSTRUCTURE_NAMES) recovered[name] = await r2(table, valuesOf(name));
  return {
    ofLaw: coefficientOfDetermination(microstructures.map(strengthMPa), strengths),
    ofForestOnTruth: await r2(truth, strengths, "all"),
    recovered: recovered as Limits["recovered"],
  };
}

async function learn(
  { names, lots, strengths, folds, images }: GeneratedSpecimens,
  table: FeatureTable,
  { budget, workers, seed, startStage, checkpoints }: SeededRun,
): Promise<LearningCurvePoint[]> {
  const stage = startStage("Learning from more and more lots", LEARNING_SHARES.length);
  const named = images[0].map((own, i) =>
    own.map((image) => ({ name: names[i], image, lot: lots[i], strength: strengths[i] })),
  );
  const points = await learningCurve({ table, lots, strengths, folds, images: named }, LEARNING_SHARES, {
    seed,
    workers,
    network: { edgePx: NETWORK_EDGE_PX, steps: budget.networkSteps },
    ...definedPart({ checkpoints }),
    onPoint: (done) => stage.update(done),
  });
  stage.finish();
  return points;
}
