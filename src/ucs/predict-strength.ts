import { counted, mean } from "../core/index.ts";
import { decodeForest, predictForest } from "../forest/index.ts";
import { frameImage, readMicrograph } from "../micrograph/index.ts";
import { checkDescribed, describeImages, type NamedImage } from "./describe-images.ts";
import { poolRows } from "./feature-rows.ts";
import { namedNormalization } from "./normalisations.ts";
import { MODEL_FILES, type ModelFacts } from "./model-facts.ts";
import { physicalBounds } from "./physical-bounds.ts";
import { networkCheck, predictByNetwork } from "./strength-network.ts";

/** A specimen whose strength is asked for. */
export interface UnknownSpecimen {
  readonly name: string;
  readonly images: readonly NamedImage[];
}

/** What a model says of a specimen, in the unit of its target. */
export interface StrengthPrediction {
  readonly name: string;
  readonly imageCount: number;
  readonly predicted: number;
  /**
   * Ends of the interval that holds nine of ten specimens of lots not trained on, if this one is of their kind; clipped at what the
   * quantity can be, which loses no specimen.
   */
  readonly low: number;
  readonly high: number;
}

/** A model's files, read by whoever reads files. */
export interface ModelSource {
  readonly facts: ModelFacts;
  /** Bytes by name; only those that the facts call for. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Folder, for errors. */
  readonly where: string;
}

/**
 * Predicts strengths of specimens by a trained model; images of a specimen are pooled as in training, and no number is beyond
 * what the quantity can be.
 *
 * @param model facts and files
 * @param specimens with images
 * @param workers threads
 * @returns one prediction a specimen, with its interval
 * @throws RangeError naming an image that cannot be described
 */
export async function predictStrength(
  model: ModelSource,
  specimens: readonly UnknownSpecimen[],
  workers: number,
): Promise<StrengthPrediction[]> {
  const { facts } = model;
  const predicted =
    facts.kind === "forest"
      ? await byForest(model, specimens, workers)
      : await byNetwork(model, specimens, workers);
  const bounds = physicalBounds(facts);
  const clipped = (value: number) => Math.min(bounds.high, Math.max(bounds.low, value));
  return specimens.map(({ name, images }, i) => ({
    name,
    imageCount: images.length,
    predicted: clipped(predicted[i]),
    low: clipped(predicted[i] - facts.halfWidth),
    high: clipped(predicted[i] + facts.halfWidth),
  }));
}

/**
 * What a model refuses an image for, so that the others of a batch go on.
 *
 * @param model facts and files
 * @returns throws a RangeError naming the image that has no contrast, is too small or has gaps
 */
export function imageCheck({ facts, files, where }: ModelSource): (image: NamedImage) => void {
  if (facts.kind !== "forest") return networkCheck(files[MODEL_FILES.network], where);
  return (source) => checkDescribed(source, namedNormalization(facts.normalization, source.image));
}

/**
 * What was done to intervals at the bounds of the quantity.
 *
 * @returns a sentence; none where no interval is clipped
 */
export function boundNotes(
  facts: Pick<ModelFacts, "unit" | "targetRange">,
  predictions: readonly StrengthPrediction[],
): string[] {
  const bounds = physicalBounds(facts);
  return [bounds.low, bounds.high].flatMap((bound) => {
    const count = predictions.filter(({ low, high }) => low === bound || high === bound).length;
    if (count === 0) return [];
    const beyond = bound === bounds.low ? "below" : "above";
    const which = `${count} of ${counted(predictions.length, "interval")}`;
    return [`${which} clipped at ${bound} ${facts.unit}: the quantity cannot be ${beyond}`];
  });
}

/** Share by which a pixel size may leave that trained on before a note says so. */
const PIXEL_SIZE_SLACK = 0.1;

/**
 * What a user must know before believing predictions.
 *
 * @param facts of the model
 * @param specimens that were predicted
 * @returns sentences; none where nothing is amiss
 */
export function predictionNotes(facts: ModelFacts, specimens: readonly UnknownSpecimen[]): string[] {
  const notes: string[] = [];
  if (!(facts.gain.low > 0)) {
    const held = "on lots held out the model was not surely better than the mean of the others";
    notes.push(`${held}: do not rely on its numbers`);
  }
  for (const { name, image } of specimens.flatMap(({ images }) => images)) {
    const [trained, own] = [facts.pixelSizeNm, image.pixelSizeNm];
    if (trained === null || own === null || Math.abs(own / trained - 1) <= PIXEL_SIZE_SLACK) continue;
    notes.push(`${name} has pixels of ${own} nm, the model was trained on ${trained} nm: use --resample`);
  }
  return notes;
}

async function byForest(
  { facts, files, where }: ModelSource,
  specimens: readonly UnknownSpecimen[],
  workers: number,
): Promise<number[]> {
  const images = specimens.flatMap((specimen, place) =>
    specimen.images.map((image) => ({ ...image, place })),
  );
  const stored = files[MODEL_FILES.reference];
  const reference =
    stored === undefined
      ? images[0].image
      : frameImage(await readMicrograph(stored, `${where}/${MODEL_FILES.reference}`));
  const [rows] = await describeImages(images, [namedNormalization(facts.normalization, reference)], {
    set: facts.descriptors,
    workers,
  });
  const table = poolRows(
    rows,
    images.map(({ place }) => place),
  );
  return [...predictForest(decodeForest(files[MODEL_FILES.forest]), table)];
}

async function byNetwork(
  { files, where }: ModelSource,
  specimens: readonly UnknownSpecimen[],
  threads: number,
): Promise<number[]> {
  const each = await predictByNetwork(
    files[MODEL_FILES.network],
    specimens.flatMap(({ images }) => images),
    { threads, where },
  );
  let next = 0;
  return specimens.map(({ images }) => mean(each.slice(next, (next += images.length))));
}
