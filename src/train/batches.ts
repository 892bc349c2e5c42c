import { checkNumber, shuffled } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import { sizeOf } from "../graph/index.ts";
import type { Shape } from "../graph/index.ts";

/** Samples as flat arrays, one after another. */
export interface Samples {
  /** [n, ...inputShape], row-major. */
  readonly inputs: Float32Array;
  /** [n, ...targetShape], row-major. */
  readonly targets: Float32Array;
}

/** Where training samples come from: copied as they are, augmented, cut out or simulated. */
export interface SampleSource {
  /** Samples of one epoch. */
  readonly count: number;
  /** Writes sample `index` into x and target; random choices come from rng alone. */
  fillInto(rng: RandomStream, index: number, x: Float32Array, target: Float32Array): void;
}

/** A sample of a stream, ready to be written into a batch. */
export interface StreamedSample {
  /** Writes the sample into x and target; random choices come from rng alone. */
  fillInto(rng: RandomStream, x: Float32Array, target: Float32Array): void;
}

/** Samples that are made while others are trained on: each is seen once, in the order of the stream. */
export interface SampleStream {
  /** Samples between two measurements of the validation loss: what stands for an epoch. */
  readonly count: number;
  /** The stream from a sample on; an interrupted training takes it up where it was. */
  samplesFrom(start: number): AsyncGenerator<StreamedSample, void, undefined>;
}

/** Random changes that a sample undergoes each time it is drawn. */
export interface Augmentation {
  /** One of the eight symmetries of the square, for the image and for targets that are maps of its size. */
  readonly isDihedral?: boolean;
  /** Standard deviation of normal noise added to the input, in the input's unit; 0. */
  readonly noise?: number;
}

/** A batch that is filled anew for every step. */
export interface Batch {
  readonly x: Float32Array;
  readonly target: Float32Array;
}

/** Order in which an epoch visits the samples: a Fisher-Yates shuffle. */
export function shuffledIndices(rng: RandomStream, count: number): Uint32Array {
  return Uint32Array.from(shuffled(rng, Array(count).keys()));
}

/**
 * Copies a square image under one of the eight symmetries of the square.
 *
 * @param source image, edge x edge, row-major
 * @param edge edge [pixels]
 * @param symmetry 0 to 7: bit 0 mirrors columns, bit 1 mirrors rows, bit 2 then transposes; 0 is the identity
 * @param target receives the image
 * @returns target
 */
export function dihedralInto(
  source: Float32Array,
  edge: number,
  symmetry: number,
  target: Float32Array,
): Float32Array {
  if (symmetry === 0) {
    target.set(source);
    return target;
  }
  const [rowStride, columnStride] = (symmetry & 4) === 0 ? [edge, 1] : [1, edge];
  const rowStart = (symmetry & 2) === 0 ? 0 : edge - 1;
  const rowStep = (symmetry & 2) === 0 ? 1 : -1;
  const columnStart = (symmetry & 1) === 0 ? 0 : edge - 1;
  const columnStep = (symmetry & 1) === 0 ? 1 : -1;
  for (let row = 0, i = 0; row < edge; row++) {
    let from = (rowStart + rowStep * row) * rowStride + columnStart * columnStride;
    for (let column = 0; column < edge; column++, i++, from += columnStep * columnStride) {
      target[i] = source[from];
    }
  }
  return target;
}

/**
 * Makes a source of stored samples.
 *
 * @throws RangeError when symmetries are asked for and images are not square
 */
export function storedSource(
  samples: Samples,
  shapes: { readonly input: Shape; readonly target: Shape },
  augmentation: Augmentation = {},
): SampleSource {
  const [inputSize, targetSize] = [sizeOf(shapes.input), sizeOf(shapes.target)];
  const edge = shapes.input.at(-1) as number;
  const { isDihedral = false, noise = 0 } = augmentation;
  if (isDihedral && shapes.input.at(-2) !== edge) {
    throw new RangeError(`Cannot augment: images must be square, got ${shapes.input.at(-2)} x ${edge}`);
  }
  const isMap = shapes.target.length > 2 && shapes.target.at(-1) === edge && shapes.target.at(-2) === edge;
  return {
    count: samples.inputs.length / inputSize,
    fillInto(rng, index, x, target) {
      const symmetry = isDihedral ? rng.integerBelow(8) : 0;
      const input = samples.inputs.subarray(index * inputSize, (index + 1) * inputSize);
      const label = samples.targets.subarray(index * targetSize, (index + 1) * targetSize);
      turnPlanesInto(input, edge, symmetry, x);
      if (isMap) turnPlanesInto(label, edge, symmetry, target);
      else target.set(label);
      addNoiseInPlace(rng, x, noise);
    },
  };
}

/** An image larger than the network's input, with a map of the same size. */
export interface LabelledImage {
  readonly width: number;
  readonly height: number;
  /** [height, width], row-major. */
  readonly image: Float32Array;
  /** [height, width], row-major, such as a mask of 0 and 1. */
  readonly map: Float32Array;
}

/**
 * Makes a source of random square cuts from larger images with maps.
 *
 * @param images each at least as large as a cut
 * @param options edge of a cut [pixels], cuts per epoch, augmentation
 * @returns the source; each draw takes an image and a place anew
 * @throws RangeError when there is no image or one is smaller than a cut
 */
export function cutSource(
  images: readonly LabelledImage[],
  options: { readonly edge: number; readonly count: number } & Augmentation,
): SampleSource {
  const { edge, count, isDihedral = false, noise = 0 } = options;
  const action = "cut samples";
  checkNumber("image count", images.length, { min: 1, action });
  for (const { width, height } of images) {
    checkNumber("edge", edge, { min: 1, max: Math.min(width, height), integer: true, action });
  }
  const cutInto = (data: Float32Array, width: number, top: number, left: number, cut: Float32Array) => {
    for (let row = 0; row < edge; row++) {
      const start = (top + row) * width + left;
      cut.set(data.subarray(start, start + edge), row * edge);
    }
  };
  return {
    count,
    fillInto(rng, _, x, target) {
      const { width, height, image, map } = images[rng.integerBelow(images.length)];
      const top = rng.integerBelow(height - edge + 1);
      const left = rng.integerBelow(width - edge + 1);
      const symmetry = isDihedral ? rng.integerBelow(8) : 0;
      const cut = new Float32Array(edge * edge);
      cutInto(image, width, top, left, cut);
      dihedralInto(cut, edge, symmetry, x);
      cutInto(map, width, top, left, cut);
      dihedralInto(cut, edge, symmetry, target);
      addNoiseInPlace(rng, x, noise);
    },
  };
}

/** Fills a batch from a source. */
export function fillBatchInto(
  rng: RandomStream,
  source: SampleSource,
  indices: Uint32Array,
  batch: Batch,
): Batch {
  const [inputSize, targetSize] = [batch.x, batch.target].map((data) => data.length / indices.length);
  indices.forEach((sample, slot) => {
    const x = batch.x.subarray(slot * inputSize, (slot + 1) * inputSize);
    source.fillInto(rng, sample, x, batch.target.subarray(slot * targetSize, (slot + 1) * targetSize));
  });
  return batch;
}

function turnPlanesInto(source: Float32Array, edge: number, symmetry: number, target: Float32Array): void {
  if (symmetry === 0) {
    target.set(source);
    return;
  }
  const plane = edge * edge;
  for (let start = 0; start < source.length; start += plane) {
    const to = target.subarray(start, start + plane);
    dihedralInto(source.subarray(start, start + plane), edge, symmetry, to);
  }
}

function addNoiseInPlace(rng: RandomStream, x: Float32Array, noise: number): void {
  if (noise === 0) return;
  for (let i = 0; i < x.length; i++) x[i] += noise * rng.normal();
}
