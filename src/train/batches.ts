import type { RandomStream } from "../core/index.ts";
import { sizeOf } from "../graph/index.ts";
import type { Shape } from "../graph/index.ts";

/** Samples as flat arrays, one after another. */
export interface Samples {
  /** [n, ...inputShape], row-major. */
  readonly inputs: Float32Array;
  /** [n, ...outputShape], row-major. */
  readonly targets: Float32Array;
}

/**
 * Order in which an epoch visits the samples: a Fisher-Yates shuffle.
 *
 * @param rng stream of the epoch
 * @param count samples
 * @returns every index once
 */
export function shuffledIndices(rng: RandomStream, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = rng.integerBelow(last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
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

/** A batch that is filled anew for every step. */
export interface Batch {
  readonly x: Float32Array;
  readonly target: Float32Array;
}

/**
 * Copies samples into a batch, each under a random symmetry of the square where asked.
 *
 * @param rng stream of the step; draws one symmetry per sample when isAugmented
 * @param samples the set
 * @param indices samples to copy, as many as the batch holds
 * @param options shape of one input [c, h, w] and whether symmetries are drawn
 * @param batch receives inputs and targets
 * @returns batch
 */
export function fillBatchInto(
  rng: RandomStream,
  samples: Samples,
  indices: Uint32Array,
  options: { readonly inputShape: Shape; readonly isAugmented: boolean },
  batch: Batch,
): Batch {
  const inputSize = sizeOf(options.inputShape);
  const edge = options.inputShape.at(-1) as number;
  const plane = edge * (options.inputShape.at(-2) as number);
  const targetSize = batch.target.length / indices.length;
  indices.forEach((sample, slot) => {
    const symmetry = options.isAugmented ? rng.integerBelow(8) : 0;
    for (let start = 0; start < inputSize; start += plane) {
      const from = samples.inputs.subarray(sample * inputSize + start, sample * inputSize + start + plane);
      const to = batch.x.subarray(slot * inputSize + start, slot * inputSize + start + plane);
      dihedralInto(from, edge, symmetry, to);
    }
    batch.target.set(
      samples.targets.subarray(sample * targetSize, (sample + 1) * targetSize),
      slot * targetSize,
    );
  });
  return batch;
}
