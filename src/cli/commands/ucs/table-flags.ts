import type { FlagRecord } from "../../command.ts";
import { PIXEL_SIZE_FLAG, positiveNumber, wholeNumber } from "../../flags.ts";

/** Where images of a table lie, and the scale that they are brought to. */
export const IMAGE_FLAGS = {
  data: {
    value: "FOLDER",
    help: "where the table's image paths begin (default: the table's folder)",
  },
  pixelSize: PIXEL_SIZE_FLAG,
  resample: {
    value: "NM",
    help: "pixel size that all images are brought to",
    parse: positiveNumber("nm"),
  },
} satisfies FlagRecord;

/** What is learnt from a table, and what is held out together. */
export const TABLE_FLAGS = {
  target: { value: "COLUMN", help: "column that is learnt", default: "strength" },
  lot: {
    value: "COLUMN",
    help: "column whose values are held out together; image holds out image by image (default: lot, else specimen)",
  },
  folds: {
    value: "N",
    help: "parts that lots are dealt into for scoring; as many as lots leaves each out in turn",
    parse: wholeNumber(2, 1000),
    default: 5,
  },
  ...IMAGE_FLAGS,
} satisfies FlagRecord;
