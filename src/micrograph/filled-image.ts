import { openRandomStream } from "../core/index.ts";
import type { GrayImage } from "../core/index.ts";
import { fillMasked } from "../image/index.ts";
import type { ImageFile } from "./image-record.ts";

/**
 * The image of a file as it may be computed with: what is drawn into it, and what shows no specimen, is filled from what lies
 * beside it, with that image's noise.
 *
 * Statistics, normalisations, descriptors and networks take this image; pictures for people show the file's own.
 *
 * @param file image and mask as they were read
 * @returns the same image where nothing is masked; the same pixels at every call
 * @example
 * import { filledImage } from "../src/micrograph/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.of(2, 2, 9, 2, 2);
 * const image = { width: 5, height: 1, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * expect([...filledImage({ image, mask: Uint8Array.of(0, 0, 1, 0, 0) }).data]).toEqual([2, 2, 2, 2, 2]);
 */
export function filledImage({ image, mask }: Pick<ImageFile, "image" | "mask">): GrayImage {
  return mask === null ? image : fillMasked(image, mask, openRandomStream("fill masked pixels"));
}
