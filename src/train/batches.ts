import { rangeError, shuffled } from "../core/index.ts";
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

/** Samples that are always the same, made when they are asked for: to validate on, without a copy of all of them. */
export interface FixedSamples {
  readonly count: number;
  /** Samples from `start` to before `end`. */
  between(start: number, end: number): Samples;
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
    throw rangeError({ action: "augment" }, "images must be square", `${shapes.input.at(-2)} x ${edge}`);
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

/**
 * Draws the first samples of a source once and for all: a fixed set, to validate on.
 *
 * @param rng stream of the draws
 * @param source where they come from
 * @param shapes of input and target, as a network has them
 * @param count how many
 * @returns the samples
 */
export function drawSamples(
  rng: RandomStream,
  source: SampleSource,
  shapes: { readonly inputShape: Shape; readonly outputShape: Shape },
  count: number,
): Samples {
  const [inputSize, targetSize] = [sizeOf(shapes.inputShape), sizeOf(shapes.outputShape)];
  const inputs = new Float32Array(count * inputSize);
  const targets = new Float32Array(count * targetSize);
  for (let i = 0; i < count; i++) {
    const x = inputs.subarray(i * inputSize, (i + 1) * inputSize);
    source.fillInto(rng.fork(i), i, x, targets.subarray(i * targetSize, (i + 1) * targetSize));
  }
  return { inputs, targets };
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
