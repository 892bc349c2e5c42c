import { rangeError, type Work } from "../core/index.ts";
import { contentKey } from "../image/index.ts";
import { checkSides, sharesOf } from "../segment/index.ts";
import {
  encodeHrtemModel,
  type HrtemModel,
  type HrtemModelSettings,
  type ModelBytes,
} from "./hrtem-model.ts";
import type { LabelledImage } from "./labelled/labelled-image.ts";
import {
  commonPixelSizeNm,
  labelledImages,
  MAP_CLASSES,
  type RecordedImage,
} from "./labelled/recorded-image.ts";
import { simulateLabelled } from "./labelled/simulate-labelled.ts";
import { splitSet, type SplitSet } from "./labelled/split-set.ts";
import { scoreHrtem, type HrtemScores } from "./score-hrtem.ts";
import { openRegions } from "./segment/find-regions.ts";
import type { HrtemBudget, HrtemStudyConfig } from "./study-config.ts";
import { trainHrtem, type TrainedHrtem, type TrainingWork } from "./train-hrtem.ts";

/** A trained model with its scores. */
export interface HrtemTrainingResult {
  readonly trained: TrainedHrtem;
  /** On held-out images; null where there are none. */
  readonly scores: HrtemScores | null;
  readonly model: ModelBytes;
  /** Images by their part. */
  readonly counts: { readonly training: number; readonly validation: number; readonly heldOut: number };
  /** Pixel size of the model [nm]. */
  readonly pixelSizeNm: number;
}

/** What is trained, and how much. */
export interface ModelTraining {
  readonly config: HrtemStudyConfig;
  readonly budget: HrtemBudget;
}

/**
 * Trains a model on simulated images and scores it on others of the same distributions.
 *
 * @param training recipe and budget; testFields 0 for no scores
 * @param work threads, progress, where the state of the training is kept
 * @returns model and scores
 */
export async function trainOnSimulated(
  { config, budget }: ModelTraining,
  work: TrainingWork,
): Promise<HrtemTrainingResult> {
  const { trainingFields, validationFields, testFields } = budget;
  const validationEnd = trainingFields + validationFields;
  const count = validationEnd + testFields;
  const images = await simulateLabelled(config, { seed: config.seed, count, set: "held-out" }, work);
  const split = {
    training: images.slice(0, trainingFields),
    validation: images.slice(trainingFields, validationEnd),
    heldOut: images.slice(validationEnd),
  };
  const source = { pixelSizeNm: config.pixelSizeNm, simulationSeed: config.seed };
  return trainAndScore(split, { config, budget, source, given: null }, work);
}

/** Training on images that a person labelled. */
export interface RecordedTraining extends ModelTraining {
  /** Share of the images that the model is only scored on, 0 to 0.8. */
  readonly heldOutShare: number;
  /** Model whose forest is taken, and whose pixel size; null where the images have classes. */
  readonly given: HrtemModel | null;
  /** Where the images come from, for error texts. */
  readonly where: string;
}

/**
 * Trains a model on recorded images with particle maps, and scores it on those that are held out.
 *
 * @param recorded images in order, see splitSet
 * @param training settings of network and forest, split
 * @param work threads, progress, where the state of the training is kept
 * @returns model and scores
 * @throws RangeError naming the file: mixed or missing pixel sizes, a map that does not fit, an image smaller than a cut; when there
 *   are too few images, a part without particle or film, a picture in two parts, or no classes and no given forest
 */
export async function trainOnRecorded(
  recorded: readonly RecordedImage[],
  training: RecordedTraining,
  work: TrainingWork,
): Promise<HrtemTrainingResult> {
  const { config, budget, heldOutShare, given, where } = training;
  const parts = splitSet(recorded, { heldOutShare, where });
  checkLabels(recorded, training);
  checkParts(parts, where);
  const ownPixelSizeNm = commonPixelSizeNm(recorded);
  const pixelSizeNm = given?.pixelSizeNm ?? ownPixelSizeNm;
  const images = labelledImages(recorded, pixelSizeNm);
  checkSizes(images, recorded, config.regions.cutSize);
  const [trainingCount, validationEnd] = [
    parts.training.length,
    parts.training.length + parts.validation.length,
  ];
  const split = {
    training: images.slice(0, trainingCount),
    validation: images.slice(trainingCount, validationEnd),
    heldOut: images.slice(validationEnd),
  };
  const source = { pixelSizeNm, simulationSeed: null };
  return trainAndScore(split, { config, budget, source, given }, work);
}

async function trainAndScore(
  split: SplitSet<LabelledImage>,
  options: ModelTraining & {
    readonly source: Pick<HrtemModelSettings, "pixelSizeNm" | "simulationSeed">;
    readonly given: HrtemModel | null;
  },
  work: TrainingWork,
): Promise<HrtemTrainingResult> {
  const { config, budget, source, given } = options;
  const { seed, regions } = config;
  const { epochs, cutsPerEpoch } = budget;
  const { pixelSizeNm } = source;
  const settings = { seed, pixelSizeNm, regions, epochs, cutsPerEpoch };
  const trained = await trainHrtem(
    split,
    given === null ? settings : { ...settings, forest: given.forest },
    work,
  );
  const { forest } = trained.forests[trained.forests.length - 1];
  return {
    trained,
    scores: split.heldOut.length === 0 ? null : await scoreHeldOut(trained, split.heldOut, settings, work),
    model: encodeHrtemModel(trained.onnx, forest, {
      threshold: trained.threshold.threshold,
      diameterNm: trained.diameterNm,
      ...source,
    }),
    counts: {
      training: split.training.length,
      validation: split.validation.length,
      heldOut: split.heldOut.length,
    },
    pixelSizeNm,
  };
}

async function scoreHeldOut(
  { onnx, threshold: { threshold }, forests }: TrainedHrtem,
  heldOut: readonly LabelledImage[],
  { seed, pixelSizeNm }: { readonly seed: number; readonly pixelSizeNm: number },
  work: Work,
): Promise<HrtemScores> {
  const regions = openRegions(onnx, { threads: work.workers });
  const model = { regions, threshold, forests, pixelSizeNm };
  return scoreHrtem(model, heldOut, { seed }, work).finally(() => regions.dispose());
}

function checkLabels(recorded: readonly RecordedImage[], { given, where }: RecordedTraining): void {
  const context = { action: "train on labelled images", where };
  if (recorded.every(({ map }) => map.classIds.every((id) => id === 0))) {
    const got = `none in ${recorded.length} maps`;
    throw rangeError(context, "maps must show particles", got);
  }
  if (given === null && recorded.every(({ marks }) => marks === null)) {
    const wanted =
      "particles must have classes (classes.csv beside the images), or --forest a model to take them from";
    throw rangeError(context, wanted, "neither");
  }
}

/** Refuses parts whose scores would mean nothing: a picture in two of them, or one that shows no particle or no film. */
function checkParts({ training, validation, heldOut }: SplitSet<RecordedImage>, where: string): void {
  const sides = { training, validation, "held-out images": heldOut };
  const images = Object.entries(sides).flatMap(([side, own]) =>
    own.map(({ name, image, map }) => {
      return { name, side, key: contentKey(image), classShares: sharesOf(map.classIds, MAP_CLASSES.length) };
    }),
  );
  const remedy = {
    groups: "let one part hold both (images are split in their order)",
    split: "reorder the images, which are split in their order",
  };
  checkSides(images, MAP_CLASSES, { action: "train on labelled images", where }, remedy);
}

function checkSizes(
  images: readonly LabelledImage[],
  recorded: readonly RecordedImage[],
  cutSize: number,
): void {
  const small = images.findIndex(({ image }) => Math.min(image.width, image.height) < cutSize);
  if (small < 0) return;
  const { image } = images[small];
  const context = { action: "train on labelled images", where: recorded[small].imageFile };
  const wanted = `image must be at least ${cutSize} px wide and high at ${image.pixelSizeNm} nm (regions.cutSize)`;
  throw rangeError(context, wanted, `${image.width} x ${image.height}`);
}
