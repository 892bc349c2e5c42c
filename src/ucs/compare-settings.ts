import { mean, type GrayImage, type Work } from "../core/index.ts";
import type { FeatureTable } from "../forest/index.ts";
import type { KeptTrainings } from "../train/index.ts";
import { descriptorNames, type DescriptorSet, type NamedImage } from "./describe-images.ts";
import { describeResumably } from "./kept-descriptors.ts";
import { pickColumns, pickRows, poolRows } from "./feature-rows.ts";
import { NORMALIZATION_NAMES, namedNormalization, type NormalizationName } from "./normalisations.ts";
import { testPipeline, type PipelineResult, type SpecimenFacts } from "./robustness.ts";

/** Specimens with images of the same content at several settings of the microscope. */
export interface SettingSpecimens extends SpecimenFacts {
  /** [setting][specimen] images; at settings but the first, specimens of `recorded` only. */
  readonly images: readonly (readonly (readonly GrayImage[])[])[];
}

/** Every pipeline at every setting. */
export interface SettingComparison {
  readonly specimenCount: number;
  readonly recordedCount: number;
  readonly settings: readonly string[];
  readonly pipelines: readonly PipelineResult[];
  /** The pipeline with the smallest mean error at shifted settings. */
  readonly trusted: PipelineResult;
  /** Descriptors of structure without normalisation, one row a specimen at the first setting. */
  readonly structure: FeatureTable;
  /** One specimen at every setting. */
  readonly examples: readonly { readonly setting: string; readonly image: GrayImage }[];
}

/** How a comparison is run. */
export interface ComparisonRun extends Work {
  readonly seed: number;
  /** Where descriptors are kept as they are measured; nowhere by default. */
  readonly checkpoints?: KeptTrainings;
}

/**
 * Compares normalisations, with all descriptors and with those of structure: trained at the first setting, tested at all.
 */
export async function compareSettings(
  specimens: SettingSpecimens,
  run: ComparisonRun,
): Promise<SettingComparison> {
  const { names, settings, recorded, images } = specimens;
  const tables = await describeAll(specimens, run);
  const pipelines = await testAll(specimens, tables, run);
  return {
    specimenCount: names.length,
    recordedCount: recorded.length,
    settings,
    pipelines,
    trusted: mostRobust(pipelines),
    structure: tables.get("none")?.structure[0] as FeatureTable,
    examples: settings.map((setting, s) => ({ setting, image: images[s][s === 0 ? recorded[0] : 0][0] })),
  };
}

/** Mean grey of a specimen. */
export function meanGreyOf(images: readonly GrayImage[]): number {
  return mean(images.map(({ data }) => mean(data)));
}

/**
 * Mean RMSE of a pipeline over the settings it was not trained at.
 *
 * @param result scores; the first setting is the one trained at
 * @returns error in the unit of the strengths
 */
export function shiftedRmse({ scores }: Pick<PipelineResult, "scores">): number {
  return mean(scores.slice(1).map(({ rmse }) => rmse.value));
}

/** The pipeline with the smallest mean error at settings not trained at. */
export function mostRobust(pipelines: readonly PipelineResult[]): PipelineResult {
  return pipelines.reduce((best, one) => (shiftedRmse(one) < shiftedRmse(best) ? one : best));
}

/** [setting] one row a specimen, by normalisation and set of descriptors. */
type Tables = ReadonlyMap<NormalizationName, Readonly<Record<DescriptorSet, readonly FeatureTable[]>>>;

async function describeAll(specimens: SettingSpecimens, run: ComparisonRun): Promise<Tables> {
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
  const all = await describeResumably(flat, normalizations, {
    set: "all",
    workers: run.workers,
    checkpoints: run.checkpoints,
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

async function testAll(
  specimens: SettingSpecimens,
  tables: Tables,
  run: ComparisonRun,
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
