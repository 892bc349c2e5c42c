import { openRandomStream } from "../../core/index.ts";
import { decodePicture, shuffledSamples, type Corpus } from "../../corpus/index.ts";
import type { SampleStream } from "../../train/index.ts";
import type { SampleEncoding } from "./fit-encoding.ts";
import type { InversionPlan } from "./plan-inversion.ts";
import { encodeStreamed } from "./training-source.ts";

/** Bytes of 16-bit pixels that are shuffled at once: 5,242 images of 160 x 160 px. A corpus whose training images are not more is trained on in memory. */
export const POOL_BYTES = 2 ** 28;
/** Of a pixel, as it is stored before compression. */
const BYTES_PER_PIXEL = 2;

/** Images of a square edge [px] that are shuffled at once. */
export function poolSizeOf(edgePx: number, poolBytes = POOL_BYTES): number {
  return Math.max(1, Math.floor(poolBytes / (BYTES_PER_PIXEL * edgePx ** 2)));
}

/** Which images of a corpus a network is trained on. */
export interface CorpusTraining {
  readonly corpus: Corpus;
  /** Images at its head. */
  readonly trainCount: number;
  /** Images that are shuffled at once. */
  readonly poolSize: number;
}

/**
 * Training samples of a corpus, read from the disk ahead of the trainer: every image once a pass, passes in orders of their own.
 *
 * In memory is about one pool of images as they are stored. Which image comes when depends on the seed, the corpus and the size of the pool alone.
 */
export function corpusStream(
  { seed, materials, samples }: Pick<InversionPlan, "seed" | "materials" | "samples">,
  { corpus, trainCount, poolSize }: CorpusTraining,
  encoding: SampleEncoding,
): SampleStream {
  const known = samples.choices?.materials.flat();
  return {
    count: trainCount,
    async *samplesFrom(start) {
      const rng = openRandomStream(seed, "corpus order");
      const options = { materials, known, count: trainCount, poolSize, start };
      for await (const { labels, picture, aggregate } of shuffledSamples(rng, corpus, options)) {
        yield encodeStreamed({ image: await decodePicture(picture), labels, aggregate }, encoding);
      }
    },
  };
}
