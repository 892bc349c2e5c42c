import type { RandomStream } from "../../core/index.ts";
import { checkNumber } from "../../core/index.ts";
import { UNLABELLED } from "../../labels/index.ts";
import { dihedralInto } from "../../train/index.ts";
import type { SampleSource } from "../../train/index.ts";
import { augmentInPlace } from "./augment.ts";
import type { IntensityAugmentation } from "./augment.ts";

/** A normalised image with its classes. */
export interface TrainingImage {
  readonly width: number;
  readonly height: number;
  /** [height, width], row-major. */
  readonly image: Float32Array;
  /** [height, width], row-major class ids. */
  readonly classIds: Uint8Array;
}

/** How crops are drawn. */
export interface CropOptions {
  readonly edge: number;
  readonly cropsPerImage: number;
  readonly classCount: number;
  /** Share of crops laid on a pixel of a class other than the background; 0. */
  readonly foregroundShare?: number;
  /** Symmetries of the square to draw from: 1 (as it is, the default), 2 (left and right swapped), 8 (all). */
  readonly symmetryCount?: 1 | 2 | 8;
  /** Range of the logarithm of the magnification; 0, the default, keeps the image's. */
  readonly zoom?: number;
  /** Changes of the intensities; none where absent. */
  readonly augmentation?: IntensityAugmentation;
}

/** Places of a class that are kept for an image; more would cost memory and change nothing. */
const KEPT_PLACES = 4096;

/**
 * A source of random square crops with one-hot maps (one mask for two classes and one plane), augmented.
 *
 * Images take turns; a magnified crop covers less of its image, intensities linearly interpolated, classes those of the nearest
 * pixel. A share of the crops is laid on a pixel of one of the classes that occur in the image, each class equally often, so that
 * rare classes are seen.
 *
 * @param images normalised images with their classes
 * @param options edge of a crop [px], how many, classes, augmentation
 * @returns the source; its stream draws place, magnification, symmetry and augmentation of each sample
 * @throws RangeError when there is no image or one is smaller than a crop
 */
export function cropSource(images: readonly TrainingImage[], options: CropOptions): SampleSource {
  const { edge, cropsPerImage, foregroundShare = 0, symmetryCount = 1, zoom = 0, augmentation } = options;
  const action = "cut training samples";
  checkNumber("image count", images.length, { min: 1, action });
  for (const { width, height } of images) {
    checkNumber("cropPx", edge, { min: 1, max: Math.min(width, height), integer: true, unit: "px", action });
  }
  const places = images.map((image) => placesByClass(image, options.classCount));
  const [cut, turned] = [new Float32Array(edge * edge), new Float32Array(edge * edge)];
  return {
    count: images.length * cropsPerImage,
    fillInto(rng, index, x, target) {
      const imageIndex = index % images.length;
      const source = images[imageIndex];
      const span = zoom > 0 ? drawSpan(rng, source, edge, zoom) : edge;
      const isPlaced = foregroundShare > 0 && rng.uniform() < foregroundShare;
      const corner = isPlaced ? placedCorner(rng, source, places[imageIndex], span) : null;
      const window = { ...(corner ?? randomCorner(rng, source, span)), width: source.width, span };
      const symmetry = symmetryCount > 1 ? rng.integerBelow(symmetryCount) : 0;
      interpolatedInto(source.image, window, edge, cut);
      dihedralInto(cut, edge, symmetry, x);
      if (augmentation !== undefined) augmentInPlace(rng, x, edge, augmentation);
      nearestInto(source.classIds, window, edge, cut);
      oneHotInto(dihedralInto(cut, edge, symmetry, turned), target);
    },
  };
}

/** A mask of class 1 where the target has one plane, else a plane for each class; -1, or no plane, where nobody labelled. */
function oneHotInto(classIds: Float32Array, target: Float32Array): void {
  const size = classIds.length;
  target.fill(0);
  const isBinary = target.length === size;
  for (let i = 0; i < size; i++) {
    const isLabelled = classIds[i] !== UNLABELLED;
    if (isBinary) target[i] = isLabelled ? classIds[i] : -1;
    else if (isLabelled) target[classIds[i] * size + i] = 1;
  }
}

/** A square of an image. */
interface Window {
  readonly width: number;
  readonly left: number;
  readonly top: number;
  readonly span: number;
}

/** Edge of what is cut out [px], so that it is magnified by exp(-zoom) to exp(zoom), as far as the image reaches. */
function drawSpan(rng: RandomStream, { width, height }: TrainingImage, edge: number, zoom: number): number {
  const magnification = Math.exp(zoom * (2 * rng.uniform() - 1));
  return Math.min(width, height, Math.max(2, Math.round(edge / magnification)));
}

function nearestInto(
  data: Float32Array | Uint8Array,
  { width, left, top, span }: Window,
  edge: number,
  cut: Float32Array,
): void {
  const ratio = span / edge;
  for (let row = 0, i = 0; row < edge; row++) {
    const start = (top + Math.floor((row + 0.5) * ratio)) * width + left;
    for (let column = 0; column < edge; column++, i++) {
      cut[i] = data[start + Math.floor((column + 0.5) * ratio)];
    }
  }
}

function interpolatedInto(data: Float32Array, window: Window, edge: number, cut: Float32Array): void {
  const { width, left, top, span } = window;
  if (span === edge) return nearestInto(data, window, edge, cut);
  const positions = Float64Array.from({ length: edge }, (_, i) =>
    Math.min(span - 1, Math.max(0, ((i + 0.5) * span) / edge - 0.5)),
  );
  for (let row = 0, i = 0; row < edge; row++) {
    const above = Math.min(span - 2, Math.floor(positions[row]));
    const [start, down] = [(top + above) * width + left, positions[row] - above];
    for (let column = 0; column < edge; column++, i++) {
      const before = Math.min(span - 2, Math.floor(positions[column]));
      const [at, right] = [start + before, positions[column] - before];
      const upper = data[at] + right * (data[at + 1] - data[at]);
      const lower = data[at + width] + right * (data[at + width + 1] - data[at + width]);
      cut[i] = upper + down * (lower - upper);
    }
  }
}

function randomCorner(rng: RandomStream, { width, height }: TrainingImage, edge: number) {
  return { left: rng.integerBelow(width - edge + 1), top: rng.integerBelow(height - edge + 1) };
}

/** A cut that holds a random pixel of a random class; null where the image is all background. */
function placedCorner(
  rng: RandomStream,
  { width, height }: TrainingImage,
  places: readonly Uint32Array[],
  edge: number,
) {
  if (places.length === 0) return null;
  const ofClass = places[rng.integerBelow(places.length)];
  const at = ofClass[rng.integerBelow(ofClass.length)];
  const limited = (center: number, size: number) =>
    Math.min(size - edge, Math.max(0, center - rng.integerBelow(edge)));
  return { left: limited(at % width, width), top: limited(Math.floor(at / width), height) };
}

/** Positions of the classes that occur, background apart, thinned evenly. */
function placesByClass({ classIds }: TrainingImage, classCount: number): Uint32Array[] {
  const counts = new Uint32Array(classCount);
  for (const classId of classIds) counts[classId]++;
  const lists: Uint32Array[] = [];
  for (let classId = 1; classId < classCount; classId++) {
    if (counts[classId] === 0) continue;
    const step = Math.max(1, counts[classId] / KEPT_PLACES);
    const kept: number[] = [];
    let seen = 0;
    for (let i = 0; i < classIds.length; i++) {
      if (classIds[i] === classId && seen++ >= kept.length * step) kept.push(i);
    }
    lists.push(Uint32Array.from(kept));
  }
  return lists;
}
