import type { ArgumentRecord, FlagRecord } from "../../command.ts";
import { PIXEL_SIZE_FLAG } from "../../flags.ts";

/** Images to learn from or to be scored on. */
export const SOURCE_ARGUMENTS = {
  source: { help: "recipe, folder or HDF5 file of images with maps, or images whose maps follow" },
  maps: { help: "maps of the images", isOptional: true },
} satisfies ArgumentRecord;

export const PIXEL_SIZE_FLAGS = {
  pixelSize: PIXEL_SIZE_FLAG,
  pixelSizes: { value: "CSV", help: "pixel sizes by image, columns image and pixel size [nm]" },
} satisfies FlagRecord;
