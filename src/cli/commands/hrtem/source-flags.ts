import { pixelSizes } from "../../../hrtem/index.ts";
import type { ImageRequest } from "../../../micrograph/index.ts";
import type { ArgumentRecord, FlagRecord, FlagValues } from "../../command.ts";
import { IMAGE_FLAGS, imageRequest } from "../../flags.ts";

/** Images to learn from or to be scored on. */
export const SOURCE_ARGUMENTS = {
  source: { help: "recipe, folder or HDF5 file of images with maps, or images whose maps follow" },
  maps: { help: "maps of the images", isOptional: true },
} satisfies ArgumentRecord;

/** What can be asked of every image; the pixel size also image by image. */
export const SIZED_IMAGE_FLAGS = {
  ...IMAGE_FLAGS,
  pixelSizes: { value: "CSV", help: "pixel sizes by image, columns image and pixel size [nm]" },
} satisfies FlagRecord;

/** What the flags of a call ask of each image, by its path. */
export function requestsOf(flags: FlagValues<typeof SIZED_IMAGE_FLAGS>): (path: string) => ImageRequest {
  const request = imageRequest(flags);
  const sizeOf = pixelSizes(flags);
  return (path) => ({ ...request, pixelSizeNm: sizeOf(path) });
}
