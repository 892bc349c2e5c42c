import type { GrayImage } from "../core/index.ts";
import { encodePng16 } from "../micrograph/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import type { Sample, SampleLabels } from "./sample.ts";

/** A sample as it is stored: labels, spheres, and the image as a 16-bit PNG. */
export interface CorpusRow {
  readonly labels: SampleLabels;
  readonly aggregate: Pick<Aggregate, "centersNm" | "radiiNm" | "materialIndices">;
  readonly png: Uint8Array;
  /** intensity = offset + scale x grey, in `intensityUnit`. */
  readonly intensityOffset: number;
  readonly intensityScale: number;
  readonly intensityUnit: GrayImage["intensityUnit"];
}

const MAX_GREY = 65535;

/**
 * Encodes a sample for storage.
 *
 * Grey 0 to 65535 is the whole beam, 0 to 1, in every image that lies within: a step of 1.5e-5 of the beam is below the
 * shot noise of any dose that images are taken at. Only an image with values outside gets a wider range of its own, so
 * that nothing is clipped; the range stands in the row and in the PNG.
 */
export function encodeRow({ labels, aggregate, image }: Sample): CorpusRow {
  let [low, high] = [0, 1];
  for (const value of image.data) {
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  const { centersNm, radiiNm, materialIndices } = aggregate;
  return {
    labels,
    aggregate: { centersNm, radiiNm, materialIndices },
    png: encodePng16(image, { range: [low, high] }),
    intensityOffset: low,
    intensityScale: (high - low) / MAX_GREY,
    intensityUnit: image.intensityUnit,
  };
}
