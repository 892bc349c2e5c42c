import { readMeasuredTable, type MeasuredTable } from "../inverse/index.ts";
import { readInput } from "./read-input.ts";

/** Whether a path is that of a table of images. */
export const isTableName = (path: string): boolean => /\.(csv|tsv|txt)$/i.test(path);

/**
 * Reads a table of images with measured numbers.
 *
 * @throws UsageError where the file cannot be read or lacks a column; RangeError for a wrong cell
 */
export function readTableFile(path: string, targets: readonly string[] | undefined): MeasuredTable {
  const text = readInput(path, "read table of images", "wanted a table (CSV)").toString("utf8");
  return readMeasuredTable(text, { fileName: path, targets });
}
