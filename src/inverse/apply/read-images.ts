import type { Modality } from "../../image/index.ts";
import { openImageStack, type ImageFile, type ImageRequest } from "../../micrograph/index.ts";
import type { ConditioningValues } from "../../posterior/index.ts";
import { conditioningOfFile } from "./image-conditioning.ts";

/** An image to be inverted. */
export interface SourceImage
  extends
    Pick<ImageFile, "path" | "image">,
    Partial<Pick<ImageFile, "name" | "mask" | "notes" | "colourShare">> {
  /** What the file states of how it was taken; electrons per pixel of the file. */
  readonly stated?: ConditioningValues;
  /** Why an answer cannot be relied on, clauses with the image as "it"; none by default. */
  readonly doubts?: readonly string[];
  /** How it was taken; dark field by default. A bright-field image that was made a dark-field one still says so. */
  readonly modality?: Modality;
}

/**
 * Reads image files.
 *
 * @param paths image files of any format that the suite reads
 * @param request what is asked of each
 * @returns the frames of each that were asked for, in order
 * @throws RangeError for the first file that is missing or is not an image
 */
export async function readImages(
  paths: readonly string[],
  request: ImageRequest = {},
): Promise<SourceImage[]> {
  const images: SourceImage[] = [];
  for (const path of paths) {
    const stack = await openImageStack(path, request);
    for (const frame of stack.frames) {
      images.push(sourceImage(stack.image(frame)));
    }
  }
  return images;
}

/** An image of a file, with what the file states of how it was taken. */
export function sourceImage(file: ImageFile): SourceImage {
  return { ...file, stated: conditioningOfFile(file.metadata) };
}
