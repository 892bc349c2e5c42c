import type { FlagSpec } from "../../command.ts";

export const PIXEL_SIZES_FLAG = {
  value: "CSV",
  help: "pixel sizes by image, columns image and pixel size [nm]",
} satisfies FlagSpec;
