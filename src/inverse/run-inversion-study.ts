import type { GrayImage, StartStage, Work } from "../core/index.ts";
import { drawSamples, type Sample, type SampleLabels } from "../corpus/index.ts";
import type { InversionModel, RealisationStudy } from "../posterior/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import { INVERSION_KIND } from "../posterior/index.ts";
import { loadModel, type LearningCurvePoint } from "../train/index.ts";
import { compareStructures } from "./fit/compare-structures.ts";
import { sampleRecipe } from "./data/recipe-of-corpus.ts";
import { gatherDataSet, sliceDataSet } from "./data/data-set.ts";
import type { Inversion } from "./apply/open-inversion.ts";
import { scorePools, simulatePowders, type PoolScore } from "./fit/pools.ts";
import { rerenderPosteriors, type Rerendering } from "./apply/rerender.ts";
import { invertImages, type FileAnswer } from "./apply/invert-images.ts";
import { readImages } from "./apply/read-images.ts";
import type { StartModel } from "./fit/start-model.ts";
import { fieldStatistics, structureCeilings, structureStatistics } from "./fit/structure-ceiling.ts";
import type { StructureStatistics } from "./fit/structure-ceiling.ts";
import type { InversionRecipe } from "./data/inversion-recipe.ts";
import { trainInversion, type TrainInversionOptions } from "./fit/train-inversion.ts";
import { validateInversion, type ValidationResult } from "./fit/validate-inversion.ts";

/** What a study is run with besides its recipe. */
export interface StudyOptions extends Work {
  readonly heterostemVersion: string;
  /** Real micrographs to invert at the end, and the pixel size given for them by hand [nm]. */
  readonly realImages: readonly string[];
  readonly realPixelSizeNm: number | undefined;
  /** Keeps the state of the training, to be resumed; the corpus is drawn again. None by default. */
  readonly checkpoints?: TrainInversionOptions["checkpoints"];
  /** A network of the same shape whose weights are the first; drawn by default. */
  readonly startModel?: StartModel;
}

/** An aggregate with its image, for the gallery. */
export interface GallerySample {
  readonly labels: SampleLabels;
  readonly aggregate: Aggregate;
  readonly image: GrayImage;
}

/** All that a study found. */
export interface StudyResult {
  readonly config: InversionRecipe;
  readonly onnx: Uint8Array;
  readonly model: InversionModel;
  readonly learningCurve: readonly LearningCurvePoint[];
  readonly steps: number;
  readonly bestStep: number;
  readonly validation: ValidationResult;
  readonly structures: RealisationStudy;
  /** Pools of images of one powder; empty where the study simulates none. */
  readonly pools: readonly PoolScore[];
  /** R2 of a linear fit to all spheres of the imaged aggregate, by key of the parameter. */
  readonly ceilings: Readonly<Record<string, number>>;
  /** The same of only those of its particles that the image shows, descriptors as well. */
  readonly fieldCeilings: Readonly<Record<string, number>>;
  /** Posterior-predictive checks of the first held-out images; only of studies with pools. */
  readonly rerenderings: readonly Rerendering[];
  readonly realAnswers: readonly FileAnswer[];
  readonly gallery: readonly GallerySample[];
  readonly rejectedDraws: number;
  readonly sampleCount: number;
  /** Seconds per stage, in order. */
  readonly seconds: readonly { readonly stage: string; readonly seconds: number }[];
}

/** Held-out samples shown in the report. */
const GALLERY_COUNT = 8;

/** Held-out images whose posteriors are imaged again. */
const RERENDERED_COUNT = 4;

/**
 * Runs a study from recipe to error analysis, in memory.
 *
 * @param config the study
 * @param options threads, real images, progress
 * @returns everything a report needs
 */
export async function runStudy(config: InversionRecipe, options: StudyOptions): Promise<StudyResult> {
  const { workers, heterostemVersion } = options;
  const { startStage, seconds } = timedStages(options.startStage);
  const { trainCount, validationCount, testCount } = config.corpus;
  const count = trainCount + validationCount + testCount;
  const testStart = trainCount + validationCount;

  const gallery: GallerySample[] = [];
  const growing = startStage("Growing and imaging aggregates", count);
  const wholes: StructureStatistics[] = [];
  const fields: StructureStatistics[] = [];
  const recipe = sampleRecipe(config);
  const samples = lookAtEach(drawSamples(recipe, { count, workers }), (sample) => {
    const { sampleIndex } = sample.labels;
    if (sampleIndex >= testStart && gallery.length < GALLERY_COUNT) gallery.push(sample);
    if (sampleIndex < trainCount) return;
    wholes.push(structureStatistics(sample));
    fields.push(fieldStatistics(sample, recipe.prepared));
  });
  const data = await gatherDataSet(samples, {
    count,
    hasAggregates: config.training.census,
    scale: config.training.intensities,
    onSample: (done) => growing.update(done),
  });
  growing.finish(`${count} images`);

  const trained = await trainInversion(config, {
    training: sliceDataSet(data, 0, trainCount),
    validation: sliceDataSet(data, trainCount, testStart),
    threads: workers,
    ...(options.checkpoints === undefined ? {} : { checkpoints: options.checkpoints }),
    ...(options.startModel === undefined ? {} : { startModel: options.startModel }),
    heterostemVersion,
    startStage,
  });
  const network = await loadModel(trained.onnx, { kind: INVERSION_KIND, threads: workers });
  try {
    const inversion = { model: trained.model, network };
    const heldOut = sliceDataSet(data, testStart, count);
    const validation = await validateInversion(
      inversion,
      heldOut,
      startStage,
      sliceDataSet(data, 0, trainCount),
    );
    const pools = await testPools(config, inversion, startStage);
    const structures = compareStructures(config, validation.pairs, startStage);
    const isWhole = config.pools.testCount > 0;
    const rerenderings = isWhole
      ? await rerenderPosteriors(config, inversion, sliceDataSet(heldOut, 0, RERENDERED_COUNT), startStage)
      : [];
    const inverting = startStage("Inverting real images", options.realImages.length);
    const realAnswers = await invertImages(inversion, await readImages(options.realImages), {
      pixelSizeNm: options.realPixelSizeNm,
    });
    inverting.finish(`${realAnswers.length} images`);
    const rejectedDraws = data.labels.reduce((sum, line) => sum + line.rejectedDraws, 0);
    return {
      config,
      ...trained,
      validation,
      structures,
      pools,
      ceilings: structureCeilings(
        // descriptors of an aggregate are known where all its spheres are
        trained.model.targets.filter(({ quantity }) => quantity !== "descriptor"),
        ...halves(wholes, validationCount),
      ),
      fieldCeilings: structureCeilings(trained.model.targets, ...halves(fields, validationCount)),
      rerenderings,
      realAnswers,
      gallery,
      rejectedDraws,
      sampleCount: count,
      seconds,
    };
  } finally {
    await network.dispose();
  }
}

async function testPools(
  config: InversionRecipe,
  inversion: Inversion,
  startStage: StartStage,
): Promise<PoolScore[]> {
  const count = config.pools.testCount;
  if (count === 0 || inversion.model.pools.length === 0) return [];
  return scorePools(inversion, await simulatePowders(config, { count, purpose: "test" }, startStage));
}

function halves<Row>(rows: readonly Row[], at: number): [Row[], Row[]] {
  return [rows.slice(0, at), rows.slice(at)];
}

/** Passes samples on after a look at each; the aggregates themselves would fill the memory. */
async function* lookAtEach(
  samples: AsyncIterable<Sample>,
  look: (sample: Sample) => void,
): AsyncGenerator<Sample, void, undefined> {
  for await (const sample of samples) {
    look(sample);
    yield sample;
  }
}

/** The caller's stages, with the seconds of each written down. */
function timedStages(startStage: StartStage): {
  readonly startStage: StartStage;
  readonly seconds: { stage: string; seconds: number }[];
} {
  const seconds: { stage: string; seconds: number }[] = [];
  const timed: StartStage = (title, total) => {
    const stage = startStage(title, total);
    return {
      update: stage.update,
      finish(note) {
        const elapsed = stage.finish(note);
        seconds.push({ stage: title, seconds: elapsed });
        return elapsed;
      },
    };
  };
  return { startStage: timed, seconds };
}
