import { readImageFile, type ImageFile } from "../micrograph/index.ts";

/** What is done to an image's scale. */
export interface ScaleFlags {
  /** Pixel size over the one in the file [nm]. */
  readonly pixelSize: number | undefined;
  /** Pixel size that images are brought to [nm]. */
  readonly resample: number | undefined;
}

/**
 * Reads an image for its descriptors.
 *
 * @param path the file
 * @param name what errors call it, such as file and line of the table
 * @param flags pixel size, resampling
 * @returns the image under that name
 * @throws RangeError naming file and line when it cannot be read or has no pixel size to be resampled from
 */
export function loadImage(path: string, name: string, flags: ScaleFlags): Promise<ImageFile> {
  return readImageFile(path, { name, pixelSizeNm: flags.pixelSize, resampleNm: flags.resample });
}
