import type { FlagRecord } from "../../command.ts";
import { IMAGE_FLAGS, wholeNumber } from "../../flags.ts";

/** Where images of a table lie, and what is asked of each. */
export const TABLE_IMAGE_FLAGS = {
  data: {
    value: "FOLDER",
    help: "where the table's image paths begin (default: the table's folder)",
  },
  ...IMAGE_FLAGS,
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
  ...TABLE_IMAGE_FLAGS,
} satisfies FlagRecord;
