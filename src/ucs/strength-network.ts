import { createHash } from "node:crypto";
import {
  checkNumber,
  definedPart,
  type GrayImage,
  groupedParts,
  mean,
  type RandomStream,
  rangeError,
  standardDeviation,
} from "../core/index.ts";
import { contentKey, cropRegion, normalizeImage } from "../image/index.ts";
import {
  buildRegressor,
  exportModel,
  loadModel,
  readModelMetadata,
  trainNetwork,
  type Checkpoints,
  type SampleSource,
  type Samples,
} from "../train/index.ts";
import { randomCropInto } from "../segment/index.ts";
import { checkDescribed, type NamedImage } from "./describe-images.ts";

/** An image with the strength of its specimen. */
export interface StrengthImage extends NamedImage {
  readonly lot: string;
  readonly strength: number;
}

/** How an end-to-end network is trained. */
export interface NetworkBudget {
  /** Edge of the squares cut at random places [px]; a multiple of 16. */
  readonly edgePx: number;
  /** Steps of sixteen squares. */
  readonly steps: number;
  readonly threads: number;
  readonly onStep?: (step: number) => void;
  /** Where the state of the training is kept; nowhere by default. */
  readonly checkpoints?: Checkpoints;
}

/** Kind that a model file says it is. */
export const STRENGTH_NETWORK_KIND = "heterostem-strength-network";

const WIDTHS = [8, 16, 32, 64] as const;
const BATCH_SIZE = 16;
const LEARNING_RATE = 3e-3;
/** Of the lots, held out of the steps: the weights kept are those with the smallest error on them. */
const VALIDATION_SHARE = 0.2;
/** Measurements of the error on lots held out. */
const VALIDATIONS = 12;

/**
 * Trains a network from image to strength, end to end: squares from random places of z-scored images, turned and mirrored; mean
 * squared error; the weights that do best on a fifth of the lots.
 *
 * @throws RangeError naming an image that is smaller than a square, or for a single lot
 */
export async function trainStrengthNetwork(
  rng: RandomStream,
  images: readonly StrengthImage[],
  budget: NetworkBudget,
): Promise<Uint8Array> {
  const { edgePx, steps, threads, onStep, checkpoints } = budget;
  checkNumber("steps", steps, { min: 1, integer: true, action: "train network" });
  const [training, validation] = splitLots(rng.fork("validation"), images);
  const strengths = training.map(({ strength }) => strength);
  const centre = mean(strengths);
  const spread = standardDeviation(strengths) || 1;
  const target = ({ strength }: StrengthImage) => (strength - centre) / spread;
  const network = buildRegressor({ inputSize: edgePx, outputs: 1, widths: WIDTHS, denseWidth: 32 });
  // an epoch is the stretch between two measurements on the lots held out
  const perEpoch = Math.max(1, Math.round(steps / VALIDATIONS));
  const trained = await trainNetwork(
    rng,
    network,
    {
      training: randomSquares(training, target, edgePx, perEpoch * BATCH_SIZE),
      validation: allSquares(validation, target, edgePx),
    },
    {
      batchSize: BATCH_SIZE,
      epochs: VALIDATIONS,
      learningRate: { peak: LEARNING_RATE, warmUpSteps: Math.ceil(steps / 20) },
      maxGradientNorm: 1,
      threads,
      ...definedPart({ checkpoints: checkpoints && { ...checkpoints, subject: subjectOf(images) } }),
      onProgress: ({ step }) => onStep?.(step),
    },
  );
  return exportModel(network, trained.weights, { kind: STRENGTH_NETWORK_KIND, centre, spread });
}

/**
 * Predicts the strength of images by a trained network: the mean over the squares that cover each.
 *
 * @throws RangeError naming an image that is smaller than a square
 */
export async function predictByNetwork(
  model: Uint8Array,
  images: readonly NamedImage[],
  { threads, where }: { readonly threads: number; readonly where?: string },
): Promise<number[]> {
  const from = where === undefined ? {} : { where };
  const loaded = await loadModel(model, { kind: STRENGTH_NETWORK_KIND, threads, ...from });
  const { centre, spread, inputShape } = loaded.metadata as unknown as {
    readonly centre: number;
    readonly spread: number;
    readonly inputShape: readonly number[];
  };
  try {
    const predictions: number[] = [];
    for (const image of images) {
      const squares = squaresOf(image, inputShape[2]);
      const { outputs } = await loaded.predict(joined(squares), squares.length);
      predictions.push(centre + spread * mean(outputs));
    }
    return predictions;
  } finally {
    await loaded.dispose();
  }
}

/** What predictByNetwork() would refuse an image for, by the model's edge. */
export function networkCheck(model: Uint8Array, where: string): (image: NamedImage) => void {
  const metadata = readModelMetadata(model, { kind: STRENGTH_NETWORK_KIND, where });
  const { inputShape } = metadata as unknown as { readonly inputShape: readonly number[] };
  return (source) => {
    checkDescribed(source, { normalization: { kind: "zScore" } });
    checkLargeEnough(source, inputShape[2]);
  };
}

/** What the images are: the checkpoint of a training on others is refused. */
function subjectOf(images: readonly StrengthImage[]): string {
  const hash = createHash("sha256");
  for (const { image, lot, strength } of images) hash.update(`${contentKey(image)} ${lot} ${strength}\n`);
  return hash.digest("hex");
}

function splitLots(rng: RandomStream, images: readonly StrengthImage[]): [StrengthImage[], StrengthImage[]] {
  const lots = images.map(({ lot }) => lot);
  const lotCount = new Set(lots).size;
  if (lotCount < 2) {
    const context = { action: "train network", where: images[0]?.name ?? "no image" };
    throw rangeError(context, "there must be at least 2 lots", String(lotCount));
  }
  const parts = groupedParts(rng, lots, [Math.max(1, Math.round(VALIDATION_SHARE * lotCount))]);
  return [images.filter((_, i) => parts[i] === 1), images.filter((_, i) => parts[i] === 0)];
}

/** Squares at random places of random images, under a random symmetry. */
function randomSquares(
  images: readonly StrengthImage[],
  target: (image: StrengthImage) => number,
  edgePx: number,
  count: number,
): SampleSource {
  const ready = images.map((source) => {
    checkLargeEnough(source, edgePx);
    return { image: normalizeImage(source.image, { kind: "zScore" }).image, target: target(source) };
  });
  return {
    count,
    fillInto(rng, _, x, y) {
      const { image, target: wanted } = ready[rng.integerBelow(ready.length)];
      randomCropInto(rng, image, edgePx, x);
      y[0] = wanted;
    },
  };
}

/** The squares that cover images, each with its image's target. */
function allSquares(
  images: readonly StrengthImage[],
  target: (image: StrengthImage) => number,
  edgePx: number,
): Samples {
  const squares = images.map((image) => squaresOf(image, edgePx));
  return {
    inputs: joined(squares.flat()),
    targets: Float32Array.from(squares.flatMap((own, i) => own.map(() => target(images[i])))),
  };
}

/** Squares side by side, moved together where the image's side is no multiple of the edge. */
function squaresOf(source: NamedImage, edgePx: number): Float32Array[] {
  checkLargeEnough(source, edgePx);
  const { image } = normalizeImage(source.image, { kind: "zScore" });
  const starts = (size: number) => {
    const count = Math.ceil(size / edgePx);
    const step = count === 1 ? 0 : (size - edgePx) / (count - 1);
    return Array.from({ length: count }, (_, i) => Math.round(i * step));
  };
  return starts(image.height).flatMap((y) =>
    starts(image.width).map((x) => cropRegion(image, { x, y, width: edgePx, height: edgePx }).data),
  );
}

function checkLargeEnough({ name, image }: NamedImage, edgePx: number): void {
  const { width, height }: GrayImage = image;
  if (Math.min(width, height) >= edgePx) return;
  const wanted = `images must be at least ${edgePx} px either way`;
  throw rangeError({ action: "train network", where: name }, wanted, `${width} x ${height}`);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
