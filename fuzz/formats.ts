import type { FuzzFormat } from "./format.ts";
import { IMAGE_FORMATS } from "./image-formats.ts";
import { LABEL_FORMATS } from "./label-formats.ts";
import { STORE_FORMATS } from "./store-formats.ts";

/** All kinds of files that the program reads, by the names that --format takes. */
export const FORMATS: Readonly<Record<string, FuzzFormat>> = {
  ...IMAGE_FORMATS,
  ...LABEL_FORMATS,
  ...STORE_FORMATS,
};
