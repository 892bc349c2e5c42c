import { readFileSync } from "node:fs";
import { failureText, type GrayImage } from "../core/index.ts";
import { cropRegion, resampleToPixelSize } from "../image/index.ts";
import { findDataBar, frameImage, readMicrograph } from "../micrograph/index.ts";

/** What is done to an image's scale. */
export interface ScaleFlags {
  /** Pixel size over the one in the file [nm]. */
  readonly "pixel-size"?: number;
  /** Pixel size that images are brought to [nm]. */
  readonly resample?: number;
}

/**
 * Reads an image for its descriptors: the data bar cut off, the pixel size as flags say.
 *
 * @param path the file
 * @param name what errors call it, such as file and line of the table
 * @param flags pixel size, resampling
 * @returns name and image
 * @throws RangeError naming file and line when it cannot be read or has no pixel size to be resampled from
 */
export async function loadImage(
  path: string,
  name: string,
  { "pixel-size": pixelSizeNm, resample }: ScaleFlags,
): Promise<{ readonly name: string; readonly image: GrayImage }> {
  try {
    const read = frameImage(await readMicrograph(readFileSync(path), path));
    const bar = findDataBar(read);
    const field = bar === null ? read : cropRegion(read, bar.imageRegion);
    const image = pixelSizeNm === undefined ? field : { ...field, pixelSizeNm };
    return { name, image: resample === undefined ? image : resampleToPixelSize(image, resample) };
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const got = isMissing ? "no such file" : (cause as Error).message;
    const text = failureText({ action: "read image", where: name }, "file must be a micrograph", got);
    throw new RangeError(text, { cause });
  }
}
