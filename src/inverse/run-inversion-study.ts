import { counted, definedPart, UsageError, type Work } from "../core/index.ts";
import type { FailedImage } from "../micrograph/index.ts";
import { INVERSION_KIND } from "../posterior/index.ts";
import { loadModel } from "../train/index.ts";
import type { ParticleFinder } from "./apply/cover-by-particles.ts";
import { invertImages } from "./apply/invert-images.ts";
import type { InvertedImage } from "./apply/inverted-image.ts";
import type { Inversion } from "./apply/open-inversion.ts";
import { readImages } from "./apply/read-images.ts";
import {
  growStudySamples,
  loadStudySamples,
  type HeldOutSamples,
  type StudySamples,
} from "./data/study-samples.ts";
import type { CorpusJob } from "./data/generate-corpus.ts";
import { growCorpus } from "./data/grow-corpus.ts";
import type { InversionPlan } from "./data/plan-inversion.ts";
import type { FittingOptions } from "./fit/fit-weights.ts";
import { scoreStudy, type StudyScores } from "./fit/score-study.ts";
import { trainInversion, type TrainedInversion } from "./fit/train-inversion.ts";
import { timedStages, type StageSeconds } from "./timed-stages.ts";

/** What a study is run with besides its plan. */
export interface InversionStudyOptions extends Work, Pick<FittingOptions, "checkpoints" | "startModel"> {
  readonly heterostemVersion: string;
  /** Where the samples are kept while the study runs, and what they are; in memory by default. */
  readonly kept?: { readonly folder: string; readonly job: CorpusJob };
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
  extends
    TrainedInversion,
    StudyScores,
    Pick<StudySamples, "rejectedDraws" | "sampleCount">,
    Pick<HeldOutSamples, "gallery"> {
  readonly plan: InversionPlan;
  readonly realAnswers: readonly InvertedImage[];
  /** Real images that cannot be inverted, and why. */
  readonly refusedImages: readonly FailedImage[];
  /** Seconds per stage, in order. */
  readonly seconds: readonly StageSeconds[];
}

/**
 * Runs a study from plan to error analysis: grow and image, train and calibrate, validate, invert.
 *
 * Samples that are kept in a folder are grown once: a later call finds them there. What does not fit a pool of images is read from it
 * while the network is trained.
 *
 * @param plan of the inversion
 * @param options threads, where samples are kept, real images, progress
 * @returns everything a report needs
 */
export async function runInversionStudy(
  plan: InversionPlan,
  options: InversionStudyOptions,
): Promise<InversionStudy> {
  const { startStage, seconds } = timedStages(options.startStage);
  const { real: micrographs, kept, ...run } = { ...options, startStage };
  const { workers } = options;
  const samples = await samplesOf(plan, { workers, startStage }, kept);
  const { training, validation, streamed, reference } = samples;
  const sets = { training, validation, reference, ...definedPart({ streamed }) };
  const trained = await trainInversion(plan, { ...run, ...sets });
  const network = await loadModel(trained.onnx, { kind: INVERSION_KIND, threads: workers });
  try {
    const inversion = { model: trained.model, network };
    const judging = { validation, reference, ...(await samples.readHeldOut()) };
    const scores = await scoreStudy(plan, inversion, judging, startStage);
    const real = await invertRealImages(inversion, micrographs, startStage);
    const { rejectedDraws, sampleCount } = samples;
    const { gallery } = judging;
    return { plan, ...trained, ...scores, ...real, gallery, rejectedDraws, sampleCount, seconds };
  } finally {
    await network.dispose();
  }
}

async function samplesOf(
  plan: InversionPlan,
  work: Work,
  kept: InversionStudyOptions["kept"],
): Promise<StudySamples> {
  if (kept === undefined) return growStudySamples(plan, work);
  const { folder, job } = kept;
  return loadStudySamples(await growCorpus(job, { folder, ...work }), plan, work);
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
