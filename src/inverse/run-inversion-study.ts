import { counted, UsageError, type Work } from "../core/index.ts";
import type { FailedImage } from "../micrograph/index.ts";
import { INVERSION_KIND } from "../posterior/index.ts";
import { loadModel } from "../train/index.ts";
import type { ParticleFinder } from "./apply/cover-by-particles.ts";
import { invertImages } from "./apply/invert-images.ts";
import type { InvertedImage } from "./apply/inverted-image.ts";
import type { Inversion } from "./apply/open-inversion.ts";
import { readImages } from "./apply/read-images.ts";
import { growStudySamples, type StudySamples } from "./data/grow-study-samples.ts";
import type { InversionPlan } from "./data/plan-inversion.ts";
import type { FittingOptions } from "./fit/fit-weights.ts";
import { scoreStudy, type StudyScores } from "./fit/score-study.ts";
import { trainInversion, type TrainedInversion } from "./fit/train-inversion.ts";
import { timedStages, type StageSeconds } from "./timed-stages.ts";

/** What a study is run with besides its plan. */
export interface InversionStudyOptions extends Work, Pick<FittingOptions, "checkpoints" | "startModel"> {
  readonly heterostemVersion: string;
  /** Real micrographs to invert at the end; none by default. */
  readonly real?: RealImages;
}

/** Micrographs, and how they are read. */
export interface RealImages {
  readonly paths: readonly string[];
  /** As given by hand [nm]; that of the files where undefined. */
  readonly pixelSizeNm: number | undefined;
  /** Opens what looks whether particles cover the matter of an image; not called without images. */
  readonly openFinder: () => ParticleFinder;
}

/** All that a study found. */
export interface InversionStudy
  extends TrainedInversion, StudyScores, Pick<StudySamples, "gallery" | "rejectedDraws" | "sampleCount"> {
  readonly plan: InversionPlan;
  readonly realAnswers: readonly InvertedImage[];
  /** Real images that cannot be inverted, and why. */
  readonly refusedImages: readonly FailedImage[];
  /** Seconds per stage, in order. */
  readonly seconds: readonly StageSeconds[];
}

/**
 * Runs a study from plan to error analysis, in memory: grow and image, train and calibrate, validate, invert.
 *
 * @param plan of the inversion
 * @param options threads, real images, progress
 * @returns everything a report needs
 */
export async function runInversionStudy(
  plan: InversionPlan,
  options: InversionStudyOptions,
): Promise<InversionStudy> {
  const { startStage, seconds } = timedStages(options.startStage);
  const { real: micrographs, ...run } = { ...options, startStage };
  const { workers } = options;
  const samples = await growStudySamples(plan, { workers, startStage });
  const { training, validation } = samples;
  const trained = await trainInversion(plan, { ...run, training, validation });
  const network = await loadModel(trained.onnx, { kind: INVERSION_KIND, threads: workers });
  try {
    const inversion = { model: trained.model, network };
    const scores = await scoreStudy(plan, inversion, samples, startStage);
    const real = await invertRealImages(inversion, micrographs, startStage);
    const { gallery, rejectedDraws, sampleCount } = samples;
    return { plan, ...trained, ...scores, ...real, gallery, rejectedDraws, sampleCount, seconds };
  } finally {
    await network.dispose();
  }
}

async function invertRealImages(
  inversion: Inversion,
  real: RealImages | undefined,
  startStage: InversionStudyOptions["startStage"],
): Promise<Pick<InversionStudy, "realAnswers" | "refusedImages">> {
  if (real === undefined || real.paths.length === 0) return { realAnswers: [], refusedImages: [] };
  const { paths, pixelSizeNm, openFinder } = real;
  const stage = startStage("Inverting real images", paths.length);
  const realAnswers: InvertedImage[] = [];
  const refusedImages: FailedImage[] = [];
  for (const path of paths) {
    try {
      const images = await readImages([path], { pixelSizeNm });
      realAnswers.push(...(await invertImages(inversion, images, { finder: openFinder() })));
    } catch (error) {
      // what was trained and scored is not lost for an image that cannot be used
      if (!(error instanceof RangeError || error instanceof UsageError)) throw error;
      refusedImages.push({ path, reason: error.message });
    }
  }
  const refused = refusedImages.length === 0 ? "" : `, ${refusedImages.length} refused`;
  stage.finish(`${counted(realAnswers.length, "image")}${refused}`);
  return { realAnswers, refusedImages };
}
