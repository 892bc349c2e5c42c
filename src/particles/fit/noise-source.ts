import type { GrayImage } from "../../core/index.ts";
import { COMPRESSED_LOSS, compressionLoss, groundTraces, type Modality } from "../../image/index.ts";
import { saturatedShare, SATURATED_SHARE } from "../apply/saturation.ts";
import type { FitFrame } from "./fit-frame.ts";

/** What the noise of an image is known by, which a chi-square hangs on. */
export interface NoiseSource {
  /** Null where the image does not tell its noise. */
  readonly from: "electrons" | "image" | null;
  /** Variance of the noise over what the differences of neighbours say, which is too small where they share some of it. */
  readonly varianceRatio: number;
  /** The same in words; why not, where it is not known. */
  readonly word: string;
}

/** Correlation of neighbours from which on more than these share their noise, and differences of neighbours tell too little of it. */
const MOST_CORRELATION = 0.3;

/**
 * By what the noise of an image is known in the pixels of a fit: its electrons where it counts them, else the differences of neighbouring pixels.
 *
 * @param image as it was read
 * @param mask not 0 where a pixel shows no specimen; null where all do
 * @param options modality, and the frame of the fit
 * @returns the source, or why there is none: saturated, compressed, rounded away, or shared by neighbours, in this order
 */
export function noiseSource(
  image: GrayImage,
  mask: Uint8Array | null,
  { modality, frame }: { readonly modality: Modality; readonly frame: FitFrame },
): NoiseSource {
  const saturated = saturatedShare(image, mask, modality);
  if (saturated > SATURATED_SHARE) {
    return unknown(`saturated: ${(100 * saturated).toFixed(0)} % of the pixels are at the end of the range`);
  }
  if (frame.variance !== null) return { from: "electrons", varianceRatio: 1, word: "electrons counted" };
  const loss = compressionLoss(image);
  if (loss !== null && loss > COMPRESSED_LOSS) {
    return unknown(
      `compressed: JPEG took ${(100 * loss).toFixed(0)} % of the fine detail, and the noise with it`,
    );
  }
  if (frame.isNoiseless)
    return unknown("rounded: most neighbouring pixels are alike, their noise is lost in the grey levels");
  const { problem } = frame;
  const data = Float32Array.from(problem.signal);
  const covered = Uint8Array.from(problem.counts, (count) => 1 - count);
  const plain = { ...image, width: problem.width, height: problem.height, data };
  const correlation = groundTraces(plain, covered)?.correlation;
  if (correlation === undefined)
    return unknown("no bare ground that would show whether pixels share their noise");
  const shared = Math.max(Math.abs(correlation.x), Math.abs(correlation.y));
  if (shared > MOST_CORRELATION) {
    return unknown(
      `shared: the noise of neighbouring pixels correlates by ${shared.toFixed(2)}, as after interpolation`,
    );
  }
  // [1 -2 1]/sqrt(6) leaves 1 - 4 rho/3 of the variance where neighbours alone correlate, once along each side
  const left = (1 - (4 * correlation.x) / 3) * (1 - (4 * correlation.y) / 3);
  return { from: "image", varianceRatio: 1 / left, word: "differences of neighbouring pixels" };
}

const unknown = (reason: string): NoiseSource => ({ from: null, varianceRatio: 1, word: reason });
