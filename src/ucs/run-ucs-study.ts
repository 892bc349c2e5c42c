import { openRandomStream, type GrayImage, type StartStage } from "../core/index.ts";
import { pipelines } from "./describe-specimens.ts";
import { drawScene } from "./draw-micrograph.ts";
import { groupedFolds } from "./grouped-folds.ts";
import { recordScene } from "./instrument.ts";
import { drawMicrostructure, strengthMPa } from "./microstructure.ts";
import { testPipeline, type PipelineResult, type RobustnessData } from "./robustness.ts";
import type { UcsStudyConfig } from "./study-config.ts";

/** What a study gives. */
export interface UcsStudyResult {
  readonly config: UcsStudyConfig;
  readonly effort: UcsStudyConfig["effort"];
  readonly specimenCount: number;
  readonly settings: readonly string[];
  readonly pipelines: readonly PipelineResult[];
  /** Name of the pipeline with the smallest mean error at shifted settings. */
  readonly trusted: string;
  /** R2 that the scatter of the tests leaves possible. */
  readonly ceilingR2: number;
  /** One specimen at every setting. */
  readonly examples: readonly { readonly setting: string; readonly image: GrayImage }[];
}

/**
 * Runs the robustness study: the same content at several settings of the microscope, every normalisation side by side.
 *
 * @param config settings, law's scatter, effort
 * @param run effort, threads, progress
 * @returns scores of every pipeline at every setting
 */
export async function runUcsStudy(
  config: UcsStudyConfig,
  run: {
    readonly effort: UcsStudyConfig["effort"];
    readonly workers: number;
    readonly startStage: StartStage;
  },
): Promise<UcsStudyResult> {
  const { effort, workers, startStage } = run;
  const drawing = startStage("Drawing micrographs", 0);
  const data = generateSpecimens(config, effort);
  drawing.finish(`${data.names.length} specimens`);
  const all = pipelines(data.images[0][0][0]);
  const stage = startStage("Testing normalisations", all.length);
  const results: PipelineResult[] = [];
  for (const pipeline of all) {
    results.push(await testPipeline(data, pipeline, { seed: config.seed, workers }));
    stage.update(results.length, pipeline.name);
  }
  stage.finish();
  return {
    config,
    effort,
    specimenCount: data.names.length,
    settings: data.settings,
    pipelines: results,
    trusted: results.reduce((best, one) => (shiftedRmse(one) < shiftedRmse(best) ? one : best)).name,
    ceilingR2: 1 - config.strengthNoiseMPa ** 2 / varianceOf(data.strengthsMPa),
    examples: data.settings.map((setting, i) => ({ setting, image: data.images[i][0][0] })),
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

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

/**
 * Generates specimens with known strengths, each imaged at every setting.
 *
 * @param config image size, settings, scatter, folds, seed
 * @param effort lots, specimens, images
 * @returns data with folds by lot
 */
export function generateSpecimens(
  { seed, imageSize, settings, strengthNoiseMPa, foldCount }: UcsStudyConfig,
  { lots, specimensPerLot, imagesPerSpecimen }: UcsStudyConfig["effort"],
): RobustnessData {
  const rng = openRandomStream(seed, "specimens");
  const specimens = Array.from({ length: lots * specimensPerLot }, (_, index) => {
    const lot = Math.floor(index / specimensPerLot);
    const stream = rng.fork("specimen", index);
    const microstructure = drawMicrostructure(rng.fork("lot", lot), stream);
    const strength = strengthMPa(microstructure) + strengthNoiseMPa * stream.fork("test").normal();
    const scenes = Array.from({ length: imagesPerSpecimen }, (_image, k) =>
      drawScene(stream.fork("image", k), microstructure, imageSize),
    );
    const images = settings.map((setting, s) =>
      scenes.map((scene, k) => recordScene(stream.fork("record", s, k), scene, setting)),
    );
    return {
      name: `lot ${lot + 1}, specimen ${(index % specimensPerLot) + 1}`,
      lot: `lot ${lot + 1}`,
      strength,
      images,
    };
  });
  const groups = specimens.map(({ lot }) => lot);
  return {
    names: specimens.map(({ name }) => name),
    lots: groups,
    strengthsMPa: specimens.map(({ strength }) => strength),
    settings: settings.map(({ name }) => name),
    images: settings.map((_, s) => specimens.map(({ images }) => images[s])),
    folds: groupedFolds(rng.fork("folds"), groups, foldCount),
  };
}
