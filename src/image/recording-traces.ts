import { extremes, median, type GrayImage } from "../core/index.ts";
import { edgeSoftnessPx } from "./edge-softness.ts";
import { groundTraces, type GroundTraces } from "./ground-traces.ts";
import { COMPRESSED_LOSS, compressionLoss } from "./compression-loss.ts";
import { noiseByLevel, pixelNoise } from "./noise-by-level.ts";
import { noiseExponent } from "./noise-exponent.ts";
import { removeSpikes } from "./remove-spikes.ts";

/** What an image tells of how it was recorded and what was done to it since. */
export interface RecordingTraces {
  /** Level of the darker half, the median of its pixels, and the noise there [the image's unit]. */
  readonly background: { readonly level: number; readonly noise: number };
  /** Exponent e of variance ~ signal^e; about 1 for counted electrons; null where it cannot be told, as in compressed images. */
  readonly noiseExponent: number | null;
  /** Share of the pixels at the lowest and at the highest value. */
  readonly clipped: { readonly low: number; readonly high: number };
  /** Single pixels that are hot, dead or hit by an X-ray, at 12 standard deviations; null in compressed images. */
  readonly spoiledPixels: number | null;
  /** Share of the fine detail that is missing in blocks of JPEG; null where it cannot be told. */
  readonly compressionLoss: number | null;
  /** Bare film or vacuum: level, noise, slope, texture, what rows and columns have of their own; null where there is little of it. */
  readonly ground: GroundTraces | null;
  /** How soft the sharpest edges are, as a standard deviation [px]; null where nothing stands out. */
  readonly edgeSoftnessPx: number | null;
}

/** Threshold of spoiled pixels [standard deviations]: of 200 images without one, 10 lose one. */
export const SPIKE_SIGMAS = 12;

/**
 * Measures what an image tells of its own recording.
 *
 * @param image in the pixels of its file, at least 3 x 3, finite
 * @param mask not 0 where a pixel shows no specimen, such as a burned-in bar; it is heeded for the ground alone
 */
export function recordingTraces(image: GrayImage, mask: ArrayLike<number> | null = null): RecordingTraces {
  const [lowest, highest] = extremes(image.data);
  const shareAt = (level: number) =>
    image.data.reduce((sum, value) => sum + Number(value === level), 0) / image.data.length;
  const { levels } = pixelNoise(image);
  const middle = median(levels);
  const level = median(levels.filter((value) => value <= middle));
  const loss = compressionLoss(image);
  const isCompressed = loss !== null && loss > COMPRESSED_LOSS;
  return {
    background: { level, noise: noiseByLevel(image)(level) },
    noiseExponent: isCompressed ? null : noiseExponent(image),
    clipped: { low: shareAt(lowest), high: shareAt(highest) },
    spoiledPixels: isCompressed ? null : removeSpikes(image, { thresholdSigmas: SPIKE_SIGMAS }).spikeCount,
    compressionLoss: loss,
    ground: groundTraces(image, mask),
    edgeSoftnessPx: edgeSoftnessPx(image),
  };
}
