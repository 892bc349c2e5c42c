import { coefficientOfDetermination, type GrayImage, type StartStage } from "../core/index.ts";
import { featureTable, type FeatureTable } from "../forest/index.ts";
import { crossPredict, TREE_COUNT } from "./cross-predict.ts";
import { describeImages, descriptorNames, type DescriptorSet, type NamedImage } from "./describe-images.ts";
import { pickColumns, pickRows, poolRows } from "./feature-rows.ts";
import { generateSpecimens, type GeneratedSpecimens } from "./generate-specimens.ts";
import { learningCurve, type LearningCurvePoint } from "./learning-curve.ts";
import { MICROSTRUCTURE_NAMES, strengthMPa, type Microstructure } from "./microstructure.ts";
import { NORMALIZATION_NAMES, namedNormalization, type NormalizationName } from "./normalisations.ts";
import { testPipeline, type PipelineResult } from "./robustness.ts";
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
  readonly effort: UcsStudyConfig["effort"];
  readonly specimenCount: number;
  readonly recordedCount: number;
  readonly settings: readonly string[];
  readonly pipelines: readonly PipelineResult[];
  /** The pipeline with the smallest mean error at shifted settings. */
  readonly trusted: PipelineResult;
  readonly limits: Limits;
  readonly learning: readonly LearningCurvePoint[];
  /** One specimen at every setting. */
  readonly examples: readonly { readonly setting: string; readonly image: GrayImage }[];
}

/** How a study is run. */
export interface StudyRun {
  readonly effort: UcsStudyConfig["effort"];
  readonly workers: number;
  readonly startStage: StartStage;
}

/** Shares of the lots that the learning curve learns from. */
const LEARNING_SHARES = [1 / 8, 1 / 4, 1 / 2, 1];
/** Edge of the squares that the network sees [px]. */
const NETWORK_EDGE_PX = 64;

/**
 * Runs the robustness study: the same content at several settings of the microscope, every normalisation side by side, with all
 * descriptors and with those of structure alone; then the limits of any prediction, and the learning curve of forest and network.
 *
 * @param config settings, law's scatter, effort
 * @param run effort, threads, progress
 * @returns scores of every pipeline at every setting
 */
export async function runUcsStudy(config: UcsStudyConfig, run: StudyRun): Promise<UcsStudyResult> {
  const { effort, startStage } = run;
  const drawing = startStage("Drawing micrographs", 0);
  const specimens = generateSpecimens(config, effort);
  drawing.finish(`${specimens.names.length} specimens`);
  const tables = await describeAll(specimens, run);
  const pipelines = await testAll(specimens, tables, { ...run, seed: config.seed });
  const structure = tables.get("none")?.structure[0] as FeatureTable;
  const limits = await findLimits(specimens, structure, { ...run, seed: config.seed });
  const learning = await learn(specimens, structure, { ...run, seed: config.seed });
  return {
    config,
    effort,
    specimenCount: specimens.names.length,
    recordedCount: specimens.recorded.length,
    settings: specimens.settings,
    pipelines,
    trusted: mostRobust(pipelines),
    limits,
    learning,
    examples: specimens.settings.map((setting, s) => ({
      setting,
      image: specimens.images[s][s === 0 ? specimens.recorded[0] : 0][0],
    })),
  };
}

/**
 * Mean RMSE of a pipeline over the settings it was not trained at.
 *
 * @param result scores; the first setting is the one trained at
 * @returns error [MPa]
 */
export function shiftedRmse({ scores }: Pick<PipelineResult, "scores">): number {
  const shifted = scores.slice(1);
  return shifted.reduce((sum, { rmse }) => sum + rmse.value, 0) / shifted.length;
}

/**
 * The pipeline with the smallest mean error at settings not trained at.
 *
 * @param pipelines at least one
 * @returns one of them
 */
export function mostRobust(pipelines: readonly PipelineResult[]): PipelineResult {
  return pipelines.reduce((best, one) => (shiftedRmse(one) < shiftedRmse(best) ? one : best));
}

/** [setting] one row a specimen, by normalisation and set of descriptors. */
type Tables = ReadonlyMap<NormalizationName, Readonly<Record<DescriptorSet, readonly FeatureTable[]>>>;

async function describeAll(specimens: GeneratedSpecimens, run: StudyRun): Promise<Tables> {
  const { images, names, settings, recorded } = specimens;
  const reference = images[0][0][0];
  const normalizations = NORMALIZATION_NAMES.map((name) => namedNormalization(name, reference));
  const flat = settings.flatMap((setting, s) =>
    images[s].flatMap((own, place) =>
      own.map((image): NamedImage & { readonly s: number; readonly place: number } => {
        const specimen = names[s === 0 ? place : recorded[place]];
        return { name: `${specimen}, ${setting}`, image, s, place };
      }),
    ),
  );
  const stage = run.startStage("Describing images", flat.length);
  const all = await describeImages(flat, normalizations, {
    set: "all",
    workers: run.workers,
    onProgress: (done) => stage.update(done),
  });
  stage.finish(`${flat.length} images, ${normalizations.length} normalisations`);
  const rowsOf = settings.map((_, s) => [...flat.keys()].filter((row) => flat[row].s === s));
  const structure = descriptorNames(flat[0], normalizations[0], "structure");
  return new Map(
    NORMALIZATION_NAMES.map((name, n) => {
      const pooled = rowsOf.map((rows) =>
        poolRows(
          pickRows(all[n], rows),
          rows.map((row) => flat[row].place),
        ),
      );
      return [name, { all: pooled, structure: pooled.map((table) => pickColumns(table, structure)) }];
    }),
  );
}

type SeededRun = StudyRun & { readonly seed: number };

async function testAll(
  specimens: GeneratedSpecimens,
  tables: Tables,
  run: SeededRun,
): Promise<PipelineResult[]> {
  const plan = (["all", "structure"] as const).flatMap((descriptors) =>
    NORMALIZATION_NAMES.map((normalization) => ({ normalization, descriptors })),
  );
  const stage = run.startStage("Testing pipelines", plan.length);
  const results: PipelineResult[] = [];
  for (const pipeline of plan) {
    const own = tables.get(pipeline.normalization)?.[pipeline.descriptors] ?? [];
    results.push(await testPipeline(specimens, own, pipeline, run));
    stage.update(results.length, `${pipeline.descriptors}, ${pipeline.normalization}`);
  }
  stage.finish();
  return results;
}

async function findLimits(
  { microstructures, strengthsMPa, folds }: GeneratedSpecimens,
  table: FeatureTable,
  { seed, workers }: SeededRun,
): Promise<Limits> {
  const effort = { treeCount: TREE_COUNT, seed, workers };
  const r2 = async (from: FeatureTable, values: readonly number[]) => {
    const [predicted] = await crossPredict(
      { table: from, strengths: values, folds },
      [{ table: from, folds }],
      effort,
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
    ofLaw: coefficientOfDetermination(microstructures.map(strengthMPa), strengthsMPa),
    ofForestOnTruth: await r2(truth, strengthsMPa),
    recovered: recovered as Limits["recovered"],
  };
}

async function learn(
  { names, lots, strengthsMPa: strengths, folds, images }: GeneratedSpecimens,
  table: FeatureTable,
  { effort, workers, seed, startStage }: SeededRun,
): Promise<LearningCurvePoint[]> {
  const stage = startStage("Learning from more and more lots", LEARNING_SHARES.length);
  const named = images[0].map((own, i) =>
    own.map((image) => ({ name: names[i], image, lot: lots[i], strength: strengths[i] })),
  );
  const points = await learningCurve({ table, lots, strengths, folds, images: named }, LEARNING_SHARES, {
    seed,
    workers,
    network: { edgePx: NETWORK_EDGE_PX, steps: effort.networkSteps },
    onPoint: (done) => stage.update(done),
  });
  stage.finish();
  return points;
}
